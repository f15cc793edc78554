"""An erasure reaches every place; the checker, which found each canary before, finds none afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from linnet.erasure import forget
from linnet.erasure.checker import find_bytes
from linnet.erasure.receipts import verify_receipt
from linnet.errors import BadInput, WrongUse
from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.records import Deletion, Preference, Rejection
from linnet.state import outputs, quarantine, tombstones
from linnet.wiring import Platform
from linnet.workspace import Workspace
from tests.erasure.platform import CANARY, GONE_AUTHOR, GONE_NAME, GONE_POSTS, STAYS, make_platform, posts
from tests.factories import NOON, make_batch, make_post

NEEDLES = [CANARY, GONE_AUTHOR, GONE_NAME, *GONE_POSTS]


def places_of(workspace: Workspace, needles: list[str]) -> set[str]:
    return {finding.path.partition("/")[0] for finding in find_bytes(workspace.root, needles)}


def test_every_byte_of_an_author_goes(workspace: Workspace) -> None:
    for needle in NEEDLES:  # the control: each canary is found, in each place that holds it
        expected = {"posts", "index"} if needle == GONE_NAME else {"posts", "index", "corpus"}
        assert expected <= places_of(workspace, [needle]), needle
    assert "state.sqlite" in places_of(workspace, [CANARY]) | places_of(workspace, [GONE_POSTS[0]])

    report = forget(workspace, authors=[GONE_AUTHOR])

    assert find_bytes(workspace.root, NEEDLES) == []
    assert report.found == 0
    assert report.posts == 3  # two posts and a repost of one
    assert {"posts", "corpus", "words", "vectors", "outputs", "quarantine", "tombstones"} <= set(
        report.places
    )
    receipt = json.loads(Path(report.receipt).read_text())
    assert verify_receipt(Path(report.receipt), workspace) == []
    assert receipt["checks"][0]["found"] == 0 and receipt["checks"][0]["needles"] > 4
    assert receipt["checks"][0]["unreadable"] == []


def test_what_stays_is_whole(workspace: Workspace) -> None:
    before = PostStore(workspace).read(purpose="moderate").sort("post_id")
    forget(workspace, authors=[GONE_AUTHOR])
    after = PostStore(workspace).read(purpose="moderate").sort("post_id")
    gone = {*GONE_POSTS, "post-repost-9"}
    columns = ["post_id", "author_id", "text", "created_at"]
    assert after.select(columns).equals(before.filter(~pl.col("post_id").is_in(list(gone))).select(columns))
    reply = after.filter(pl.col("post_id") == STAYS)
    assert reply["reply_to"][0].startswith("erased:")  # still a reply, to something without a name


def test_threads_keep_gaps(workspace: Workspace) -> None:
    corpus = workspace.stage_path("corpus")
    threads = pl.read_parquet(corpus / "documents-*.parquet").filter(pl.col("post_ids").list.len() > 1)
    assert threads["post_ids"].to_list() == [[GONE_POSTS[0], STAYS, GONE_POSTS[1], "post-stays-32"]]
    forget(workspace, authors=[GONE_AUTHOR])
    documents = pl.read_parquet(corpus / "documents-*.parquet")
    thread = documents.filter(pl.col("post_ids").list.contains(STAYS)).row(0, named=True)
    assert thread["post_ids"] == [STAYS, "post-stays-32"]
    assert thread["text"] == "\n".join(thread["texts"]) and len(thread["author_ids"]) == 2
    where = pl.read_parquet(corpus / "posts*.parquet").filter(pl.col("post_id") == STAYS)
    assert where["document_id"].to_list() == [thread["document_id"]]


def test_answers_keep_their_other_sentences(workspace: Workspace) -> None:
    forget(workspace, posts=[GONE_POSTS[0]])
    with PostStore(workspace).state.engine.connect() as connection:
        body = connection.execute(sa.select(outputs.c.body)).scalar_one()
    first, second = body["sentences"]
    assert first == {"text": "[removed at the author's request]", "citations": []}
    assert second["text"] == "Nobody knows." and second["citations"][0]["post_id"] == STAYS
    assert CANARY not in body["answer"]


def test_one_post_leaves_the_author_alone(workspace: Workspace) -> None:
    report = forget(workspace, posts=[GONE_POSTS[0]])
    assert report.posts == 2  # the post and its repost
    assert [p.post_id for p in PostStore(workspace).get(list(GONE_POSTS), purpose="moderate")] == [
        GONE_POSTS[1]
    ]
    assert find_bytes(workspace.root, [CANARY, GONE_POSTS[0]]) == []
    assert find_bytes(workspace.root, [GONE_AUTHOR]) != []


def test_a_second_time_is_harmless_and_nothing_comes_back(workspace: Workspace) -> None:
    forget(workspace, authors=[GONE_AUTHOR])
    again = forget(workspace, authors=[GONE_AUTHOR])
    assert again.posts == 0 and verify_receipt(Path(again.receipt), workspace) == []

    store = PostStore(workspace)
    fold = VersionFold(store)
    late = make_post(
        "post-zq-9003", "written later by the same", author_id=GONE_AUTHOR, author_name=GONE_NAME
    )
    late_reply = make_post("post-late-reply", "an answer that comes late", reply_to=GONE_POSTS[1])
    batch = make_batch(
        *posts(),
        late,
        late_reply,
        deletions=(Deletion(post_id=GONE_POSTS[0]),),
        preferences=(
            Preference(author_id=GONE_AUTHOR, purpose="train", state="allow", declared_at=NOON, source="x"),
        ),
        rejections=(
            Rejection(file="b.jsonl", line=1, reason="no text", excerpt=f'{{"id": "{GONE_POSTS[0]}"}}'),
        ),
    )
    accepted, _, duplicates = fold.take(batch)
    assert accepted == 1 and fold.forgotten == 4
    assert accepted + duplicates + fold.forgotten + 1 == batch.row_count
    assert find_bytes(workspace.root, [*NEEDLES, "post-zq-9003"]) == []


def test_a_fold_that_is_older_than_the_erasure_refuses_too(workspace: Workspace) -> None:
    store = PostStore(workspace)
    fold = VersionFold(store)
    forget(workspace, authors=[GONE_AUTHOR])
    edited = make_post(GONE_POSTS[0], CANARY + ", again", author_id=GONE_AUTHOR, author_name=GONE_NAME)
    assert fold.take(make_batch(edited))[:2] == (0, 0)
    # What another process had checked before the erasure, and writes after it.
    PostStore(workspace).append(
        pl.DataFrame(make_batch(edited).posts).with_columns(pl.lit(1, dtype=pl.Int64).alias("digest"))
    )
    assert find_bytes(workspace.root, NEEDLES) == []


def test_an_unknown_id_never_comes_in(workspace: Workspace) -> None:
    report = forget(workspace, posts=["never-seen-1"], authors=["author-never-seen"])
    assert (report.posts, report.unknown) == (0, 1)
    fold = VersionFold(PostStore(workspace))
    incoming = make_batch(make_post("never-seen-1"), make_post("n2", author_id="author-never-seen"))
    assert fold.take(incoming) == (0, 0, 0) and fold.forgotten == 2


def test_the_index_and_the_trace_follow(workspace: Workspace) -> None:
    platform = Platform(workspace)
    assert {h["post_id"] for h in platform.search("zanthium barrels")["hits"]} & {
        GONE_POSTS[0],
        "post-repost-9",
    }
    forget(workspace, posts=[GONE_POSTS[0]])
    found = platform.search("zanthium barrels")
    assert not {hit["post_id"] for hit in found["hits"]} & {GONE_POSTS[0], "post-repost-9"}
    assert found["coverage"]["lexical"] == 1.0
    step = platform.trace(GONE_POSTS[0])["steps"][0]
    assert step["detail"].startswith("erased on 20")
    assert platform.erasures()["requests"][0]["valid"] is True


def test_ids_become_digests(workspace: Workspace) -> None:
    forget(workspace, authors=[GONE_AUTHOR])
    store = PostStore(workspace)
    with store.state.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tombstones)).scalar() == 0
        assert connection.execute(sa.select(quarantine.c.excerpt)).scalar() == ""
    assert store.forgotten.among("post", [*GONE_POSTS, STAYS]) == set(GONE_POSTS)
    key = workspace.root / "keys" / "erasure.key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_nothing_named_is_wrong_use(workspace: Workspace) -> None:
    with pytest.raises(WrongUse, match="nothing to forget"):
        forget(workspace)
    with pytest.raises(BadInput):
        Platform(workspace).trace("no-such-post")


@pytest.mark.parametrize("post_id", [GONE_POSTS[0], "nobody-here-4711"])
def test_what_was_declared_for_a_single_post_goes_with_it(tmp_path: Path, post_id: str) -> None:
    """The declaration names the post in its scope and in its source; the author stays."""
    workspace = make_platform(tmp_path / "w", corpus=False, index=False)
    book = PostStore(workspace).preferences
    for scope in (f"post:{post_id}", f"post:{STAYS}", ""):
        book.declare(
            [
                Preference(
                    author_id=GONE_AUTHOR, purpose="train", state="deny", declared_at=NOON, source="operator", scope=scope,
                )
            ]
        )  # fmt: skip
    report = forget(workspace, posts=[post_id])
    assert (report.found, report.places["preferences"]) == (0, 1)
    assert sorted(row["scope"] for row in book.of_author(GONE_AUTHOR)) == ["", f"post:{STAYS}"]


@pytest.mark.parametrize("setting", ['backups = "/x"', "backup_days = 1e30", "backup_dayz = 3"])
def test_wrong_settings_are_said_before_anything_is_hidden(tmp_path: Path, setting: str) -> None:
    workspace = make_platform(tmp_path / "w", corpus=False, index=False)
    workspace.settings_path.write_text(f"[erasure]\n{setting}\n")
    with pytest.raises(WrongUse, match=r"in linnet\.toml cannot be used"):
        forget(workspace, posts=[GONE_POSTS[0]])
    assert PostStore(workspace).get([GONE_POSTS[0]], purpose="retrieve")
