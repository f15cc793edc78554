from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import linnet.corpus.annotate as annotate_module
from linnet.corpus.curate import curate
from linnet.corpus.dropped import dropped_by_reason, read_dropped
from linnet.corpus.engine import Engine, EngineConfig
from linnet.corpus.settings import CurateConfig, with_settings
from linnet.errors import NotReady, WrongUse
from linnet.model.documents import document_files, read_documents
from linnet.posts.ingest import VersionFold
from linnet.posts.physical import erase_rows
from linnet.records import Deletion, Post, Preference
from tests.factories import NOON, make_batch, make_post, make_store

FERRY = "the old harbour ferry runs again from monday morning at eight"


def documents(out):
    return pl.read_parquet(out / "documents-*.parquet").to_dicts()


def test_posts_become_conversations_and_every_drop_keeps_its_reason(tmp_path):
    store = make_store(
        tmp_path / "w",
        make_post("1", FERRY),
        make_post(
            "2",
            "is that the one with the blue sails, does anybody know",
            minutes=1,
            author_id="bob",
            reply_to="1",
        ),
        make_post("3", "yes, and dogs may come along for free this year", minutes=2, reply_to="2"),
        make_post("4", FERRY.upper() + "!", minutes=3, author_id="eve"),
        make_post("5", "ok", minutes=4),
        make_post("6", "write to me at bob@example.com about the garden market", minutes=5, author_id="bob"),
        make_post("7", "a secret note that nobody may train on at all", minutes=6, visibility="private"),
    )
    report = curate(store, tmp_path / "out", config=CurateConfig(heldout_share=0.0))
    by_size = sorted(documents(tmp_path / "out"), key=lambda row: -len(row["post_ids"]))
    assert by_size[0]["post_ids"] == ["1", "2", "3"]
    assert by_size[0]["text"].startswith(FERRY + "\nis that")
    assert by_size[1]["texts"] == ["write to me at [email] about the garden market"]
    dropped = read_dropped(tmp_path / "out").rows()
    assert dropped == [("4", "exact_duplicate", "1"), ("5", "too_few_words", None)]
    assert dropped_by_reason(tmp_path / "out") == {"exact_duplicate": 1, "too_few_words": 1}
    assert read_dropped(tmp_path / "out", reason="too_few_words")["post_id"].to_list() == ["5"]
    assert (report.posts_in, report.posts_kept, report.threads, report.denied) == (6, 4, 1, 1)
    assert report.posts_in == report.posts_kept + sum(report.dropped.values())


def test_a_withdrawn_reply_leaves_a_gap_that_is_not_bridged(tmp_path):
    store = make_store(
        tmp_path / "w",
        make_post("1", FERRY),
        make_post(
            "2",
            "is that the one with the blue sails, does anybody know",
            minutes=1,
            author_id="bob",
            reply_to="1",
        ),
        make_post("3", "yes, and dogs may come along for free this year", minutes=2, reply_to="2"),
    )
    store.preferences.declare(
        [Preference(author_id="bob", purpose="train", state="deny", declared_at=NOON, source="operator")]
    )
    curate(store, tmp_path / "out", config=CurateConfig(heldout_share=0.0))
    assert sorted(row["post_ids"] for row in documents(tmp_path / "out")) == [["1"], ["3"]]


WORDS = ("boat", "tram", "market", "choir", "river", "bakery", "library")
PLACES = ("harbour", "station", "old bridge", "town hall", "north pier", "school")


