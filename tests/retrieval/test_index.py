from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest

from linnet.errors import WorkspaceBusy
from linnet.retrieval.index import (
    IndexConfig,
    coverage,
    open_index,
    purge_vectors,
    purge_words,
    sync_lexical,
    sync_vectors,
)
from linnet.retrieval.lexical import LexicalWriter
from linnet.retrieval.query import parse_query
from linnet.retrieval.vectors import text_digest
from tests.retrieval.fakes import MemoryFeed, WordEmbedder, post


def lexical_content(out: Path) -> dict[str, tuple[str, str]]:
    """post_id -> (text, visibility) of everything in the index, through searches of every author."""
    snapshot = open_index(out).lexical.snapshot()
    assert snapshot is not None
    found = {}
    for reader in (f"a{i}" for i in range(6)):
        for one in snapshot.search(parse_query(""), limit=10_000, reader=reader):
            found[one.post_id] = (one.text, one.visibility)
    assert len(found) == snapshot.post_count
    return found


def vector_content(out: Path, embedder: WordEmbedder) -> dict[str, tuple[int, str]]:
    rows = open_index(out).vectors(embedder).rows().to_pylist()
    assert len(rows) == len({row["post_id"] for row in rows})
    return {row["post_id"]: (row["digest"], row["visibility"]) for row in rows}


def expected(feed: MemoryFeed, purpose: str) -> dict[str, tuple[str, str]]:
    return {i: (p.text, p.visibility) for i, p in feed.posts.items() if feed.allows(p, purpose)}


def assert_equal_to_store(out: Path, feed: MemoryFeed, embedder: WordEmbedder) -> None:
    assert lexical_content(out) == expected(feed, "retrieve")
    wanted = {i: (text_digest(t), v) for i, (t, v) in expected(feed, "embed").items()}
    assert vector_content(out, embedder) == wanted


def some_posts(count: int, start: int = 0) -> list:
    return [
        post(
            f"p{i}",
            f"number {i} about topic{i % 7}",
            f"a{i % 5}",
            i,
            visibility="private" if i % 9 == 0 else "public",
        )
        for i in range(start, start + count)
    ]


def test_defaults_are_valid_and_bad_values_are_named() -> None:
    IndexConfig()
    with pytest.raises(ValueError, match="batch_rows"):
        IndexConfig(batch_rows=0)


def test_the_index_follows_the_store(tmp_path: Path) -> None:
    feed, embedder = MemoryFeed(some_posts(60), batch_rows=17), WordEmbedder()
    first = sync_lexical(feed, tmp_path)
    assert (first.upserted, first.total, first.seq, first.rebuilt) == (60, 60, 60, True)
    sync_vectors(feed, tmp_path, embedder)
    assert_equal_to_store(tmp_path, feed, embedder)

    feed.remove("p3", "p4", "never-there")
    feed.put(dataclasses.replace(feed.posts["p5"], text="quite another text"))
    feed.put(dataclasses.replace(feed.posts["p8"], visibility="followers"))
    feed.deny("a1", "embed")
    feed.deny("a2", "retrieve")
    feed.put(*some_posts(5, start=100))
    second = sync_lexical(feed, tmp_path)
    assert not second.rebuilt and second.seq == feed.current_seq()
    embedder.texts.clear()
    report = sync_vectors(feed, tmp_path, embedder)
    assert_equal_to_store(tmp_path, feed, embedder)
    assert report.embedded == 5 and report.updated == 1  # p5 and four of the new ones; p8 kept its vector
    assert "quite another text" in embedder.texts and "number 8 about topic1" not in embedder.texts

    assert sync_lexical(feed, tmp_path).upserted == 0
    assert sync_vectors(feed, tmp_path, embedder).embedded == 0
    assert coverage(tmp_path, feed, embedder) == {"lexical": 1.0, "vectors": 1.0}


def test_among_the_newest_the_outcome_depends_on_the_store_alone(tmp_path: Path) -> None:
    """However often and in whatever steps it is called: the newest 20 have a vector, and then new ones do."""
    embedder = WordEmbedder()
    config = IndexConfig(max_embedded=20, batch_rows=8)
    feed = MemoryFeed([post(str(i), f"post number {i}", minutes=i) for i in range(50)])
    sync_vectors(
        feed, tmp_path, embedder, config=dataclasses.replace(config, max_embedded=7), among_newest=True
    )
    for _ in range(3):
        report = sync_vectors(feed, tmp_path, embedder, config=config, among_newest=True)
    assert set(vector_content(tmp_path, embedder)) == {str(i) for i in range(30, 50)}
    assert (report.embedded, report.backlog) == (0, 30)
    feed.put(post("new", "a newer post", minutes=99))
    report = sync_vectors(feed, tmp_path, embedder, config=config, among_newest=True)
    assert report.embedded == 1 and "new" in vector_content(tmp_path, embedder)
    assert sync_vectors(feed, tmp_path, embedder, config=config).embedded == 20


