"""From a step's batch back to its data: which sequences, of which shard, from which documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_NAMED = 4  # sequences that one line of text names


@dataclass(frozen=True, kw_only=True)
class SequencePlace:
    sequence: int  # index over all shards
    shard: str  # file name
    first_token: int  # position in the shard
    last_token: int
    first_document: int  # number in the shard, from 0
    last_document: int


def batch_sequences(loader: Any) -> list[int]:
    """The sequences of the batch that OLMo-core's loader gave last, over all ranks."""
    per_batch = loader.global_batch_size // loader.dataset.sequence_length
    start = (loader.batches_processed - 1) * per_batch
    return [int(index) for index in loader.get_global_indices()[start : start + per_batch]]


def find_sequences(
    sequences: Sequence[int], shards: Sequence[str], *, length: int, dtype: str, bos_id: int
) -> list[SequencePlace]:
    """Where sequences lie. The shards are cut into sequences of `length` tokens, each shard for itself."""
    import numpy as np

    tokens = [np.memmap(path, dtype=np.dtype(dtype).newbyteorder("<"), mode="r") for path in shards]
    starts = np.cumsum([0, *(len(shard) // length for shard in tokens)])
    places = []
    for sequence in sorted(sequences):
        number = int(np.searchsorted(starts, sequence, side="right")) - 1
        if not 0 <= number < len(tokens):
            raise ValueError(f"sequence {sequence} is in no shard; there are {int(starts[-1])}")
        first = (sequence - int(starts[number])) * length
        shard = tokens[number]
        before = int(np.count_nonzero(shard[: first + 1] == bos_id))
        inside = int(np.count_nonzero(shard[first + 1 : first + length] == bos_id))
        places.append(
            SequencePlace(
                sequence=sequence,
                shard=Path(shards[number]).name,
                first_token=first,
                last_token=first + length - 1,
                first_document=max(before - 1, 0),
                last_document=max(before + inside - 1, 0),
            )
        )
    return places


def name_places(places: Sequence[SequencePlace]) -> str:
    """The batch in words: "sequences 3 (documents-00000.bin, documents 17 to 20), 9 (...) and 6 more"."""
    named = [
        f"{place.sequence} ({place.shard}, documents {place.first_document} to {place.last_document})"
        for place in places[:MAX_NAMED]
    ]
    more = len(places) - len(named)
    return "sequences " + ", ".join(named) + (f" and {more} more" if more else "")
