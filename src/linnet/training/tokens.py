"""Documents to token shards: one flat file of little-endian uint16 (or uint32) ids for each corpus file.

A shard is there whole or not at all, so a rerun only makes the missing ones. Within a shard the documents stand
in an order shuffled by the seed, so that neighbours in a training sequence have nothing to do with each other.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from linnet.errors import BadInput
from linnet.lineage import write_atomically
from linnet.model.controls import KINDS, NO_CONTROLS, Controls
from linnet.model.documents import DocumentText, document_files, read_documents
from linnet.model.tokenizer import ModelTokenizer
from linnet.progress import SILENT, Progress

if TYPE_CHECKING:
    import numpy as np

DOCUMENTS_PER_BATCH = 2048
CHECK_BYTES = 1 << 24  # read at a time, to check a shard; a multiple of every id's size
TOLD_CHECK_BYTES = 1 << 30  # a check of less is over before anyone would ask how long still
_MAKE_AGAIN = "delete its folder and run the same command again"


@dataclass(frozen=True, kw_only=True)
class TokenShard:
    path: str
    num_tokens: int
    num_documents: int
    vocab_size: int = 0  # of the tokenizer that made it
    digest: str = ""  # xxh3 of the file


def token_dtype(vocab_size: int) -> str:
    """The smallest unsigned type that holds every id."""
    return "uint16" if vocab_size <= 2**16 else "uint32"


def tokenize_corpus(
    corpus: Path,
    tokenizer: ModelTokenizer,
    out: Path,
    *,
    seed: int,
    progress: Progress,
    plain_share: float = 0.0,
) -> list[TokenShard]:
    """Write the train split's documents to token shards in `out`; shards that are there already are kept.

    A share of `plain_share` of the documents comes without control tokens, and of the others each token is left out as
    often, chosen by the seed: the model gets used to whatever is not known.
    """
    out.mkdir(parents=True, exist_ok=True)
    progress.start("Turning documents into tokens", unit="documents")
    shards = []
    for path in document_files(corpus):
        facts_path = out / f"{path.stem}.json"
        if facts_path.exists():
            facts = json.loads(facts_path.read_text(encoding="utf-8"))
            facts["path"] = str(out / f"{path.stem}.bin")  # the folder may have moved
            shard = TokenShard(**facts)
            progress.advance(shard.num_documents)
        else:
            documents = list(read_documents([path], "train"))
            rng = random.Random(f"{seed}:{path.name}")
            rng.shuffle(documents)
            told = [_told(document.controls, plain_share, rng) for document in documents]
            shard = _write_shard(out / f"{path.stem}.bin", documents, told, tokenizer, progress)
            write_atomically(facts_path, json.dumps(asdict(shard)))
        shards.append(shard)
    progress.finish()
    return shards


def _write_shard(
    path: Path,
    documents: list[DocumentText],
    told: list[Controls],
    tokenizer: ModelTokenizer,
    progress: Progress,
) -> TokenShard:
    import numpy as np

    dtype = np.dtype(token_dtype(tokenizer.vocab_size)).newbyteorder("<")
    temporary = path.with_suffix(".part")
    num_tokens, digest = 0, xxhash.xxh3_64()
    with temporary.open("wb") as file:
        for batch in _batches(zip(documents, told, strict=True)):
            ids = encode_documents(batch, tokenizer)
            array: np.ndarray = np.fromiter(ids, dtype=dtype)
            num_tokens += len(array)
            digest.update(array.tobytes())
            file.write(array.tobytes())
            progress.advance(len(batch))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return TokenShard(
        path=str(path),
        num_tokens=num_tokens,
        num_documents=len(documents),
        vocab_size=tokenizer.vocab_size,
        digest=digest.hexdigest(),
    )


def check_shards(shards: Sequence[TokenShard], *, vocab_size: int, progress: Progress) -> None:
    """Read every shard once: its size, its digest, and that the model has an embedding for each of its ids.

    Raises BadInput with one line that names the shard and what is wrong.
    """
    import numpy as np

    num_bytes = sum(Path(shard.path).stat().st_size for shard in shards if Path(shard.path).exists())
    told = progress if num_bytes > TOLD_CHECK_BYTES else SILENT
    told.start("Checking the tokens", num_bytes, "bytes")
    for shard in shards:
        path, dtype = (
            Path(shard.path),
            np.dtype(token_dtype(shard.vocab_size or vocab_size)).newbyteorder("<"),
        )
        size = path.stat().st_size if path.exists() else 0
        if size != shard.num_tokens * dtype.itemsize:
            raise BadInput(
                f"{path} is damaged: it has {size:,} bytes and should have {shard.num_tokens * dtype.itemsize:,}; "
                f"{_MAKE_AGAIN}"
            )
        digest, position = xxhash.xxh3_64(), 0
        with path.open("rb") as file:
            while data := file.read(CHECK_BYTES):
                ids: np.ndarray = np.frombuffer(data, dtype=dtype)
                if int(ids.max()) >= vocab_size:
                    first = int(np.argmax(ids >= vocab_size))
                    raise BadInput(
                        f"{path} holds the token id {int(ids[first])} at position {position + first:,}, and the "
                        f"vocabulary has {vocab_size:,} tokens; {_MAKE_AGAIN}"
                    )
                digest.update(data)
                position += len(ids)
                told.advance(len(data))
        if shard.digest and digest.hexdigest() != shard.digest:
            raise BadInput(f"{path} is damaged: its bytes are not those that were written; {_MAKE_AGAIN}")
    told.finish()


def _told(controls: Controls, plain_share: float, rng: random.Random) -> Controls:
    """What of a document's facts the model is told."""
    if rng.random() < plain_share:
        return NO_CONTROLS
    hidden = {kind: None for kind in KINDS if rng.random() < plain_share}
    return dataclasses.replace(controls, **hidden) if hidden else controls


def encode_documents(
    documents: list[tuple[DocumentText, Controls]], tokenizer: ModelTokenizer
) -> Iterator[int]:
    """The token ids of documents, one after the other, each with the control tokens that are told."""
    encoded = iter(tokenizer.encode_texts([text for document, _ in documents for text in document.texts]))
    for document, controls in documents:
        texts = [next(encoded) for _ in document.texts]
        yield from tokenizer.join_document(texts, document.author_ids, controls)


def _batches(
    documents: Iterable[tuple[DocumentText, Controls]],
) -> Iterator[list[tuple[DocumentText, Controls]]]:
    remaining = iter(documents)
    while batch := list(islice(remaining, DOCUMENTS_PER_BATCH)):
        yield batch