def test_the_backlog_is_worked_off_newest_first(tmp_path: Path) -> None:
    feed, embedder = MemoryFeed(some_posts(50), batch_rows=20), WordEmbedder()
    config = IndexConfig(max_embedded=20, batch_rows=8)
    report = sync_vectors(feed, tmp_path, embedder, config=config)
    assert (report.embedded, report.backlog, report.total) == (20, 30, 20)
    assert set(vector_content(tmp_path, embedder)) == {f"p{i}" for i in range(30, 50)}
    assert coverage(tmp_path, feed, embedder)["vectors"] == 0.4
    feed.put(*some_posts(3, start=50))
    backlogs = [sync_vectors(feed, tmp_path, embedder, config=config).backlog for _ in range(3)]
    assert backlogs == [13, 0, 0]
    assert len(embedder.texts) == 53  # nothing twice
    assert_equal_to_store_vectors(tmp_path, feed, embedder)


def assert_equal_to_store_vectors(out: Path, feed: MemoryFeed, embedder: WordEmbedder) -> None:
    wanted = {i: (text_digest(t), v) for i, (t, v) in expected(feed, "embed").items()}
    assert vector_content(out, embedder) == wanted


def test_the_same_text_of_many_accounts_is_embedded_once(tmp_path: Path) -> None:
    feed, embedder = MemoryFeed([post(str(i), "all the same", f"a{i}") for i in range(6)]), WordEmbedder()
    assert sync_vectors(feed, tmp_path, embedder).embedded == 6
    assert embedder.texts == ["all the same"]


def test_another_embedder_starts_again(tmp_path: Path) -> None:
    feed = MemoryFeed(some_posts(10))
    sync_vectors(feed, tmp_path, WordEmbedder())
    other = WordEmbedder(dimensions=32, name="other")
    assert sync_vectors(feed, tmp_path, other).embedded == 10
    assert open_index(tmp_path).vectors(WordEmbedder()).count() == 0


