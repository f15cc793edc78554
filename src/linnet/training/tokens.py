"""Documents to token shards: one flat file of little-endian uint16 (or uint32) ids for each corpus file.

A shard is there whole or not at all, so a rerun only makes the missing ones. Within a shard the documents stand
in an order shuffled by the seed, so that neighbours in a training sequence have nothing to do with each other.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.lineage import write_atomically
from linnet.model.documents import DocumentText, document_files, read_documents
from linnet.model.tokenizer import BOS_ID, END_ID, ModelTokenizer
from linnet.progress import Progress

if TYPE_CHECKING:
    import numpy as np

DOCUMENTS_PER_BATCH = 2048


@dataclass(frozen=True, kw_only=True)
class TokenShard:
    path: str
    num_tokens: int
    num_documents: int


def token_dtype(vocab_size: int) -> str:
    """The smallest unsigned type that holds every id."""
    return "uint16" if vocab_size <= 2**16 else "uint32"


def tokenize_corpus(
    corpus: Path, tokenizer: ModelTokenizer, out: Path, *, seed: int, progress: Progress
) -> list[TokenShard]:
    """Write the train split's documents to token shards in `out`; shards that are there already are kept."""
    out.mkdir(parents=True, exist_ok=True)
    progress.start("Turning documents into tokens", unit="documents")
    shards = []
    for path in document_files(corpus):
        facts_path = out / f"{path.stem}.json"
        if facts_path.exists():
            shard = TokenShard(**json.loads(facts_path.read_text(encoding="utf-8")))
            progress.advance(shard.num_documents)
        else:
            documents = list(read_documents([path], "train"))
            random.Random(f"{seed}:{path.name}").shuffle(documents)
            shard = _write_shard(out / f"{path.stem}.bin", documents, tokenizer, progress)
            write_atomically(facts_path, json.dumps(asdict(shard)))
        shards.append(shard)
    progress.finish()
    return shards


def _write_shard(
    path: Path, documents: list[DocumentText], tokenizer: ModelTokenizer, progress: Progress
) -> TokenShard:
    import numpy as np

    dtype = np.dtype(token_dtype(tokenizer.vocab_size)).newbyteorder("<")
    temporary = path.with_suffix(".part")
    num_tokens = 0
    with temporary.open("wb") as file:
        for batch in _batches(documents):
            ids = encode_documents(batch, tokenizer)
            array: np.ndarray = np.fromiter(ids, dtype=dtype)
            num_tokens += len(array)
            file.write(array.tobytes())
            progress.advance(len(batch))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return TokenShard(path=str(path), num_tokens=num_tokens, num_documents=len(documents))


def encode_documents(documents: list[DocumentText], tokenizer: ModelTokenizer) -> Iterator[int]:
    """`<|bos|>` before each document and `<|end|>` after each of its posts."""
    encoded = iter(tokenizer.encode_texts([text for document in documents for text in document.texts]))
    for document in documents:
        yield BOS_ID
        for _ in document.texts:
            yield from next(encoded)
            yield END_ID


def _batches(documents: Iterable[DocumentText]) -> Iterator[list[DocumentText]]:
    remaining = iter(documents)
    while batch := list(islice(remaining, DOCUMENTS_PER_BATCH)):
        yield batch
