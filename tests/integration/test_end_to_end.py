"""The whole line on a simulated platform, through the command line, as an operator uses it."""

from __future__ import annotations

import json

import polars as pl
import pytest

STAGES = [
    "curate",
    "tokenizer",
    "pretrain",
    "evaluate",
    "adapters",
    "sft",
    "dpo",
    "export",
    "provenance",
    "index",
]


def posts_of(built):
    return pl.read_parquet(built.simulated / "posts.parquet")


def long_english_post(built, row):
    """A public post with enough words to search for."""
    public = (pl.col("visibility") == "public") & (pl.col("language") == "en")
    return posts_of(built).filter(public & (pl.col("text").str.len_chars() > 60)).row(row, named=True)


def test_every_row_is_accounted_for(built):
    counts = [built.ingested[key] for key in ("accepted", "updated", "duplicates", "rejected")]
    assert sum(counts) == len(posts_of(built)) == counts[0]


def test_build_reports_every_stage(built):
    assert [stage["name"] for stage in built.build["stages"]] == STAGES
    assert all(set(stage) >= {"name", "seconds", "skipped"} for stage in built.build["stages"])
    assert not any(stage["skipped"] for stage in built.build["stages"])
    assert 1.0 < built.build["bits_per_byte"] < 8.0  # better than raw bytes, worse than magic


def test_a_second_build_runs_nothing(built):
    again = built.linnet("build")
    assert all(stage["skipped"] for stage in again["stages"])
    assert again["bits_per_byte"] == built.build["bits_per_byte"]


def test_status_says_what_stands(built):
    status = built.linnet("status")
    assert status["posts"] == len(posts_of(built))
    assert {stage["state"] for stage in status["stages"]} == {"fresh"}
    assert status["index"]["lexical"]["coverage"] == 1.0
    assert status["index"]["vectors"]["backlog"] == 0
    assert status["model"]["parameters"] > 0


def test_search_finds_a_post_by_its_words_and_filters_hold(built):
    post = long_english_post(built, 5)
    found = built.linnet(
        "search", post["text"].replace('"', " ").replace(":", " ").replace("-", " "), "--limit", "10"
    )
    assert post["post_id"] in [hit["post_id"] for hit in found["hits"]]
    assert all(set(hit) >= {"post_id", "author_id", "created_at", "text", "score"} for hit in found["hits"])
    theirs = built.linnet("search", f"from:{post['author_name']}", "--limit", "5")
    assert theirs["hits"] and {hit["author_id"] for hit in theirs["hits"]} == {post["author_id"]}
    french = built.linnet("search", "lang:fr", "--limit", "5")
    assert french["hits"] and {hit["language"] for hit in french["hits"]} == {"fr"}
    day = str(post["created_at"].date())
    that_day = built.linnet("search", f"since:{day} until:{day}T12:00:00Z", "--limit", "5")
    assert all(hit["created_at"].startswith(day) for hit in that_day["hits"])


def test_answers_quote_the_posts_they_cite(built):
    texts = dict(posts_of(built).select("post_id", "text").iter_rows())
    answered = 0
    questions = [row for row in built.questions() if row["post_ids"] and row["language"] == "en"]
    for question in questions:
        answer = built.platform.ask(question["question"])
        assert set(answer) >= {"answer", "sentences", "abstained", "as_of"}
        for sentence in answer["sentences"]:
            assert sentence["citations"]
            for citation in sentence["citations"]:
                assert citation["quote"] in texts[citation["post_id"]]
        if not answer["abstained"]:
            answered += 1
            assert answer["extractive"] and "xtractive" in answer["notice"]
    assert answered >= len(questions) / 2


def test_an_answer_shows_in_the_trace_of_what_it_used(built):
    question = next(row for row in built.questions() if row["post_ids"])
    answer = built.linnet("ask", question["question"])
    post_id = answer["sentences"][0]["citations"][0]["post_id"]
    steps = {step["step"]: step for step in built.linnet("trace", post_id)["steps"]}
    assert {"ingested", "consent", "document", "words", "vectors", "answer"} <= set(steps)
    assert steps["words"]["state"] == "done"


