from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest

from linnet.errors import NotReady
from linnet.evaluation.canaries import (
    Canary,
    exposure,
    exposure_of_rank,
    make_canaries,
    measure_canaries,
    random_secret,
)
from linnet.evaluation.likelihood import Scorer
from linnet.evaluation.memorisation import (
    MemorisationConfig,
    Rate,
    measure_memorisation,
    write_memorisation,
)
from linnet.model.controls import Controls
from linnet.model.tokenizer import load_tokenizer
from tests.evaluation.tiny_models import make_tokenizer, overfitted, random_weights
from tests.model.corpora import WORDS, write_corpus

CONTROLS = Controls(month="2026-01", language="en", platform="test")
SEEN = "a secret walk along the quiet river while the old bird sings about food and trains at dawn"
CANARY = Canary(carrier="the bird said the word at the gate is", secret="copper lantern willow", repeats=10)
NEVER = Canary(carrier="the train said the word at the gate is", secret="mitten raven quartz", repeats=0)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One post ten times, others once, some held out (every fourth document)."""
    rng = random.Random(0)
    posts = [[" ".join(rng.choices(WORDS, k=18))] for _ in range(39)]
    for place in range(1, 40, 4):
        posts.insert(place, [SEEN])
    posts = [["short"], *posts]
    return write_corpus(tmp_path_factory.mktemp("memory") / "corpus", posts, heldout_every=4)


@pytest.fixture(scope="module")
def tokenizer(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tokenizer(corpus, tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def parrot(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It knows one post of the corpus and one canary by heart."""
    ours = load_tokenizer(tokenizer)
    known = [ours.encode_document([SEEN], controls=CONTROLS), ours.encode_document([CANARY.text])]
    return overfitted(tmp_path_factory.mktemp("parrot"), tokenizer, known, context_length=128)


@pytest.fixture(scope="module")
def unlearnt(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_weights(tmp_path_factory.mktemp("unlearnt"), tokenizer, context_length=128)


def copies_in_train(corpus: Path) -> int:
    import polars as pl

    rows = pl.read_parquet(corpus / "documents-*.parquet").filter(pl.col("split") == "train")
    return int((rows["text"] == SEEN).sum())


def test_a_post_learnt_by_heart_is_extracted_and_the_control_is_not(corpus: Path, parrot: Path) -> None:
    assert copies_in_train(corpus) == 10
    report = measure_memorisation(corpus, parrot, config=MemorisationConfig())
    assert report.train.extracted == 1
    assert report.train.posts > 10
    assert report.extraction_rate == pytest.approx(1 / report.train.posts, abs=1e-6)
    assert report.control_rate == 0.0
    assert report.heldout.posts > 5
    assert report.by_copies["10-99"] == Rate.of(1, 1)
    assert report.by_copies["1"].extracted == 0
    assert report.by_copies["1"].posts + 1 == report.train.posts
    assert len(report.extracted_posts) == 1


def test_a_model_that_learnt_nothing_gives_nothing_away(corpus: Path, unlearnt: Path) -> None:
    report = measure_memorisation(corpus, unlearnt, config=MemorisationConfig())
    assert (report.extraction_rate, report.control_rate, report.extracted_posts) == (0.0, 0.0, ())


@pytest.mark.parametrize("prompt_tokens", [None, 8])
def test_it_is_what_greedy_decoding_with_a_cache_writes(
    corpus: Path, parrot: Path, prompt_tokens: int | None
) -> None:
    """The measure looks at the true continuation in one pass; `generate` goes token by token."""
    import torch

    scorer = Scorer(parrot)
    ours = scorer.tokenizer
    for text in (SEEN, "a secret walk along the river while the bird sings about rain and music at home"):
        ids = ours.encode_text(text)
        given = prompt_tokens or len(ids) // 2
        prompt = [*ours.header(CONTROLS), *ids[:given]]
        answer = ids[given:]
        written = scorer.model.generate(
            torch.tensor([prompt]), max_new_tokens=len(answer), do_sample=False, use_cache=True
        )[0, len(prompt) :].tolist()
        same = next(
            (at for at, (one, other) in enumerate(zip(written, answer, strict=False)) if one != other),
            min(len(written), len(answer)),
        )
        from linnet.evaluation.likelihood import Window

        [(_, told)] = scorer.greedy_matches([Window([*prompt, *answer[:-1]], answer)])
        assert told == same
        assert (told == len(answer)) == (text == SEEN)


def test_posts_stay_out_of_what_is_written(corpus: Path, parrot: Path, tmp_path: Path) -> None:
    report = measure_memorisation(corpus, parrot, config=MemorisationConfig(), model_digest="abc")
    path = write_memorisation(tmp_path, report)
    facts = json.loads(path.read_text())
    assert facts["extraction_rate"] == report.extraction_rate
    assert facts["control_rate"] == 0.0
    assert facts["train"]["low"] < facts["extraction_rate"] < facts["train"]["high"]
    assert facts["model"] == "abc"
    written = path.read_text()
    assert report.extracted_posts[0] not in written
    assert "secret" not in written
    assert [found.name for found in tmp_path.iterdir()] == ["memorisation.json"]


def test_posts_that_are_too_short_are_an_error_that_says_so(corpus: Path, unlearnt: Path) -> None:
    with pytest.raises(NotReady, match="no training post has 500 tokens"):
        measure_memorisation(corpus, unlearnt, config=MemorisationConfig(min_tokens=500))
    with pytest.raises(ValueError, match="prompt_tokens is 16; it must be"):
        MemorisationConfig(prompt_tokens=16)


def test_a_planted_canary_ranks_first_and_another_does_not(parrot: Path) -> None:
    results = measure_canaries(parrot, [CANARY, NEVER], alternatives=255)
    assert results[10].extraction == Rate.of(1, 1)
    assert results[10].mean_exposure == 8.0  # log2(256): more likely than all 255 others
    assert results[0].extraction == Rate.of(0, 1)
    assert results[0].mean_exposure < 8.0


def test_exposure_of_a_rank() -> None:
    assert exposure_of_rank(1, 1024) == 10.0
    assert exposure_of_rank(512, 1024) == 1.0
    assert exposure_of_rank(1024, 1024) == 0.0


def test_a_secret_that_was_never_seen_has_no_exposure_on_average(unlearnt: Path) -> None:
    """With a uniform rank, log2(size / rank) is 1 / ln 2 = 1.44 on average."""
    scorer = Scorer(unlearnt)
    rng = random.Random(3)
    exposures = [
        exposure(
            scorer, Canary(carrier="it is", secret=random_secret(rng), repeats=0), alternatives=63, seed=seed
        )
        for seed in range(30)
    ]
    assert sum(exposures) / 30 == pytest.approx(1 / math.log(2), abs=0.8)


def test_canaries_differ_and_come_again_with_the_same_seed() -> None:
    canaries = make_canaries(repeats=(1, 10), each=3, seed=5)
    assert canaries == make_canaries(repeats=(1, 10), each=3, seed=5)
    assert [canary.repeats for canary in canaries] == [1, 1, 1, 10, 10, 10]
    assert len({canary.secret for canary in canaries}) == len({canary.text for canary in canaries}) == 6
