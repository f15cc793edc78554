"""Looking into index folders: what their files hold, not what a search would find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from linnet.erasure.containers import Parts, Unreadable, values
from linnet.retrieval.lexical import orphaned_segments
from linnet.retrieval.words import fold, split_words

ID_FIELDS = ("post_id", "author_id", "author_name", "reply_to", "quote_of", "conversation_id")


def term_findings(folder: Path, needles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(where, needle) for needles that are a term: the dictionaries keep those of deleted documents too."""
    import tantivy

    try:
        index = tantivy.Index.open(str(folder))
        searcher = index.searcher()
    except ValueError as error:
        raise Unreadable(f"word index that cannot be opened: {error}") from error
    for needle in needles:
        for field, term in _terms_of(needle):
            try:
                count = searcher.doc_freq(field, term)
            except ValueError:
                continue  # an index of another shape has no such field
            if count:
                yield f"term of {field} in {count} documents, deleted ones counted", needle


def _terms_of(needle: str) -> Iterator[tuple[str, str]]:
    for field in ID_FIELDS:
        yield field, fold(needle) if field == "author_name" else needle
    # A needle that is one word. A word in a longer one, such as the person whom a text mentions, is not the needle.
    word, words = fold(needle), split_words(needle)
    for field, found in (("body", words.body), ("extra", words.extra)):
        if found == (word,) and len(word) >= 6 and not needle.isdigit():
            yield field, word


def index_parts(folder: Path) -> Parts:
    """Nothing to add where every segment is named; the dictionary of one that is not cannot be opened."""
    orphans = [path for path in orphaned_segments(folder) if path.suffix == ".term"]
    if orphans:
        names = ", ".join(path.name for path in orphans)
        raise Unreadable(f"terms of segments that the index names no more: {names}")
    yield from ()


def lance_parts(folder: Path) -> Parts:
    """The strings of every version that can still be opened."""
    import lancedb

    table = lancedb.connect(str(folder.parent)).open_table(folder.stem)
    names = [field.name for field in table.schema if pa.types.is_string(field.type)]
    versions = sorted(int(version["version"]) for version in table.list_versions())
    for version in versions:
        table.checkout(version)
        rows = table.search().select(names).limit(max(table.count_rows(), 1)).to_arrow()
        for name in names:
            yield f"version {version}, column {name}", values(rows[name].to_pylist())
    manifests = b"".join(path.read_bytes() for path in (folder / "_versions").glob("*.manifest"))
    unnamed = [p.name for p in (folder / "data").glob("*.lance") if p.name.encode() not in manifests]
    if unnamed:
        raise Unreadable(f"data files that no version names: {', '.join(unnamed)}")
    deletions = folder / "_deletions"
    if len(versions) == 1 and deletions.is_dir() and any(deletions.iterdir()):
        raise Unreadable("rows that are marked as deleted, in files of the only version")
