"""Odd posts through everything that holds posts: the store, the corpus, provenance, the words, and out again."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from linnet.corpus.settings import CurateConfig
from linnet.erasure import forget
from linnet.pipeline import STAGES, run_stage
from linnet.posts.ingest import IngestReport, ingest
from linnet.posts.sources import SourceConfig
from linnet.posts.store import PostStore
from linnet.provenance.shown import provenance_of
from linnet.recipes import Recipe
from linnet.retrieval.index import sync_lexical
from linnet.wiring import Platform
from linnet.workspace import Workspace, init_workspace

RECIPE = Recipe(name="test", curate=CurateConfig())


def row(post_id: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": post_id, "author": "ada", "created_at": "2026-01-01T00:00:00Z", "text": text, **more}


def taken(tmp_path: Path, rows: list[dict[str, Any]]) -> tuple[Workspace, IngestReport]:
    workspace = init_workspace(tmp_path / "w")
    path = tmp_path / "posts.jsonl"
    path.write_text(
        "".join(json.dumps(one) + "\n" for one in rows)
    )  # as ASCII: \ud800 stands as it is written
    return workspace, ingest([path], PostStore(workspace), config=SourceConfig())


def run(workspace: Workspace, name: str) -> dict[str, Any]:
    stage = next(stage for stage in STAGES if stage.name == name)
    return dict(run_stage(workspace, stage, RECIPE).counts)


def documents(workspace: Workspace) -> list[list[str]]:
    return pl.read_parquet(workspace.stage_path("corpus") / "documents-*.parquet")["post_ids"].to_list()


WORDS = [
    "harbour",
    "ferry",
    "bread",
    "bicycle",
    "chess",
    "weather",
    "lantern",
    "garden",
    "window",
    "river",
    "mountain",
    "kettle",
]


def sentences(count: int) -> list[str]:
    draw = random.Random(5)
    return [" ".join(draw.choices(WORDS, k=9)) + f" {number}" for number in range(count)]


def test_cycles_of_replies(tmp_path: Path) -> None:
    texts = [
        "boats in the old harbour",
        "trains over the long bridge",
        "kites above the wide beach",
        "I like it",
    ]
    rows = [row(f"c{i}", texts[i], in_reply_to_id=f"c{(i + 1) % 3}") for i in range(3)]
    rows += [row("own", "a reply to itself that says something", in_reply_to_id="own")]
    workspace, report = taken(tmp_path, rows)
    assert report.accepted == 4
    assert run(workspace, "curate")["posts_kept"] == 4
    assert sorted(map(sorted, documents(workspace))) == [["c0", "c1", "c2"], ["own"]]


def test_a_thread_of_a_thousand_replies_is_cut_into_documents(tmp_path: Path) -> None:
    rows = [
        row(f"d{i:04}", text, in_reply_to_id=f"d{i - 1:04}" if i else None)
        for i, text in enumerate(sentences(1000))
    ]
    random.Random(1).shuffle(rows)  # all in one second, and children before their parents
    workspace, report = taken(tmp_path, rows)
    kept = run(workspace, "curate")["posts_kept"]
    found = sorted(documents(workspace))
    assert report.accepted == 1000 and sum(map(len, found)) == kept > 900
    assert all(len(one) <= RECIPE.curate.max_thread_posts for one in found)
    assert len(found) == -(-kept // RECIPE.curate.max_thread_posts)
    assert [post_id for one in found for post_id in one] == sorted(
        post_id for one in found for post_id in one
    )


BIG = " ".join(f"word{number:x}" for number in random.Random(2).sample(range(10**9), 82_000))


@pytest.mark.parametrize(
    ("post_id", "stored_id", "text", "stored_text", "words"),
    [
        ("lone", "lone", "half \ud800 of a pair in the middle of a text", None, "in the middle of a text"),
        ("l\udfffne", "l\ufffdne", "an id with half of a pair in it is an id", None, "with half of a pair"),
        ("mega", "mega", BIG, BIG, BIG[500_000:500_090]),
        ("o'quote\"\nid", "o'quote\"\nid", "quotes and line breaks in an id are letters", None, "in an id are letters"),
        ("L" * 10_000, "L" * 10_000, "ten thousand letters are an id as well", None, "are an id as well"),
    ],
)  # fmt: skip
def test_odd_texts_and_ids(
    tmp_path: Path, post_id: str, stored_id: str, text: str, stored_text: str | None, words: str
) -> None:
    assert len(BIG) > 1_000_000
    others = [row(f"other-{i}", f"{one} on the square") for i, one in enumerate(sentences(5))]
    workspace, report = taken(tmp_path, [*others, row(post_id, text)])
    assert (report.accepted, report.rejected) == (6, 0)
    store = PostStore(workspace)
    (post,) = store.get([stored_id], purpose="retrieve")
    assert post.text == (stored_text or text.replace("\ud800", "\ufffd"))
    assert run(workspace, "curate")["posts_kept"] == 6
    run(workspace, "provenance")
    words_index = workspace.stage_path("index")
    words_index.mkdir()
    sync_lexical(store, words_index)
    found = provenance_of(
        words + " \ud800", folder=workspace.stage_path("provenance"), store=store, reader=None
    )
    assert [one["post_id"] for span in found["spans"] for one in span["posts"]] == [stored_id]
    steps = Platform(workspace).trace(stored_id)["steps"]
    assert {step["step"]: step["state"] for step in steps}["document"] == "done"
    gone = forget(workspace, posts=[stored_id])
    assert (gone.posts, gone.found, gone.places["corpus"], gone.places["words"]) == (1, 0, 1, 1)
    again = ingest([tmp_path / "posts.jsonl"], store, config=SourceConfig())
    assert (again.accepted, again.other) == (0, {"forgotten": 1})


def test_a_text_of_a_megabyte_has_its_copies_and_is_looked_up_among_evaluation_sets(tmp_path: Path) -> None:
    exam = " ".join(f"exam{number:x}" for number in random.Random(3).sample(range(10**9), 82_000))
    rows = [row("1", BIG), row("2", BIG + " and more"), row("3", BIG.upper()), row("4", exam)]
    workspace, _ = taken(tmp_path, rows)
    (tmp_path / "set.jsonl").write_text(json.dumps({"text": exam[400_000:400_500]}) + "\n")
    with workspace.settings_path.open("a") as settings:
        settings.write(f'\n[corpus]\ndecontaminate = ["{tmp_path}/set.jsonl"]\n')
    from linnet.recipes import recipe_of

    stage = next(stage for stage in STAGES if stage.name == "curate")
    counts = run_stage(workspace, stage, recipe_of(workspace, "pico")).counts
    assert counts["dropped"] == {"exact_duplicate": 1, "near_duplicate": 1, "contaminated": 1}


def test_a_reply_that_is_older_than_its_parent_stands_behind_it(tmp_path: Path) -> None:
    rows = [
        row("reply", "an answer from a clock that is a day behind", in_reply_to_id="asked"),
        row("asked", "when does the market open on the square", created_at="2026-01-02T00:00:00Z"),
    ]
    workspace, _ = taken(tmp_path, rows)
    run(workspace, "curate")
    assert documents(workspace) == [["asked", "reply"]]
