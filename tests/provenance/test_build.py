"""The stage: same corpus, same bytes; whole shards are not made again; only training posts are in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linnet.errors import NotReady
from linnet.lineage import digest_of_files
from linnet.provenance.build import INDEX_FILE, ProvenanceConfig, build_provenance
from linnet.provenance.index import open_provenance
from linnet.provenance.shard import shard_paths
from linnet.provenance.spans import find_spans
from tests.provenance.corpora import write_corpus

SMALL = ProvenanceConfig(shard_bytes=100)
POSTS = {f"p{number}": f"post number {number} says something about the harbour" for number in range(10)}


def digest(folder: Path) -> str:
    return digest_of_files(folder, tuple(sorted(path.name for path in folder.iterdir())))


def test_config_and_its_bounds() -> None:
    assert ProvenanceConfig().shard_bytes == 64_000_000
    with pytest.raises(ValueError, match="shard_bytes is 0"):
        ProvenanceConfig(shard_bytes=0)


def test_the_same_corpus_gives_the_same_bytes_and_the_report_counts_them(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", POSTS)
    first = build_provenance(corpus, tmp_path / "one", config=SMALL)
    build_provenance(corpus, tmp_path / "two", config=SMALL)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert (first.posts, first.shards) == (10, 4)
    assert first.text_bytes == sum(len(text) for text in POSTS.values())
    files = [path for path in (tmp_path / "one").iterdir() if path.name != INDEX_FILE]
    assert first.index_bytes == sum(path.stat().st_size for path in files)


def test_an_interrupted_build_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = write_corpus(tmp_path / "corpus", POSTS)
    whole = build_provenance(corpus, tmp_path / "whole", config=SMALL)
    out = tmp_path / "out"
    build_provenance(corpus, out, config=SMALL)
    (out / INDEX_FILE).unlink()
    _, suffixes, posts = shard_paths(out, 3)
    posts.unlink()  # as if killed in the middle of the fourth shard
    suffixes.write_bytes(b"half of it")
    assert open_provenance(out) is None
    made: list[int] = []
    from linnet.provenance import build

    write_shard = build.write_shard

    def counted(folder: Path, number: int, *rest: Any) -> None:
        made.append(number)
        write_shard(folder, number, *rest)

    monkeypatch.setattr(build, "write_shard", counted)
    again = build_provenance(corpus, out, config=SMALL)
    assert made == [3]
    assert digest(out) == digest(tmp_path / "whole")
    assert (again.posts, again.text_bytes, again.index_bytes) == (
        whole.posts,
        whole.text_bytes,
        whole.index_bytes,
    )


def test_heldout_posts_are_not_in_it(tmp_path: Path) -> None:
    posts = {"seen": "one two three four five", "held": "six seven eight nine ten"}
    corpus = write_corpus(tmp_path / "corpus", posts, heldout=["held"])
    build_provenance(corpus, tmp_path / "out", config=SMALL)
    index = open_provenance(tmp_path / "out")
    assert index is not None
    assert index.count_posts(["seen", "held"]) == 1
    assert [span.text for span in find_spans(index, "one two three four five six seven eight nine ten")] == [
        "one two three four five"
    ]


def test_posts_of_a_thread_name_their_document(tmp_path: Path) -> None:
    posts = {"a": "first of a thread of two", "b": "and this one is the second"}
    corpus = write_corpus(tmp_path / "corpus", posts, thread=["a", "b"])
    build_provenance(corpus, tmp_path / "out", config=SMALL)
    index = open_provenance(tmp_path / "out")
    assert index is not None
    (span,) = find_spans(index, posts["b"])
    assert span.posts == (("b", "d-a"),)


def test_decomposed_letters_are_found_composed(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a": "un cafe\u0301 au lait s'il vous plait"})
    build_provenance(corpus, tmp_path / "out", config=SMALL)
    index = open_provenance(tmp_path / "out")
    assert index is not None
    assert find_spans(index, "un caf\u00e9 au lait s'il")[0].count == 1


def test_a_corpus_with_nothing_to_train_on_gives_an_empty_index(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"held": "six seven eight nine ten"}, heldout=["held"])
    report = build_provenance(corpus, tmp_path / "out", config=SMALL)
    assert (report.posts, report.shards, report.index_bytes) == (0, 0, 0)
    index = open_provenance(tmp_path / "out")
    assert index is not None
    assert find_spans(index, "six seven eight nine ten") == []


def test_empty_posts_only(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a": "", "b": ""})
    build_provenance(corpus, tmp_path / "out", config=SMALL)
    index = open_provenance(tmp_path / "out")
    assert index is not None
    assert find_spans(index, "six seven eight nine ten") == []


def test_without_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="linnet curate"):
        build_provenance(tmp_path, tmp_path / "out", config=SMALL)