def test_a_store_behind_its_index_rebuilds_it(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    newer = MemoryFeed(some_posts(30))
    sync_lexical(newer, tmp_path)
    sync_vectors(newer, tmp_path, embedder)
    restored = MemoryFeed(some_posts(12))
    assert sync_lexical(restored, tmp_path).rebuilt
    sync_vectors(restored, tmp_path, embedder)
    assert_equal_to_store(tmp_path, restored, embedder)


def test_changes_that_do_not_concern_the_index_still_move_its_seq(tmp_path: Path) -> None:
    feed = MemoryFeed(some_posts(3))
    sync_lexical(feed, tmp_path)
    feed.seq += 10  # say, a consent of an author without posts
    assert sync_lexical(feed, tmp_path).seq == feed.seq


def make_another_format(folder: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("mark", tokenizer_name="raw")
    builder.add_text_field("body")
    builder.add_bytes_field("stored", stored=True)
    folder.mkdir(parents=True)
    writer = tantivy.Index(builder.build(), path=str(folder)).writer(30_000_000, 1)
    writer.add_document(tantivy.Document(mark="seq", stored=b'{"format":1,"seq":9}'))
    writer.add_document(tantivy.Document(body="zyxwvq"))
    writer.commit()
    writer.wait_merging_threads()


def test_an_index_of_another_format_is_made_anew(tmp_path: Path) -> None:
    make_another_format(tmp_path / "lexical")
    assert open_index(tmp_path).lexical.snapshot() is None
    feed = MemoryFeed(some_posts(9))
    assert sync_lexical(feed, tmp_path).rebuilt
    assert lexical_content(tmp_path) == expected(feed, "retrieve")
    assert files_with(tmp_path, b"zyxwvq") == []


def test_an_erasure_makes_anew_what_it_cannot_read_and_what_names_the_post(tmp_path: Path) -> None:
    make_another_format(tmp_path / "lexical")
    feed = MemoryFeed([*some_posts(30), post("answer", "gone soon", "a1", reply_to="zyxwvq")])
    assert purge_words(feed, tmp_path, ["zyxwvq"])["posts kept"] == 31
    feed.remove("answer")
    sync_lexical(feed, tmp_path)
    assert files_with(tmp_path, b"zyxwvq")
    assert purge_words(feed, tmp_path, ["zyxwvq"])["posts kept"] == 30
    assert files_with(tmp_path, b"zyxwvq") == []
    assert purge_words(feed, tmp_path, ["zyxwvq"]) == {}


def test_an_empty_store_is_an_empty_index(tmp_path: Path) -> None:
    feed, embedder = MemoryFeed(), WordEmbedder()
    assert sync_lexical(feed, tmp_path).total == 0
    assert sync_vectors(feed, tmp_path, embedder).total == 0
    assert coverage(tmp_path, feed, embedder) == {"lexical": 1.0, "vectors": 1.0}


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "lexical", heap_bytes=30_000_000, threads=1)
    with pytest.raises(WorkspaceBusy):
        sync_lexical(MemoryFeed(some_posts(1)), tmp_path)
    writer.close()


def files_with(folder: Path, needle: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_a_purge_leaves_no_byte(tmp_path: Path) -> None:
    feed, embedder = (
        MemoryFeed([*some_posts(30), post("zyxwvq-id", "zyxwvqword stays", "a1")]),
        WordEmbedder(),
    )
    sync_lexical(feed, tmp_path)
    sync_vectors(feed, tmp_path, embedder)
    assert files_with(tmp_path / "lexical", b"zyxwvq") and files_with(tmp_path / "vectors", b"zyxwvq")
    feed.remove("zyxwvq-id")
    sync_lexical(feed, tmp_path, rebuild=True)
    sync_vectors(feed, tmp_path, embedder)
    purge_vectors(tmp_path)
    assert files_with(tmp_path, b"zyxwvq") == []
    assert_equal_to_store(tmp_path, feed, embedder)
    assert sync_vectors(feed, tmp_path, embedder).embedded == 0


def test_the_vector_index_of_a_larger_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linnet.retrieval.vectors.INDEX_ABOVE", 300)
    feed, embedder = MemoryFeed(some_posts(400)), WordEmbedder(dimensions=2048)
    sync_vectors(feed, tmp_path, embedder)
    table = open_index(tmp_path).vectors(embedder)
    assert [index.name for index in table._open().list_indices()] == ["ivf_400"]
    feed.put(*some_posts(1400, start=400))
    feed.remove("p1799")
    sync_vectors(feed, tmp_path, embedder)
    table = open_index(tmp_path).vectors(embedder)
    assert [index.name for index in table._open().list_indices()] == ["ivf_1799"]
    near = table.search(
        embedder.embed(["number 1700 about topic6"])[0],
        query=parse_query(""),
        author_ids=(),
        reader=None,
        limit=3,
    )
    assert near[0].post_id == "p1700" and near[0].similarity > 0.99
    purge_vectors(tmp_path)
    assert open_index(tmp_path).vectors(embedder).count() == 1799


def test_random_histories(tmp_path: Path) -> None:
    random_source = random.Random(5)
    feed, embedder = MemoryFeed(some_posts(20), batch_rows=4), WordEmbedder()
    config = IndexConfig(max_embedded=9, batch_rows=4, commit_rows=3, lexical_threads=1)
    for _ in range(12):
        for _ in range(random_source.randint(0, 8)):
            i = random_source.randrange(40)
            action = random_source.random()
            if action < 0.3:
                feed.remove(f"p{i}")
            elif action < 0.4:
                feed.deny(
                    f"a{i % 5}", *random_source.sample(["embed", "retrieve"], random_source.randint(0, 2))
                )
            else:
                visibility = random_source.choice(["public", "private"])
                feed.put(
                    post(f"p{i}", f"text {random_source.randrange(3)}", f"a{i % 5}", i, visibility=visibility)
                )
        sync_lexical(feed, tmp_path, config=config)
        assert lexical_content(tmp_path) == expected(feed, "retrieve")
        sync_vectors(feed, tmp_path, embedder, config=config)
        rows = vector_content(tmp_path, embedder)
        store = {i: (text_digest(t), v) for i, (t, v) in expected(feed, "embed").items()}
        assert rows.items() <= store.items()  # what is there is right, also while a backlog exists
    while sync_vectors(feed, tmp_path, embedder, config=config).backlog:
        pass
    assert_equal_to_store(tmp_path, feed, embedder)


def test_a_table_whose_making_was_killed_is_empty(tmp_path: Path) -> None:
    from linnet.retrieval.vectors import VectorTable

    (tmp_path / "vectors_word_hash.lance").mkdir()
    assert VectorTable(tmp_path, embedder_name="word-hash", dimensions=4).count() == 0
