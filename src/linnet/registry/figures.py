"""Measures what the gates look at: one loading of the model, and held-out posts scored where figures are missing."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linnet.errors import LinnetError
from linnet.lineage import read_manifest
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.protocols import GenerationConfig, Message
from linnet.registry import ledger
from linnet.registry.config import VersionConfig
from linnet.registry.debts import owed_posts, trainable_digests
from linnet.registry.gates import Figures
from linnet.registry.versions import Version, heldout_digest, list_versions, served_version, vocabulary_digest
from linnet.workspace import Workspace

QUESTIONS = ("Hello, who are you?", "What is everybody talking about today?", "Merci beaucoup !", "2 + 2 = ?")
MEMORISATION_FILE = "memorisation.json"


def measure(
    workspace: Workspace,
    version: Version,
    *,
    config: VersionConfig,
    compare: bool = True,
    progress: Progress = SILENT,
) -> Figures:
    """Everything that the gates want to know of `version`. Without `compare`, nothing is scored on held-out posts."""
    served = served_version(workspace)
    progress.start(f"looking at {version.id}")
    found: dict[str, Any] = {"served": served.id if served else None, **_run(version, config)}
    progress.finish()
    if compare and served is not None:
        found |= _compared(workspace, version, served, config, progress)
        found["served_ended_share"] = _ended_share(workspace, served)
    found |= _memorisation(workspace, version)
    return with_debts(workspace, version, Figures(**found))


def with_debts(workspace: Workspace, version: Version, figures: Figures) -> Figures:
    """The figures with the debts of this moment."""
    trainable = trainable_digests(workspace)
    served = served_version(workspace)
    return dataclasses.replace(
        figures,
        owed=owed_posts(version.path, trainable),
        owed_served=owed_posts(served.path, trainable) if served else None,
        is_newest=version.id == list_versions(workspace)[-1].id,
    )


def _run(version: Version, config: VersionConfig) -> dict[str, Any]:
    """Load it, look at its logits, let it answer."""
    from linnet.model.tokenizer import load_tokenizer
    from linnet.serving.engines.embedded import open_embedded

    tokenizer = load_tokenizer(version.hf)
    shape = json.loads((version.hf / "config.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = {
        "vocabulary": vocabulary_digest(version.hf),
        "vocabulary_registered": version.facts.vocabulary,
        "vocabulary_of_base": version.facts.base_vocabulary,
        "highest_token": _highest_token(version.hf),
        "embeddings": shape["vocab_size"],
    }
    marks = _special_strings(version.hf)
    try:
        found["logits_finite"] = _logits_are_finite(
            version.hf, tokenizer.header() + tokenizer.encode_text(QUESTIONS[0])
        )
        model = open_embedded(version.path, name=version.id, engine="transformers", capable=False)
        asked = GenerationConfig(max_tokens=config.answer_tokens, temperature=0.8, seed=config.seed)
        said = [model.chat([Message(role="user", content=question)], asked) for question in QUESTIONS]
        model.close()
    except (LinnetError, OSError, ValueError, RuntimeError, KeyError) as error:
        line = next(iter(str(error).splitlines()), type(error).__name__)
        return {**found, "load_error": line[:200], "logits_finite": False}
    return found | {
        "answers": len(said),
        "answers_ended": sum(one.finish_reason == "stop" for one in said),
        "answers_with_special_tokens": sum(any(mark in one.text for mark in marks) for one in said),
    }


def _logits_are_finite(hf: Path, ids: Sequence[int]) -> bool:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(hf, dtype=torch.float32, local_files_only=True).eval()
    with torch.inference_mode():
        return bool(torch.isfinite(model(input_ids=torch.tensor([list(ids)])).logits).all())


def _highest_token(hf: Path) -> int:
    tokenizer = json.loads((hf / "tokenizer.json").read_text(encoding="utf-8"))
    ids = [
        *tokenizer["model"]["vocab"].values(),
        *(token["id"] for token in tokenizer.get("added_tokens", [])),
    ]
    return max(ids)


def _special_strings(hf: Path) -> list[str]:
    tokenizer = json.loads((hf / "tokenizer.json").read_text(encoding="utf-8"))
    return [token["content"] for token in tokenizer.get("added_tokens", []) if token.get("special")]


def _compared(
    workspace: Workspace, version: Version, served: Version, config: VersionConfig, progress: Progress
) -> dict[str, Any]:
    """Bits per byte of both base models on the same posts: the figures that stand where they are of the same posts."""
    measured = read_manifest(workspace.stage_path("evaluation"))
    mine, theirs = version.facts, served.facts
    corpus = read_manifest(workspace.stage_path("corpus"))
    now = heldout_digest(corpus.output_digest if corpus else None, measured.config if measured else {})
    if mine.heldout_of == theirs.heldout_of == now and None not in (mine.bits_per_byte, theirs.bits_per_byte):
        return {
            "bits_per_byte": mine.bits_per_byte,
            "bits_per_byte_served": theirs.bits_per_byte,
            "heldout_posts": mine.heldout_posts,
        }
    if version.base_hf is None or served.base_hf is None:
        missing = version.id if version.base_hf is None else served.id
        return {"not_comparable": f"the base model of {missing} was not kept"}
    posts = _heldout(workspace, [version, served], config)
    if not posts:
        return {}
    from linnet.evaluation.bits_per_byte import bits_per_byte

    try:
        scores = [
            bits_per_byte(folder, posts, progress=progress).bits_per_byte
            for folder in (version.base_hf, served.base_hf)
        ]
    except LinnetError as error:
        return {"not_comparable": str(error), "heldout_posts": len(posts)}
    return {
        "bits_per_byte": round(scores[0], 4),
        "bits_per_byte_served": round(scores[1], 4),
        "heldout_posts": len(posts),
    }


def _heldout(workspace: Workspace, versions: Sequence[Version], config: VersionConfig) -> list[Any]:
    """Held-out posts of the corpus as it is now that none of the versions learnt from and that may still be used."""
    from linnet.evaluation.bits_per_byte import PostText
    from linnet.model.documents import document_files, read_documents
    from linnet.training.learnt import posts_learnt

    rows = [
        (post_id, PostText(text=text, controls=document.controls, source=document.platform))
        for document in read_documents(document_files(workspace.stage_path("corpus")), "heldout")
        for post_id, text in zip(document.post_ids, document.texts, strict=True)
        if text
    ]
    ids = [post_id for post_id, _ in rows]
    learnt = set().union(
        *(posts_learnt(version.path, ids) for version in versions if version.facts.posts_learnt)
    )
    allowed = {post.post_id for post in PostStore(workspace).get(ids, purpose="train")}
    posts = [post for post_id, post in rows if post_id in allowed and post_id not in learnt]
    if len(posts) > config.heldout_posts:
        posts = random.Random(config.seed).sample(posts, config.heldout_posts)
    return posts


def _ended_share(workspace: Workspace, served: Version) -> float | None:
    """What was measured when the served version was decided on."""
    for entry in reversed(ledger.read_ledger(workspace)):
        if entry["event"] == "decided" and entry["version"] == served.id:
            for gate in entry.get("gates", []):
                if gate["gate"] == "answers" and gate["figures"].get("answers"):
                    return gate["figures"]["answers_ended"] / gate["figures"]["answers"]
    return None


def _memorisation(workspace: Workspace, version: Version) -> dict[str, Any]:
    path = workspace.stage_path("evaluation") / MEMORISATION_FILE
    if not path.exists():
        return {}
    report = json.loads(path.read_text(encoding="utf-8"))
    if report.get("model") not in (version.facts.base_weights, version.facts.weights):
        return {}
    return {name: report.get(name) for name in ("extraction_rate", "control_rate")}
