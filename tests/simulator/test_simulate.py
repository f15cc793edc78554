"""The files as a whole: schema, order, references, counts, determinism."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from linnet.errors import WrongUse
from linnet.records import MEDIA_KINDS, POST_SCHEMA, VISIBILITIES, Post
from linnet.simulator import SimulationConfig, simulate
from linnet.simulator.engagements import EngagementDraw

from .conftest import Simulated

FILES = {"posts.parquet", "authors.parquet", "engagements.parquet", "truth.json", "questions.jsonl"}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_posts_have_the_post_schema(simulated: Simulated) -> None:
    assert pq.read_schema(simulated.folder / "posts.parquet").equals(POST_SCHEMA)
    assert Post.from_row(simulated.posts[0]).platform == "simulator"


def test_files_and_counts_add_up(simulated: Simulated) -> None:
    assert {path.name for path in simulated.folder.iterdir()} == FILES == set(simulated.report.files)
    counts, posts = simulated.truth["counts"], simulated.posts
    assert len(posts) == len(simulated.by_id) == counts["posts"] == simulated.report.num_posts == 6000
    for name, column in (("replies", "reply_to"), ("reposts", "repost_of"), ("quotes", "quote_of")):
        assert counts[name] == sum(post[column] is not None for post in posts) > 0
    assert sum(simulated.truth["languages"].values()) == sum(simulated.truth["topics"].values()) == 6000
    assert Counter(post["language"] for post in posts) == simulated.truth["languages"]


def test_times_are_ordered_and_within_the_window(simulated: Simulated) -> None:
    times = [post["created_at"] for post in simulated.posts]
    assert times == sorted(times)
    assert simulated.config.start <= times[0] and times[-1] < simulated.config.end


def test_replies_quotes_and_reposts_refer_to_earlier_posts(simulated: Simulated) -> None:
    for post in simulated.posts:
        for column in ("reply_to", "quote_of", "repost_of"):
            if post[column] is not None:
                earlier = simulated.by_id[post[column]]
                assert earlier["created_at"] < post["created_at"]
                assert earlier["visibility"] == "public"
        if post["reply_to"] is not None:
            assert post["conversation_id"] == simulated.by_id[post["reply_to"]]["conversation_id"]
        else:
            assert post["conversation_id"] == post["post_id"]
        if post["repost_of"] is not None:
            original = simulated.by_id[post["repost_of"]]
            assert post["text"] == f"RT @{original['author_name']}: {original['text']}"


def test_threads_go_deep_and_stay_within_eight(simulated: Simulated) -> None:
    depths: dict[str, int] = {}
    for post in simulated.posts:
        depths[post["post_id"]] = depths[post["reply_to"]] + 1 if post["reply_to"] else 0
    assert 5 <= max(depths.values()) <= 8
    assert 0.3 < sum(depth > 0 for depth in depths.values()) / len(depths) < 0.7


def test_engagement_counts_match_the_rows(simulated: Simulated) -> None:
    rows = simulated.rows("engagements.parquet")
    assert len(rows) == simulated.report.num_engagements
    counted = Counter((row["post_id"], row["kind"]) for row in rows)
    replies = Counter(post["reply_to"] for post in simulated.posts)
    reposts = Counter(post["repost_of"] for post in simulated.posts)
    for post in simulated.posts:
        number = post["post_id"]
        assert post["like_count"] == counted[number, "like"]
        assert post["repost_count"] == counted[number, "repost"] == reposts[number]
        assert post["reply_count"] == replies[number]
    for row in rows:
        post = simulated.by_id[row["post_id"]]
        assert post["created_at"] < row["created_at"] < simulated.config.end
        assert row["author_id"] != post["author_id"]
    assert len({(row["author_id"], row["kind"], row["post_id"]) for row in rows}) == len(rows)


def test_some_posts_carry_media(simulated: Simulated) -> None:
    carried = [tuple(post["media"]) for post in simulated.posts if post["repost_of"] is None]
    assert {kind for kinds in carried for kind in kinds} == set(MEDIA_KINDS)
    assert 0.15 < sum(bool(kinds) for kinds in carried) / len(carried) < 0.27
    assert all(post["media"] == [] for post in simulated.posts if post["repost_of"] is not None)


def test_authors_are_the_authors_of_the_posts(simulated: Simulated) -> None:
    authors = {author["author_id"]: author for author in simulated.rows("authors.parquet")}
    assert len({author["author_name"] for author in authors.values()}) == len(authors)
    written = Counter(post["author_id"] for post in simulated.posts)
    for number, author in authors.items():
        assert author["post_count"] == written[number]
        assert author["created_at"] < simulated.config.start
    for post in simulated.posts:
        assert authors[post["author_id"]]["author_name"] == post["author_name"]


def test_urls_stand_in_the_text(simulated: Simulated) -> None:
    linked = [post for post in simulated.posts if post["urls"]]
    assert len(linked) > 50
    for post in linked:
        assert all(url in post["text"] and ".example/" in url for url in post["urls"])
    assert not any("https://" in post["text"] for post in simulated.posts if not post["urls"])


def test_some_posts_are_restricted(simulated: Simulated) -> None:
    seen = Counter(post["visibility"] for post in simulated.posts)
    assert set(seen) == set(VISIBILITIES)
    assert 0.01 < 1 - seen["public"] / 6000 < 0.03
    for visibility, ids in simulated.truth["restricted"].items():
        assert {simulated.by_id[number]["visibility"] for number in ids} == {visibility}
        assert len(ids) == seen[visibility]


def test_equal_configurations_give_equal_files(tmp_path: Path) -> None:
    """Also under another hash seed, in another process."""
    config = SimulationConfig(num_posts=800, seed=3)
    simulate(tmp_path / "here", config=config)
    code = (
        "import sys; from pathlib import Path; from linnet.simulator import SimulationConfig, simulate; "
        "simulate(Path(sys.argv[1]), config=SimulationConfig(num_posts=800, seed=3))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True, env=environment)
    assert digests(tmp_path / "here") == digests(tmp_path / "there")


def test_another_seed_gives_another_platform(tmp_path: Path) -> None:
    folders = [tmp_path / "3", tmp_path / "4"]
    for folder in folders:
        simulate(folder, config=SimulationConfig(num_posts=300, seed=int(folder.name)))
    texts = [set(pq.read_table(folder / "posts.parquet")["text"].to_pylist()) for folder in folders]
    assert len(texts[0] & texts[1]) < 30


@pytest.mark.parametrize("num_posts", [100, 101, 2500])
def test_the_number_of_posts_is_exact(tmp_path: Path, num_posts: int) -> None:
    report = simulate(tmp_path, config=SimulationConfig(num_posts=num_posts, days=4, languages=("en", "fr")))
    assert report.num_posts == pq.read_metadata(tmp_path / "posts.parquet").num_rows == num_posts
    assert set(report.languages) == {"en", "fr"}


def test_a_platform_without_english(tmp_path: Path) -> None:
    report = simulate(tmp_path, config=SimulationConfig(num_posts=400, languages=("ja", "de")))
    assert set(report.languages) == {"ja", "de"}
    assert report.counts["campaign"] == report.counts["fan_club"] == 0


def test_a_failed_run_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "posts.parquet").write_text("what was there before")

    def fail(*_: object) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr(EngagementDraw, "draw", fail)
    with pytest.raises(OSError, match="disk gone"):
        simulate(tmp_path, config=SimulationConfig(num_posts=200))
    assert [path.name for path in tmp_path.iterdir()] == ["posts.parquet"]
    assert (tmp_path / "posts.parquet").read_text() == "what was there before"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"num_posts": 99}, "num_posts is 99"),
        ({"languages": ("en", "xx")}, "choose from"),
        ({"languages": ("en", "en")}, "twice"),
        ({"days": 1}, "days is 1"),
        ({"harmful_share": 0.5}, "harmful_share is 0.5"),
        ({"num_authors": 5}, "num_authors is 5"),
        ({"campaign_waves": -1}, "campaign_waves is -1"),
    ],
)
def test_wrong_configurations_are_named(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(WrongUse, match=message):
        dataclasses.replace(SimulationConfig(), **wrong)  # type: ignore[arg-type]


def test_output_must_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUse, match="is a file"):
        simulate(tmp_path / "file", config=SimulationConfig(num_posts=100))
