"""The checker sees what no query shows: each test plants a canary where only bytes can find it."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.erasure.checker import find_bytes, search_files
from linnet.erasure.containers import unpack_lz4
from linnet.erasure.needles import NeedleSet
from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.records import Deletion
from linnet.retrieval.index import sync_lexical, sync_vectors
from tests.factories import make_batch, make_post, make_store
from tests.retrieval.fakes import WordEmbedder

CANARY = "canary-7f3ae2 sang over the harbour"


def places(root: Path, needle: str = CANARY) -> set[str]:
    return {finding.path for finding in find_bytes(root, [needle])}


def test_raw_text_in_every_spelling(tmp_path: Path) -> None:
    needle = 'Zoë said "never" — twice\nand left'
    for name, data in {
        "utf8": needle.encode(),
        "utf16le": needle.encode("utf-16-le"),
        "utf16be": needle.encode("utf-16-be"),
        "json": b'{"text": "Zo\\u00eb said \\"never\\" \\u2014 twice\\nand left"}',
        "json-utf8": '"Zoë said \\"never\\" — twice\\nand left"'.encode(),
    }.items():
        (tmp_path / name).write_bytes(b"x" * 997 + data + b"y" * 31)
    (tmp_path / "clean").write_bytes(needle.encode()[:-1])
    assert places(tmp_path, needle) == {"utf8", "utf16le", "utf16be", "json", "json-utf8"}


def test_a_needle_across_two_chunks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linnet.erasure.containers.CHUNK_BYTES", 1_000)
    (tmp_path / "long").write_bytes(b"." * 985 + CANARY.encode() + b"." * 2_000)
    (tmp_path / "long.gz").write_bytes(gzip.compress(b"." * 985 + CANARY.encode() + b"." * 2_000))
    assert places(tmp_path) == {"long", "long.gz"}


def test_a_short_id_counts_as_a_whole_value_only(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["p1", "q"], "note": ["a", "b"]}), tmp_path / "with.parquet")
    pq.write_table(pa.table({"id": ["p12", "xp1"]}), tmp_path / "without.parquet", write_statistics=False)
    assert places(tmp_path, "p1") == {"with.parquet"}


def test_compressed_containers(tmp_path: Path) -> None:
    nested = pa.table({"posts": [[{"texts": [CANARY, "b"]}], [{"texts": ["c"]}]]})
    for codec in ("zstd", "gzip", "brotli", "snappy"):
        pq.write_table(nested, tmp_path / f"{codec}.parquet", compression=codec)
    with pa.OSFile(str(tmp_path / "rows.arrow"), "wb") as sink:
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_file(sink, nested.schema, options=options) as writer:
            writer.write_table(nested)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tweets.js", CANARY * 3)
    with pa.CompressedOutputStream(str(tmp_path / "log.zst"), "zstd") as stream:
        stream.write(CANARY.encode() * 3)
    expected = {
        "zstd.parquet",
        "gzip.parquet",
        "brotli.parquet",
        "snappy.parquet",
        "rows.arrow",
        "a.zip",
        "log.zst",
    }
    assert places(tmp_path) == expected


def test_statistics_of_a_parquet_file_whose_column_is_gone(tmp_path: Path) -> None:
    table = pa.table({"a": ["x"]}).replace_schema_metadata({"min": CANARY})
    pq.write_table(table, tmp_path / "meta.parquet")
    assert places(tmp_path) == {"meta.parquet"}


def test_sqlite_rows_free_pages_and_the_log(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "deleted.sqlite")
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute("CREATE TABLE t (x TEXT)")
    connection.executemany("INSERT INTO t VALUES (?)", [(f"{i} {CANARY}",) for i in range(50)])
    connection.commit()
    connection.execute("DELETE FROM t")
    connection.commit()
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    logged = sqlite3.connect(tmp_path / "logged.sqlite")
    logged.execute("PRAGMA journal_mode=WAL")
    logged.execute("CREATE TABLE t (x TEXT)")
    logged.execute("INSERT INTO t VALUES (?)", (CANARY,))
    logged.commit()
    found = places(tmp_path)
    assert "deleted.sqlite" in found and {"logged.sqlite", "logged.sqlite-wal"} <= found
    connection.close()
    logged.close()


def test_a_deleted_and_not_merged_document_of_the_word_index(tmp_path: Path) -> None:
    """LZ4 repeats hide the words from a raw search, and the deletion hides them from every query."""
    filler = [make_post(f"fill-{i}", f"the harbour sang over canary number {i}") for i in range(300)]
    gone = make_post("post-gone-77", CANARY, author_id="author-gone-77")
    store = make_store(tmp_path / "w", *filler, gone)
    sync_lexical(store, tmp_path / "index")
    store.delete([Deletion(post_id="post-gone-77")])
    VersionFold(store).take(make_batch(make_post("late", "one more")))
    sync_lexical(store, tmp_path / "index")
    found = find_bytes(tmp_path / "index", [CANARY, "post-gone-77", "author-gone-77"])
    assert any(f.needle == CANARY and f.where.startswith("block") for f in found)
    assert any(f.needle == "post-gone-77" and "term of post_id" in f.where for f in found)
    assert any(f.needle == "author-gone-77" and "term of author_id" in f.where for f in found)
    sync_lexical(store, tmp_path / "index", rebuild=True)
    assert find_bytes(tmp_path / "index", [CANARY, "post-gone-77", "author-gone-77"]) == []


def test_whom_a_text_mentions_is_not_the_text(tmp_path: Path) -> None:
    """The dictionary of the words of posts that stay holds the name, as it must."""
    text, one_word = "Fair enough, @harbourpost. Maybe I'll try it", "Congratulations!!!!!!!!!!"
    stays = make_post("stays", "@harbourpost do they know how it started? congratulations")
    store = make_store(tmp_path / "w", stays, make_post("gone", text), make_post("gone-2", one_word))
    sync_lexical(store, tmp_path / "index")
    assert {f.needle for f in find_bytes(tmp_path / "index", [text, one_word])} == {text, one_word}
    store.delete([Deletion(post_id="gone"), Deletion(post_id="gone-2")])
    sync_lexical(store, tmp_path / "index", rebuild=True)
    assert find_bytes(tmp_path / "index", [text, one_word]) == []
    assert find_bytes(tmp_path / "index", ["@harbourpost", "harbourpost"])  # as needles of their own


def test_deleted_vectors_and_their_predicates(tmp_path: Path) -> None:
    posts = [
        make_post(f"post-long-id-{i:06d}", f"words {i}", author_id=f"author-{i:06d}") for i in range(3_000)
    ]
    store = make_store(tmp_path / "w", *posts)
    sync_vectors(store, tmp_path / "index", WordEmbedder(dimensions=4))
    needle = "post-long-id-001234"
    store.delete([Deletion(post_id=needle)])
    sync_vectors(store, tmp_path / "index", WordEmbedder(dimensions=4))
    assert any("data/" in place or "version" in place for place in places(tmp_path / "index", needle))
    (table,) = (tmp_path / "index" / "vectors").glob("*.lance")
    lancedb.connect(str(table.parent)).open_table(table.stem).optimize()
    assert places(tmp_path / "index", needle) or search_files(tmp_path / "index", [needle]).unreadable


def test_the_posts_table_keeps_old_files_and_predicates(tmp_path: Path) -> None:
    store = make_store(tmp_path / "w", make_post("post-gone-77", CANARY), make_post("b"), make_post("c"))
    store.delete([Deletion(post_id="post-gone-77")])
    assert PostStore(store._workspace).get(["post-gone-77"], purpose="moderate") == []
    assert any(place.endswith(".parquet") for place in places(tmp_path / "w"))
    assert any("_delta_log" in place for place in places(tmp_path / "w", "post-gone-77"))


def test_token_files(tmp_path: Path) -> None:
    from linnet.model.tokenizer import TokenizerConfig, load_tokenizer, train_tokenizer
    from tests.model.corpora import write_corpus

    write_corpus(tmp_path / "corpus", [[CANARY, "and a reply to it"]] * 20)
    train_tokenizer(tmp_path / "corpus", tmp_path / "tokenizer", config=TokenizerConfig(vocab_size=600))
    ids = load_tokenizer(tmp_path / "tokenizer").encode_document(["before it", CANARY, "after it"])
    (tmp_path / "tokens").mkdir()
    for kind in ("uint16", "uint32"):
        np.array(ids, dtype=kind).tofile(tmp_path / "tokens" / f"{kind}.bin")
    assert places(tmp_path) == {"tokens/uint16.bin", "tokens/uint32.bin", "corpus/documents-00000.parquet"}


def test_what_cannot_be_looked_into_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1" + b"\0" * 100)
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b\x08" + b"\1" * 50)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04" + b"\1" * 50)
    unreadable = search_files(tmp_path, [CANARY]).unreadable
    assert {line.partition(":")[0] for line in unreadable} == {"broken.parquet", "broken.gz", "broken.zip"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_many_needles_are_found_as_str_find_finds_them(data: st.DataObject) -> None:
    patterns = data.draw(st.lists(st.binary(min_size=4, max_size=70), min_size=1, max_size=20, unique=True))
    pieces = data.draw(st.lists(st.one_of(st.sampled_from(patterns), st.binary(max_size=40)), max_size=20))
    text = b"".join(pieces)
    found = {needle for _, needle in NeedleSet([(p, p.hex()) for p in patterns]).found_in(text)}
    assert found == {p.hex() for p in patterns if p in text}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(1, 30))
def test_lz4_blocks(piece: bytes, times: int) -> None:
    text = piece * times
    if text:
        packed = pa.compress(text, codec="lz4_raw", asbytes=True)
        assert unpack_lz4(packed + b"what follows", 0, len(text)) == (len(packed), text)