def many_posts(count: int) -> list[Post]:
    """Posts of which some are copies of others, some nearly, some replies, some of a template, in several chunks."""
    posts = []
    for i in range(count):
        text = f"the {WORDS[i % 7]} by the {PLACES[i % 6]} is what everybody talked about on evening {i * i}"
        if i % 11 == 3:
            text = f"the {WORDS[i % 3]} by the {PLACES[0]} is closed until further notice, says the council!"
        if i % 11 == 5:
            text = f"the {WORDS[i % 3]} by the {PLACES[0]} is closed until further notice, says the councils"
        if i % 13 == 7:
            text = f"it is {i} degrees at {i % 24} o clock, says the thermometer"
        parent = str(i - 17) if i % 3 == 0 and i > 17 else None
        posts.append(make_post(str(i), text, minutes=i, author_id=f"author {i % 60}", reply_to=parent))
    return posts


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_an_interrupted_run_goes_on_and_gives_the_same(tmp_path, monkeypatch):
    store = make_store(tmp_path / "w", *many_posts(60))
    config = CurateConfig(chunk_posts=10)
    engine = Engine(EngineConfig(workers=1))
    monkeypatch.setattr(Engine, "map", in_this_process)
    curate(store, tmp_path / "whole", config=config, engine=engine)
    calls = []
    real = annotate_module.annotate

    def dies_at_the_third(*arguments, **settings):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments, **settings)

    monkeypatch.setattr(annotate_module, "annotate", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        curate(store, tmp_path / "half", config=config, engine=engine)
    store.tidy()  # the store's files may lie otherwise when the work goes on
    curate(store, tmp_path / "half", config=config, engine=engine)
    assert len(calls) == 3 + 4  # two chunks were on disk; the other four were looked at afterwards
    assert bytes_of(tmp_path / "half") == bytes_of(tmp_path / "whole")


def test_an_erasure_takes_away_the_files_that_are_being_read(tmp_path, monkeypatch):
    store = make_store(tmp_path / "w", *many_posts(60))
    gone = store.read(purpose="moderate", columns=["post_id"])["post_id"][0]
    cut_up, calls = store.parts, []

    def parts(rows):
        found = cut_up(rows)
        calls.append(rows)
        if len(calls) == 1:
            store.delete([Deletion(post_id=gone)], purge=False)
            erase_rows(store, [gone])
        return found

    monkeypatch.setattr(store, "parts", parts)
    report = curate(store, tmp_path / "out", config=CurateConfig())
    assert len(calls) == 2 and report.posts_in == 59
    texts = pl.read_parquet(tmp_path / "out" / "documents-*.parquet")["post_ids"].explode().to_list()
    assert texts and gone not in texts


def in_this_process(self, tasks, **_):
    return [task.function(*task.arguments) for task in tasks]


def test_every_kind_of_copy_is_found_across_chunks(tmp_path):
    store = make_store(tmp_path / "w", *many_posts(300))
    report = curate(
        store, tmp_path / "many", config=CurateConfig(chunk_posts=40, template_posts=5), engine=Engine()
    )
    whole = curate(store, tmp_path / "one", config=CurateConfig(template_posts=5))
    assert dataclasses.replace(report, cpu_seconds=0) == dataclasses.replace(whole, cpu_seconds=0)
    for name in ("documents", "posts", "dropped"):
        many, one = (
            pl.read_parquet(tmp_path / folder / f"{name}-*.parquet").rows() for folder in ("many", "one")
        )
        assert many == one
    assert set(report.dropped) == {"exact_duplicate", "near_duplicate", "bot_template"}
    dropped = read_dropped(tmp_path / "many")
    kept = set(pl.read_parquet(tmp_path / "many" / "posts-*.parquet")["post_id"])
    older = {post.post_id: post.created_at for post in many_posts(300)}
    assert all(older[row["repeats"]] < older[row["post_id"]] for row in dropped.iter_rows(named=True))
    assert kept.isdisjoint(dropped["post_id"])
    assert len(kept) + len(dropped) == 300
    card = json.loads((tmp_path / "many" / "card.json").read_text())
    assert card["by_basis"] == {"operator": report.posts_kept}
    assert sum(card["by_language"].values()) == sum(card["by_month"].values()) == report.posts_kept


def test_the_order_of_arrival_makes_no_difference(tmp_path):
    posts = many_posts(120)
    config = CurateConfig(chunk_posts=25)
    for name, order in (("forwards", posts), ("backwards", posts[::-1])):
        store = make_store(tmp_path / name, *order[:50])
        VersionFold(store).take(make_batch(*order[50:]))
        curate(store, tmp_path / f"{name}-corpus", config=config)
    assert bytes_of(tmp_path / "forwards-corpus") == bytes_of(tmp_path / "backwards-corpus")


def test_ray_gives_the_same_bytes_and_a_killed_worker_changes_nothing(tmp_path, monkeypatch):
    """In a process of its own: Daft keeps its runner for good."""
    store = make_store(tmp_path / "w", *many_posts(120))
    curate(store, tmp_path / "native", config=CurateConfig(chunk_posts=40))
    script = (
        "import sys; from pathlib import Path; import tests.corpus.curate_on_ray as run; "
        "run.curate_with_a_kill(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "w"), str(tmp_path / "ray")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "killed a worker" in done.stdout
    assert bytes_of(tmp_path / "ray") == bytes_of(tmp_path / "native")


def test_evaluation_sets_are_kept_out(tmp_path):
    (tmp_path / "set.txt").write_text(
        "the old harbour ferry runs again from monday morning, true or false?\n"
    )
    store = make_store(tmp_path / "w", make_post("1", FERRY), make_post("2", "the choir sings on the square"))
    config = with_settings(CurateConfig(), {"decontaminate": ["set.txt"]}, tmp_path)
    report = curate(store, tmp_path / "out", config=config)
    assert report.dropped == {"contaminated": 1}


def test_the_mixture_says_how_often_a_document_is_trained_on(tmp_path):
    store = make_store(tmp_path / "w", *many_posts(200))
    config = with_settings(CurateConfig(), {"mixture": {"language_weights": {"en": 0.5}}}, tmp_path)
    curate(store, tmp_path / "out", config=config)
    rows = pl.read_parquet(tmp_path / "out" / "documents-*.parquet").filter(pl.col("split") == "train")
    files = document_files(tmp_path / "out")
    assert len(list(read_documents(files, "train"))) == rows["copies"].sum() < len(rows)


@pytest.mark.parametrize(
    "settings",
    [{"heldout_share": 2}, {"decontaminate": ["absent.txt"]}, {"mixture": {"alpha": 1}}, {"speed": 3}],
)
def test_wrong_settings_of_the_workspace_are_one_line(tmp_path, settings):
    with pytest.raises(WrongUse, match=r"\[corpus\]"):
        with_settings(CurateConfig(), settings, tmp_path)


def test_no_posts_is_one_clear_line(tmp_path):
    store = make_store(tmp_path / "w", make_post("1", visibility="private"))
    with pytest.raises(NotReady, match="1 are denied"):
        curate(store, tmp_path / "out", config=CurateConfig())


@pytest.mark.parametrize(
    "wrong", [{"near_duplicate_threshold": 0.0}, {"heldout_share": 1.0}, {"max_thread_posts": 0}]
)
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CurateConfig(**wrong)


def test_posts_of_which_none_is_good_enough_are_not_ready(tmp_path):
    store = make_store(tmp_path / "w", make_post("1", "a"), make_post("2", "b"))
    with pytest.raises(NotReady, match="2 too_few_words"):
        curate(store, tmp_path / "out", config=CurateConfig())
