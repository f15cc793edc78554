"""Model cards: what a model is, what it learnt from and what that cost, as `card.json` and as a page for people.

A card is a join over manifests and counts, written when a build is over. It is no output of a stage: dates, times and
figures that come later may stand in it without making anything stale. The page, `README.md`, has the form of a
Hugging Face model card and lies in the model's `hf` folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet import __version__
from linnet.lineage import Manifest, read_manifest, write_atomically
from linnet.training.learnt import digests_of, read_learnt, train_posts
from linnet.training.run_folder import MODEL_FOLDER, REPORT_FILE

if TYPE_CHECKING:
    import numpy as np

CARD_FILE, README_FILE = "card.json", "README.md"
WATTS_A_CORE = 10.0
"""Assumed draw of one busy core with its share of memory and power supply; a server's cores take 3 to 15 W."""

ENGINES = ("torch", "transformers", "ai2-olmo-core", "trl", "peft", "tokenizers", "safetensors")
WHAT_IT_IS = {
    "base": "continues text in the way of this platform's posts",
    "adapters": "LoRA adapters for the base model, one for each bucket of authors",
    "chat": "the base model, fine-tuned to answer on the platform's own reply threads",
    "aligned": "the chat model, tuned on pairs of better and worse answers",
    "served": "the chat model as it is served, with a GGUF file beside it",
}
FACTS_OF_TRAINING = (
    "steps", "tokens_seen", "corpus_tokens", "documents", "final_loss", "conversations", "buckets", "posts", "authors",
    "pairs",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CardSubject:
    """Where the facts of one model stand."""

    role: str  # base, adapters, chat, aligned or served
    folder: Path
    before: Sequence[Path]  # the folders of all stages that it was made from
    corpus: Path
    evaluation: Path  # held-out figures of the base model
    base: Path


def write_card(subject: CardSubject, *, platform: str) -> dict[str, Any] | None:
    """Bring card.json and README.md of a model up to date; None when there is no finished model."""
    manifest = read_manifest(subject.folder)
    if manifest is None:
        return None
    path = subject.folder / CARD_FILE
    earlier = _read_json(path)
    card = {"platform": platform, **model_card(subject, manifest, earlier)}
    if card != earlier:
        model = subject.folder / MODEL_FOLDER
        page = (model if model.is_dir() else subject.folder) / README_FILE
        write_atomically(page, model_page(card))
        write_atomically(path, json.dumps(card, indent=1, ensure_ascii=False))
    return card


def model_card(subject: CardSubject, manifest: Manifest, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The facts. What cannot be known again later (software versions) is taken from an earlier card of the same weights."""
    same_weights = earlier.get("weights") == manifest.output_digest
    corpus = _corpus(subject.corpus)
    same_corpus = same_weights and earlier.get("corpus", {}).get("digest") == corpus["digest"]
    learnt = read_learnt(subject.folder)
    counts = manifest.counts
    cpu_before = sum(found.cpu_seconds for folder in subject.before if (found := read_manifest(folder)))
    cpu_total = round(manifest.cpu_seconds + cpu_before, 1)
    return {
        "model": subject.role,
        "weights": manifest.output_digest,
        "finished_at": manifest.finished_at,
        "linnet": manifest.code_version,
        "licence": "the operator's",
        "architecture": _architecture(subject.folder),
        "training": {
            **{name: counts[name] for name in FACTS_OF_TRAINING if name in counts},
            "learnt_posts": None if learnt is None else len(learnt),
        },
        **({"base": base} if (base := _continued_base(subject.base)) else {}),
        "corpus": corpus,
        "evaluation": _evaluation(subject, counts),
        "energy": {
            "cpu_seconds": manifest.cpu_seconds,
            "cpu_seconds_with_all_before": cpu_total,
            "watts_a_core": WATTS_A_CORE,
            "kilowatt_hours": round(cpu_total * WATTS_A_CORE / 3.6e6, 5),
        },
        "erasure_debt_posts": earlier["erasure_debt_posts"] if same_corpus else _debt(learnt, subject.corpus),
        "versions": earlier["versions"] if same_weights else _versions(),
    }


def model_page(card: Mapping[str, Any]) -> str:
    """The card as a Hugging Face model card: YAML, then text."""
    title = f"{card['platform']}: {card['model']} model"
    own = [figure for figure in card["evaluation"] if figure["of"] == card["model"]]
    lines = ["---", "license: other", 'license_name: "the operator\'s"']
    if card["model"] != "adapters":
        lines += ["library_name: transformers", "pipeline_tag: text-generation"]
    if (base := card.get("base")) and base["revision"]:  # of the hub: it links the two
        lines.append(f"base_model: {json.dumps(base['name'])}")
    languages = [
        code for code in card["corpus"].get("by_language", {}) if 2 <= len(code) <= 3 and code != "und"
    ]
    if languages:
        lines += ["language:", *(f"- {json.dumps(code)}" for code in languages[:20])]
    lines += ["tags:", "- linnet"]
    if own:
        lines += ["model-index:", f"- name: {json.dumps(title)}", "  results:"]
        for figure in own:
            lines += [
                "  - task: {type: text-generation}",
                f"    dataset: {{type: posts, name: {json.dumps(figure['on'])}}}",
                "    metrics:",
                f"    - {{type: {json.dumps(figure['metric'])}, value: {figure['value']}}}",
            ]
    lines += ["---", "", f"# {title}", "", f"This model {_says(card)}. Linnet {card['linnet']} made it from "]
    lines[-1] += "the platform's own posts, of authors who allow training."
    if base := card.get("base"):
        lines += ["", "## What it continues", "", _base_line(base)]
    lines += ["", "## What it learnt from", "", *_corpus_lines(card)]
    lines += ["", "## Training", "", *_table(card["architecture"]), *_table(card["training"], head=False)]
    if card["evaluation"]:
        lines += ["", "## Evaluation", "", "| model | on | metric | value |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {figure['of']} | {figure['on']} | {figure['metric']} | {figure['value']} |"
            for figure in card["evaluation"]
        ]
        lines += ["", "Lower is better, where the metric does not say otherwise."]
    lines += ["", "## Energy", "", _energy_line(card["energy"])]
    lines += ["", "## Erasure", "", _debt_line(card["erasure_debt_posts"])]
    lines += ["", "## Software", "", *_table(card["versions"]), ""]
    return "\n".join(lines)


def _base_line(base: Mapping[str, Any]) -> str:
    """The open model that training went on from; its licence binds this one too."""
    revision = f" at revision `{base['revision']}`" if base["revision"] else ""
    licence = (
        f"under the licence {base['licence']}" if base["licence"] else "whose licence its folder does not say"
    )
    return (
        f"{_cell(base['name'])}{revision}, a {base['model_type']} model of {base['parameters']:,} parameters, "
        f"{_cell(licence)}. Its weights have the digest `{base['weights']}`. What it learnt before is not in this card."
    )


def _continued_base(folder: Path) -> Mapping[str, Any] | None:
    """The provenance of the open base that the base model continues; None where it was trained from scratch."""
    return _read_json(folder / REPORT_FILE).get("base")


def _says(card: Mapping[str, Any]) -> str:
    what = WHAT_IT_IS[card["model"]]
    return what if card["model"] == "base" else f"is {what}"


def _corpus_lines(card: Mapping[str, Any]) -> list[str]:
    corpus = card["corpus"]
    learnt = card["training"]["learnt_posts"]
    lines = [
        f"{'An unknown number of' if learnt is None else f'{learnt:,}'} posts, from the corpus with digest "
        f"`{corpus['digest']}`: {corpus.get('posts') or 0:,} posts in {corpus.get('documents') or 0:,} documents, "
        "a part of them held out."
    ]
    for name, value in corpus.items():
        if isinstance(value, Mapping) and value:
            lines += ["", f"| {name.replace('_', ' ')} | posts |", "| --- | --- |"]
            lines += [f"| {_cell(key)} | {_cell(amount)} |" for key, amount in value.items()]
    return lines


def _energy_line(energy: Mapping[str, Any]) -> str:
    return (
        f"An estimate: {energy['cpu_seconds_with_all_before']:,} CPU seconds, the stages before it included, times "
        f"{energy['watts_a_core']:g} W a core are {energy['kilowatt_hours']:g} kWh. Accelerators are not in it, nor is "
        "the work that an interruption undid."
    )


def _debt_line(debt: int | None) -> str:
    if debt is None:
        return "Which posts it learnt from is not known: count on every post."
    return f"{debt:,} posts that it learnt from are no longer in the corpus. Training it again settles that."


def _table(facts: Mapping[str, Any], *, head: bool = True) -> list[str]:
    rows = [f"| {_cell(name).replace('_', ' ')} | {_cell(value)} |" for name, value in facts.items()]
    return [*(("| what | |", "| --- | --- |") if head else ()), *rows]


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def _corpus(corpus: Path) -> dict[str, Any]:
    """The corpus' digest and its own card, or its manifest's counts where it has no card."""
    manifest = read_manifest(corpus)
    counts = manifest.counts if manifest else {}
    plain = {"posts": counts.get("posts_kept"), "documents": counts.get("documents")}
    plain["by_language"] = counts.get("languages", {})
    card = _read_json(corpus / CARD_FILE)
    return {**(card or plain), "digest": manifest.output_digest if manifest else None}


def _architecture(folder: Path) -> dict[str, Any]:
    config = _read_json(folder / MODEL_FOLDER / "config.json")
    names = {
        "num_hidden_layers": "layers",
        "hidden_size": "width",
        "num_attention_heads": "heads",
        "vocab_size": "vocabulary",
        "max_position_embeddings": "context_length",
    }
    return {ours: config[theirs] for theirs, ours in names.items() if theirs in config}


def _evaluation(subject: CardSubject, counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Figures that stand, each saying of which model it is."""
    figures = []

    def add(of: str, on: str, metric: str, value: Any) -> None:
        if value is not None:
            figures.append({"of": of, "on": on, "metric": metric, "value": round(value, 4)})

    measured, base = read_manifest(subject.evaluation), read_manifest(subject.base)
    if measured and base and measured.inputs.get("pretrain") == base.output_digest:
        posts = measured.counts.get("posts")
        add("base", f"{posts} held-out posts", "bits per byte", measured.counts.get("bits_per_byte"))
    if subject.role == "adapters":
        on = f"{counts.get('heldout_posts')} held-out posts"
        add("base", on, "bits per byte", counts.get("bits_per_byte_base"))
        add("adapters", on, "bits per byte, merged into base", counts.get("bits_per_byte_merged"))
    if subject.role == "chat":
        on = f"{counts.get('heldout_conversations')} held-out conversations"
        add("base", on, "loss in nats a token", counts.get("heldout_loss_before"))
        add("chat", on, "loss in nats a token", counts.get("heldout_loss_after"))
    if subject.role == "aligned":
        on = f"{counts.get('heldout_pairs')} held-out pairs"
        for of, measure in (("chat", "per_token_before"), ("aligned", "per_token_after")):
            share = counts.get("heldout_accuracy", {}).get(measure, {}).get("share")
            add(
                of,
                on,
                "share of pairs whose better answer it finds likelier, per token; higher is better",
                share,
            )
        add("chat", "held-out posts", "bits per byte", counts.get("bits_per_byte_before"))
        add("aligned", "held-out posts", "bits per byte", counts.get("bits_per_byte_after"))
    return figures


def _debt(learnt: np.ndarray | None, corpus: Path) -> int | None:
    """Posts that the model learnt from and that are no longer among those the corpus trains on."""
    import numpy as np

    if learnt is None:
        return None
    if not len(learnt):
        return 0
    return int((~np.isin(learnt, digests_of(train_posts(corpus)))).sum())


def _versions() -> dict[str, str]:
    found = {"linnet": __version__}
    for name in ENGINES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _read_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
