"""Model cards from manifests; no model is trained here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from linnet.lineage import Manifest, write_manifest
from linnet.training.card import CARD_FILE, README_FILE, WATTS_A_CORE, CardSubject, write_card
from linnet.training.learnt import write_learnt
from tests.model.corpora import write_corpus


def finish(folder: Path, stage: str, digest: str, counts: dict[str, Any], inputs: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(
        folder,
        Manifest(
            stage=stage, config={}, inputs=inputs, counts=counts, cpu_seconds=180.0, output_digest=digest
        ),
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A workspace's folders as a build leaves them, without weights."""
    corpus = write_corpus(tmp_path / "corpus", [["one"], ["two"], ["three"]])
    counts = {"posts_kept": 3, "documents": 3, "languages": {"en": 2, "und": 1}}
    finish(corpus, "curate", "corpus-digest", counts, {})
    base = tmp_path / "base"
    (base / "hf").mkdir(parents=True)
    (base / "hf" / "config.json").write_text(json.dumps({"num_hidden_layers": 2, "vocab_size": 400}))
    write_learnt(base, ["p0-0", "p1-0", "gone"])
    finish(base, "pretrain", "base-digest", {"steps": 12, "tokens_seen": 3456, "documents": 3}, {})
    finish(
        tmp_path / "evaluation",
        "evaluate",
        "e",
        {"bits_per_byte": 2.5, "posts": 7},
        {"pretrain": "base-digest"},
    )
    return tmp_path


def subject(built: Path, role: str = "base") -> CardSubject:
    return CardSubject(
        role=role,
        folder=built / role,
        before=[built / "corpus"],
        corpus=built / "corpus",
        evaluation=built / "evaluation",
        base=built / "base",
    )


def test_a_card_joins_the_manifests(built: Path):
    card = write_card(subject(built), platform="Tidepool")
    assert card is not None
    assert json.loads((built / "base" / CARD_FILE).read_text()) == card
    assert card["weights"] == "base-digest"
    assert card["training"] == {"steps": 12, "tokens_seen": 3456, "documents": 3, "learnt_posts": 3}
    assert card["corpus"] == {
        "posts": 3,
        "documents": 3,
        "by_language": {"en": 2, "und": 1},
        "digest": "corpus-digest",
    }
    assert card["evaluation"] == [
        {"of": "base", "on": "7 held-out posts", "metric": "bits per byte", "value": 2.5}
    ]
    assert card["energy"]["cpu_seconds_with_all_before"] == 360.0
    assert card["energy"]["kilowatt_hours"] == pytest.approx(360 * WATTS_A_CORE / 3.6e6, abs=1e-5)
    assert card["erasure_debt_posts"] == 1
    assert card["versions"]["torch"]


def test_the_page_is_a_hugging_face_model_card(built: Path):
    yaml = pytest.importorskip("yaml")
    write_card(subject(built), platform='The "Tide": pool')
    page = (built / "base" / "hf" / README_FILE).read_text()
    _, front, text = page.split("---\n", 2)
    facts = yaml.safe_load(front)
    assert facts["license"] == "other"
    assert facts["license_name"] == "the operator's"
    assert facts["language"] == ["en"]
    result = facts["model-index"][0]
    assert result["name"] == 'The "Tide": pool: base model'
    assert result["results"][0]["metrics"] == [{"type": "bits per byte", "value": 2.5}]
    assert "1 posts that it learnt from are no longer in the corpus" in text
    assert "| steps | 12 |" in text


@pytest.mark.parametrize(("revision", "licence"), [("c0ffee", "apache-2.0"), ("", "")])
def test_a_continued_base_is_named_with_its_licence(built: Path, revision: str, licence: str):
    base = {
        "name": "owner/open-1b",
        "revision": revision,
        "licence": licence,
        "model_type": "llama",
        "parameters": 12,
    }
    base["weights"] = "d1gest"
    (built / "base" / "report.json").write_text(json.dumps({"steps": 1, "base": base}))
    card = write_card(subject(built), platform="Tidepool")
    assert card is not None and card["base"] == base
    page = (built / "base" / "hf" / README_FILE).read_text()
    assert ('base_model: "owner/open-1b"' in page) == bool(revision)
    assert "d1gest" in page and "owner/open-1b" in page
    assert ("under the licence apache-2.0" if licence else "does not say") in page


def test_the_corpus_own_card_comes_first(built: Path):
    counts = {"posts": 9, "documents": 4, "by_source": {"csv|x": 9}, "by_basis": {"operator": 9}}
    (built / "corpus" / CARD_FILE).write_text(json.dumps(counts))
    card = write_card(subject(built), platform="Tidepool")
    assert card is not None
    assert card["corpus"] == {**counts, "digest": "corpus-digest"}
    assert "| csv\\|x | 9 |" in (built / "base" / "hf" / README_FILE).read_text()


def test_versions_stay_with_the_weights_they_made(built: Path, monkeypatch: pytest.MonkeyPatch):
    first = write_card(subject(built), platform="Tidepool")
    monkeypatch.setattr("linnet.training.card.version", lambda name: "later")
    second = write_card(subject(built), platform="Tidepool")
    finish(built / "base", "pretrain", "other-weights", {}, {})
    third = write_card(subject(built), platform="Tidepool")
    assert first and second and third
    assert second["versions"] == first["versions"]
    assert third["versions"]["torch"] == "later"
    assert third["evaluation"] == []  # the figure was of other weights


def test_a_chat_model_without_a_list_has_an_unknown_debt(built: Path):
    (built / "chat" / "hf").mkdir(parents=True)
    counts = {
        "conversations": 4,
        "heldout_conversations": 2,
        "heldout_loss_before": 3.0,
        "heldout_loss_after": 2.0,
    }
    finish(built / "chat", "sft", "chat-digest", counts, {})
    card = write_card(subject(built, "chat"), platform="Tidepool")
    assert card is not None
    assert card["erasure_debt_posts"] is None
    assert [(figure["of"], figure["value"]) for figure in card["evaluation"]] == [
        ("base", 2.5), ("base", 3.0), ("chat", 2.0),
    ]  # fmt: skip
    assert "count on every post" in (built / "chat" / "hf" / README_FILE).read_text()


def test_without_a_model_there_is_no_card(built: Path):
    assert write_card(subject(built, "served"), platform="Tidepool") is None
    assert not (built / "served").exists()
