"""Others at work while something is erased: arrivals, embedders, builds, and what is left when bytes are found."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import linnet.erasure.forget  # noqa: F401  the package has a function of the same name
from linnet.erasure import finish_erasures, forget
from linnet.erasure.checker import find_bytes
from linnet.erasure.receipts import list_receipts, verify_receipt
from linnet.erasure.requests import list_erasures
from linnet.errors import WorkspaceBusy
from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.provenance.build import ProvenanceConfig, build_provenance
from linnet.records import Deletion, Rejection
from linnet.retrieval.index import sync_vectors
from linnet.training.learnt import write_learnt
from linnet.workspace import Workspace
from tests.erasure.platform import CANARY, GONE_AUTHOR, GONE_NAME, GONE_POSTS
from tests.factories import make_batch, make_post
from tests.retrieval.fakes import WordEmbedder

NEEDLES = [CANARY, GONE_AUTHOR, GONE_NAME, *GONE_POSTS]
MODULE = "linnet.erasure.forget"


def test_a_post_that_arrives_while_the_request_is_recorded(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = make_post("post-late-77", "one more from the keeper of this place", author_id=GONE_AUTHOR)
    fold = VersionFold(PostStore(workspace), streaming=True)  # a listener
    arrival = threading.Thread(target=lambda: fold.take(make_batch(late)))
    import sys

    module = sys.modules[MODULE]
    looked = module.find_debt  # type: ignore[attr-defined]

    def find_debt(*args: object) -> object:
        if not arrival.ident:
            arrival.start()
            arrival.join(timeout=2)
        return looked(*args)

    monkeypatch.setattr(module, "find_debt", find_debt)
    forget(workspace, authors=[GONE_AUTHOR])
    arrival.join()
    assert find_bytes(workspace.root, [*NEEDLES, "post-late-77"]) == []
    assert PostStore(workspace).get(["post-late-77"], purpose="moderate") == []


class SlowEmbedder(WordEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.began, self.go_on = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.began.set()
        self.go_on.wait(20)
        return super().embed(texts)


def test_the_first_vectors_are_in_the_making(workspace: Workspace) -> None:
    """Nothing of them is on disk yet, but the embedder holds the posts."""
    out, embedder = workspace.stage_path("index"), SlowEmbedder()
    shutil.rmtree(out / "vectors")

    def embed() -> None:
        with workspace.writing("vectors"):
            sync_vectors(PostStore(workspace), out, embedder)

    embedding = threading.Thread(target=embed)
    embedding.start()
    assert embedder.began.wait(20)
    threading.Timer(3.0, embedder.go_on.set).start()
    forget(workspace, authors=[GONE_AUTHOR])
    embedding.join()
    assert find_bytes(workspace.root, NEEDLES) == []


def test_a_model_and_an_index_of_spans_that_a_running_build_makes(workspace: Workspace) -> None:
    """The build had read the posts before the request; what it makes of them comes after it."""
    corpus, aside = workspace.stage_path("corpus"), workspace.root.parent / "aside"
    corpus.rename(aside)
    with workspace.writing("build"):
        with pytest.raises(WorkspaceBusy, match="hidden everywhere already"):
            forget(workspace, authors=[GONE_AUTHOR])
        aside.rename(corpus)
        build_provenance(corpus, workspace.stage_path("provenance"), config=ProvenanceConfig())
        (workspace.stage_path("base") / "hf").mkdir(parents=True)
        write_learnt(workspace.stage_path("base"), GONE_POSTS)
    assert finish_erasures(workspace) == []
    assert find_bytes(workspace.root, NEEDLES) == []
    (receipt,) = list_receipts(workspace)
    assert [debt["model"] for debt in json.loads(receipt.read_text())["remains"]["models"]] == ["base"]
    assert list_erasures(workspace)[0]["debt"]


def test_a_second_request_does_not_wait_for_the_first(workspace: Workspace) -> None:
    """The first waits for a build; the second is hidden and recorded all the same."""
    with workspace.writing("build"):
        for wanted in ({"authors": [GONE_AUTHOR]}, {"posts": ["post-other-001"]}):
            with pytest.raises(WorkspaceBusy, match="hidden everywhere already"):
                forget(workspace, **wanted)
    assert PostStore(workspace).get([*GONE_POSTS, "post-other-001"], purpose="moderate") == []
    assert finish_erasures(workspace) == []
    assert find_bytes(workspace.root, [*NEEDLES, "post-other-001"]) == []
    assert [request["valid"] for request in list_erasures(workspace)] == [True, True]


def test_another_erasure_holds_the_lock_for_long(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(sys.modules[MODULE], "LOCK_WAIT_SECONDS", 0.2)
    with workspace.writing("erasure"), pytest.raises(WorkspaceBusy):
        forget(workspace, authors=[GONE_AUTHOR])
    assert PostStore(workspace).get(list(GONE_POSTS), purpose="moderate") == []
    assert finish_erasures(workspace) == []
    assert find_bytes(workspace.root, NEEDLES) == []


def test_bytes_that_are_found_keep_the_request_open(workspace: Workspace) -> None:
    left = workspace.stage_path("index") / "left-by-someone.bin"
    left.write_text(CANARY)
    report = forget(workspace, authors=[GONE_AUTHOR])
    assert report.found == 1
    (request,) = list_erasures(workspace)
    assert not request["valid"] and request["finished_at"] is None
    assert "left-by-someone.bin" in finish_erasures(workspace)[0]
    left.unlink()
    assert finish_erasures(workspace) == []
    (request,) = list_erasures(workspace)
    assert request["valid"] and request["finished_at"] and request["posts"] == 3
    assert verify_receipt(Path(request["receipt"]), workspace) == []
    assert request["places"]["posts"] == 3  # of the first run


def test_a_segment_that_a_reader_kept(workspace: Workspace) -> None:
    """Files of the word index that its list does not name any more go as well."""
    folder = workspace.stage_path("index") / "lexical"
    segment = next(folder.glob("*.store"))
    shutil.copy(segment, folder / f"{'0' * 32}.store")
    shutil.copy(segment.with_suffix(".term"), folder / f"{'0' * 32}.term")
    report = forget(workspace, authors=[GONE_AUTHOR])
    assert report.found == 0
    (receipt,) = list_receipts(workspace)
    assert json.loads(receipt.read_text())["checks"][0]["unreadable"] == []


def test_twice_and_again_from_the_file(workspace: Workspace) -> None:
    from tests.erasure.platform import posts

    forget(workspace, authors=[GONE_AUTHOR])
    VersionFold(PostStore(workspace)).take(make_batch(*posts()))
    forget(workspace, authors=[GONE_AUTHOR], posts=[GONE_POSTS[0]])
    assert find_bytes(workspace.root, NEEDLES) == []
    assert [request["valid"] for request in list_erasures(workspace)] == [True, True]


def test_no_id_of_an_erased_author_comes_in_by_way_of_others(workspace: Workspace) -> None:
    """An id on Bluesky names its author: in a deletion of a post that was never here, and in replies to such posts."""
    gone, theirs = "did:plc:quorvanegone", "at://did:plc:quorvanegone/app.bsky.feed.post"
    store = PostStore(workspace)
    VersionFold(store).take(
        make_batch(
            make_post(f"{theirs}/1", "the only one that came here in time", author_id=gone),
            make_post(
                "early-reply", "a reply from before", reply_to=f"{theirs}/2", conversation_id=f"{theirs}/0"
            ),
        )
    )
    fold = VersionFold(store, streaming=True)
    forget(workspace, authors=[gone])
    assert find_bytes(workspace.root, [gone]) == []
    fold.take(
        make_batch(
            make_post("late-reply", "a reply from later", reply_to=f"{theirs}/3"),
            deletions=(Deletion(post_id=f"{theirs}/3"), Deletion(post_id="someone-elses")),
            rejections=(
                Rejection(file="in.jsonl", line=9, reason="no text", excerpt=f'{{"uri": "{theirs}/4"}}'),
            ),
        )
    )
    assert find_bytes(workspace.root, [gone]) == []
    replies = PostStore(workspace).get(["early-reply", "late-reply"], purpose="moderate")
    assert [(reply.reply_to or "").partition(":")[0] for reply in replies] == ["erased", "erased"]
    assert store.tombstoned(["someone-elses"]) == {"someone-elses"}