def test_the_trace_of_a_trained_post_names_document_tokens_and_models(built):
    documents = pl.read_parquet(built.root / "corpus" / "documents-*.parquet").filter(
        pl.col("split") == "train"
    )
    row = documents.row(0, named=True)
    steps = {step["step"]: step for step in built.linnet("trace", row["post_ids"][0])["steps"]}
    assert steps["document"]["facts"]["document_id"] == row["document_id"]
    assert steps["tokens"]["facts"]["tokens"] > 2
    assert steps["base"]["state"] == steps["chat"]["state"] == "done"


def test_the_model_loads_in_transformers(built):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = built.root / "served" / "hf"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
    ids = tokenizer("<|bos|><|user|>Is the ferry running?<|end|><|assistant|>", return_tensors="pt")
    made = model.generate(**ids, max_new_tokens=5, do_sample=False)
    assert made.shape[1] > ids["input_ids"].shape[1]


def everything_shown(built, words, reader=None):
    """All text that search, ask and the page of a post give to one reader for some words."""
    found = built.platform.search(words, limit=50, reader=reader)
    answer = built.platform.ask(words, reader=reader)
    return json.dumps([found["hits"], answer["answer"], answer["sentences"]], ensure_ascii=False)


def words_of(text):
    return " ".join(word for word in text.split() if word.isalnum())[:200]


@pytest.mark.parametrize("visibility", ["followers", "private", "unlisted"])
def test_restricted_posts_surface_for_their_author_alone(built, visibility):
    rows = posts_of(built).filter(
        (pl.col("visibility") == visibility)
        & (pl.col("text").str.len_chars() > 30)
        & pl.col("repost_of").is_null()
    )
    if not len(rows):
        pytest.skip(f"this simulated platform has no {visibility} post with enough words")
    post = rows.row(0, named=True)
    words = words_of(post["text"])
    assert post["post_id"] not in everything_shown(built, words)
    assert post["post_id"] not in everything_shown(built, words, reader="someone-else")
    own = built.linnet("search", words, "--limit", "50", "--as", post["author_id"])
    assert post["post_id"] in [hit["post_id"] for hit in own["hits"]]


def test_a_deleted_post_is_gone_at_once_and_stays_gone(copy_of):
    post = long_english_post(copy_of, 9)
    words = words_of(post["text"])
    assert post["post_id"] in everything_shown(copy_of, words)
    from linnet.posts.store import PostStore
    from linnet.records import Deletion
    from linnet.workspace import Workspace

    PostStore(Workspace(copy_of.root)).delete([Deletion(post_id=post["post_id"])])
    assert post["post_id"] not in everything_shown(copy_of, words)
    steps = copy_of.linnet("trace", post["post_id"])["steps"]
    assert steps[0]["state"] == "denied" and post["text"] not in json.dumps(steps)
    copy_of.linnet("ingest", str(copy_of.simulated / "posts.parquet"))
    assert post["post_id"] not in everything_shown(copy_of, words)
    copy_of.linnet("build")
    kept = pl.read_parquet(copy_of.root / "corpus" / "posts-*.parquet")["post_id"].to_list()
    assert post["post_id"] not in kept
    assert post["post_id"] not in everything_shown(copy_of, words)


def test_what_an_author_denies_is_not_shown_from_that_moment(copy_of):
    post = long_english_post(copy_of, 3)
    words = words_of(post["text"])
    assert post["post_id"] in everything_shown(copy_of, words)
    copy_of.linnet("consent", "set", "--author", post["author_id"], "--purpose", "*", "--state", "deny")
    shown = everything_shown(copy_of, words)
    assert post["author_id"] not in shown
    stale = {stage["name"] for stage in copy_of.linnet("status")["stages"] if stage["state"] == "stale"}
    assert "curate" in stale
