"""Reading curated documents: the rows of `corpus/documents-*.parquet`, in a fixed order, one split at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, NotReady
from linnet.model.controls import Controls

DOCUMENTS_PATTERN = "documents-*.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """What model building needs of a document: its posts' texts in reply order."""

    document_id: str
    texts: tuple[str, ...]
    author_ids: tuple[str, ...]  # one a text
    language: str
    month: str = ""  # "YYYY-MM", of the first post
    platform: str = ""
    post_ids: tuple[str, ...] = ()  # one a text

    @property
    def controls(self) -> Controls:
        return Controls(month=self.month, language=self.language, platform=self.platform)


def document_files(corpus: Path) -> list[Path]:
    """The corpus files in name order. Raises NotReady when there are none."""
    files = sorted(corpus.glob(DOCUMENTS_PATTERN))
    if not files:
        raise NotReady(f"no {DOCUMENTS_PATTERN} in {corpus}; curate a corpus first: linnet curate")
    return files


def read_documents(files: list[Path], split: str) -> Iterator[DocumentText]:
    """The documents of one split ("train" or "heldout"), file by file, a row group in memory at a time.

    A document of the train split comes as often as the corpus' mixture wants it, which may be never.
    """
    for path in files:
        for rows in _row_batches(path):
            for document_id, texts, authors, language, month, platform, row_split, post_ids, copies in rows:
                for _ in range(copies if split == "train" else 1) if row_split == split and texts else ():
                    yield DocumentText(
                        document_id=document_id,
                        texts=tuple(texts),
                        author_ids=tuple(authors),
                        language=language or "und",
                        month=month or "",
                        platform=platform or "",
                        post_ids=tuple(post_ids),
                    )


def files_digest(files: list[Path]) -> str:
    """Names files by their names and bytes."""
    digest = hashlib.blake2b(digest_size=12)
    for path in files:
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, hashlib.blake2b).digest())
    return digest.hexdigest()


def _row_batches(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [
        "document_id",
        "texts",
        "author_ids",
        "language",
        "month",
        "platform",
        "split",
        "post_ids",
        "copies",
    ]
    try:
        file = pq.ParquetFile(path)
        for batch in file.iter_batches(columns=columns, batch_size=8192):
            yield zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
    except (pa.ArrowInvalid, OSError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise BadInput(f"{path} is no readable corpus file ({reason}); run again: linnet curate") from error
