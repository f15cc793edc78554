"""Preference tuning of a tiny model with random weights on threads whose better replies look alike."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linnet.errors import NotReady
from linnet.model.tokenizer import TokenizerConfig, train_tokenizer
from linnet.training.dpo import NO_PAIRS, TURNED_OFF, DpoConfig, DpoReport, dpo, judge
from linnet.training.learnt import posts_learnt, read_learnt, write_learnt
from linnet.training.preferences.gather import PairSources
from tests.model.corpora import random_posts, write_corpus
from tests.training.preferences.threads import Talk, make_talk
from tests.training.tiny import random_model

CONFIG = DpoConfig(
    max_pairs=48,
    batch_size=8,
    max_epochs=2.0,
    learning_rate=2e-3,
    guard_posts=8,
    max_loss_increase=1.0,
    threads=1,
)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return make_talk(tmp_path_factory.mktemp("talk"), threads=64, heldout=16)


@pytest.fixture(scope="module")
def chat(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tokenizer = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(talk.corpus, tokenizer, config=TokenizerConfig(vocab_size=400))
    chat = random_model(tmp_path_factory.mktemp("models") / "chat", tokenizer)
    write_learnt(chat, ["q0", "older"])
    return chat


@pytest.fixture(scope="module")
def tuned(talk: Talk, chat: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DpoReport]:
    out = tmp_path_factory.mktemp("aligned")
    return out, dpo(talk.corpus, chat, out, config=CONFIG, sources=PairSources(store=talk.store))


def test_it_moves_towards_the_better_answers(tuned: tuple[Path, DpoReport]) -> None:
    _, report = tuned
    assert (report.steps, report.pairs, report.heldout_pairs) == (12, 48, 16)
    assert report.pairs_by_source == {"engagement": 48}
    assert report.heldout_accuracy["reward_after"]["share"] > 0.8
    assert report.heldout_accuracy["reward_after"]["low"] > 0.5
    assert report.heldout_loss_before == pytest.approx(math.log(2))
    assert report.heldout_loss_after is not None and report.heldout_loss_after < 0.6
    assert report.bits_per_byte_before is not None and report.kept


def test_the_model_is_whole_and_says_what_it_learnt(tuned: tuple[Path, DpoReport], chat: Path) -> None:
    from transformers import AutoModelForCausalLM

    out, _ = tuned
    AutoModelForCausalLM.from_pretrained(out / "hf")
    assert posts_learnt(out, ["q0", "g0", "older", "never"]) == {"q0", "g0", "older"}
    assert not (out / "tokens").exists() and not (out / "trainer").exists()
    before = (chat / "hf" / "model.safetensors").read_bytes()
    assert (out / "hf" / "model.safetensors").read_bytes() != before


def test_twice_gives_the_same_weights(
    tuned: tuple[Path, DpoReport], talk: Talk, chat: Path, tmp_path: Path
) -> None:
    out, report = tuned
    again = dpo(talk.corpus, chat / "hf", tmp_path, config=CONFIG, sources=PairSources(store=talk.store))
    assert again.heldout_loss_after == report.heldout_loss_after
    weights = [(folder / "hf" / "model.safetensors").read_bytes() for folder in (out, tmp_path)]
    assert weights[0] == weights[1]
    done = dpo(talk.corpus, chat, out, config=CONFIG, sources=PairSources(store=talk.store))
    assert done == report  # finished: nothing runs


def test_a_model_that_unlearnt_the_language_is_not_kept(
    talk: Talk, chat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worker(module: str, job: dict[str, Any], *, folder: Path, progress: Any) -> dict[str, Any]:
        assert len(json.loads(Path(job["pairs"]).read_text())["train"]) == 48
        (folder / "hf").mkdir()
        (folder / "hf" / "config.json").write_text("{}")
        return {"steps": 1, "heldout_accuracy": {}, "bits_per_byte_before": 2.0, "bits_per_byte_after": 4.1}

    monkeypatch.setattr("linnet.training.dpo.run_worker", worker)
    report = dpo(talk.corpus, chat, tmp_path, config=CONFIG, sources=PairSources(store=talk.store))
    assert not report.kept and "rose by 105.0%" in report.why
    assert not (tmp_path / "hf").exists() and not (tmp_path / "tokens").exists()
    learnt = read_learnt(tmp_path)
    assert learnt is not None and not len(learnt)  # what is thrown away owes nothing
    monkeypatch.undo()
    assert dpo(talk.corpus, chat, tmp_path, config=CONFIG, sources=PairSources(store=talk.store)) == report


def test_an_interrupted_run_leaves_no_pairs(
    talk: Talk, chat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worker(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("linnet.training.dpo.run_worker", worker)
    with pytest.raises(KeyboardInterrupt):
        dpo(talk.corpus, chat, tmp_path, config=CONFIG, sources=PairSources(store=talk.store))
    assert not (tmp_path / "tokens").exists()
    assert posts_learnt(tmp_path, ["g0"]) == {"g0"}  # the list is there before the first step


def test_without_pairs_it_says_so_and_trains_nothing(talk: Talk, chat: Path, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", random_posts(20))
    report = dpo(corpus, chat, tmp_path / "out", config=CONFIG, sources=PairSources(store=talk.store))
    assert (report.kept, report.why, report.pairs) == (False, NO_PAIRS, 0)
    off = replace(CONFIG, max_pairs=0)
    report = dpo(talk.corpus, chat, tmp_path / "off", config=off, sources=PairSources(store=talk.store))
    assert (report.kept, report.why) == (False, TURNED_OFF)
    assert not (tmp_path / "off" / "hf").exists()


def test_without_a_chat_model_it_says_so(talk: Talk, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"no chat model in .*linnet build"):
        dpo(talk.corpus, tmp_path, tmp_path / "out", config=CONFIG, sources=PairSources())


@pytest.mark.parametrize(
    ("before", "after", "share", "kept"),
    [(2.0, 2.0, 0.6, True), (2.0, 2.05, 0.9, False), (2.0, 2.04, 0.9, True), (2.0, 1.9, 0.5, False)],
)
def test_when_it_is_kept(before: float, after: float, share: float, kept: bool) -> None:
    accuracy = {"reward_after": {"share": share, "low": 0.1, "high": 0.9, "pairs": 10}}
    assert judge(before, after, accuracy, DpoConfig())[0] is kept


@pytest.mark.parametrize(
    "wrong",
    [{"max_pairs": -1}, {"beta": 0.0}, {"sources": ("likes",)}, {"learning_rate": 1.0}, {"batch_size": 0}],
)
def test_wrong_settings_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        DpoConfig(**wrong)  # type: ignore[arg-type]


def test_defaults_build() -> None:
    assert DpoConfig().max_pairs == 64


def test_log_probs_are_of_the_answers_alone(chat: Path) -> None:
    """Against the plain sum, one sequence at a time: starts and lengths differ, so that batches are padded."""
    import torch
    from transformers import AutoModelForCausalLM

    from linnet.training.dpo_worker import log_probs

    model = AutoModelForCausalLM.from_pretrained(chat / "hf").eval()
    sequences = [([0, 40, 41, 42, 43, 44, 1], 5), ([0, 50, 51], 1), ([0, 60, 61, 62, 1], 3)]
    plain = []
    for ids, start in sequences:
        with torch.inference_mode():
            given = model(torch.tensor([ids])).logits[0].log_softmax(-1)
        plain.append(float(sum(given[position - 1, ids[position]] for position in range(start, len(ids)))))
    assert log_probs(model, sequences, 2, batch_size=2) == pytest.approx(plain, abs=1e-4)
