from __future__ import annotations

import polars as pl
import pytest

from linnet.corpus.curate import CurateConfig, curate
from linnet.errors import NotReady
from linnet.records import Preference
from tests.factories import NOON, make_post, make_store

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
    dropped = dict(pl.read_parquet(tmp_path / "out" / "dropped.parquet").iter_rows())
    assert dropped == {"4": "exact_duplicate", "5": "too_few_words"}
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


def test_an_interrupted_run_goes_on_and_gives_the_same(tmp_path):
    words = ("boat", "tram", "market", "choir", "river", "bakery", "library")
    posts = [
        make_post(
            str(i), f"{words[i % 7]} number {i * i} is what we talk about, {words[i % 5]} too", minutes=i
        )
        for i in range(60)
    ]
    store = make_store(tmp_path / "w", *posts)
    config = CurateConfig(chunk_posts=10)
    curate(store, tmp_path / "whole", config=config)
    half = tmp_path / "half"
    (half / "annotated").mkdir(parents=True)
    curate(store, tmp_path / "probe", config=config)
    import linnet.corpus.curate as module

    calls = []
    real = module.annotate

    def dies_at_the_third(chunk):
        calls.append(len(chunk))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(chunk)

    module.annotate = dies_at_the_third
    try:
        with pytest.raises(KeyboardInterrupt):
            curate(store, half, config=config)
        curate(store, half, config=config)
    finally:
        module.annotate = real
    assert len(calls) == 3 + 4  # two chunks were on disk; the other four were looked at afterwards
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert names == sorted(path.name for path in half.iterdir())
    assert all((tmp_path / "whole" / name).read_bytes() == (half / name).read_bytes() for name in names)


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
