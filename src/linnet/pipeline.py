"""The stages in order: read this first.

    posts ──> curate ──> tokenizer ──> pretrain ──> evaluate
      │          │            └────┐       │
      │          ├───────> dpo <─ sft <────┤ ──> export ──> candidate ──gates──> served
      │          └───────────> adapters <──┘ ─────┘
      └────────> index ──> search, ask

`build` runs whatever is stale, like make. A stage works in `<folder>.next`; when its manifest is written the
folder takes the place of the old one, so a reader always finds a whole output, and a killed stage goes on
from the work it left in `<folder>.next`.
"""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linnet.corpus.curate import CurateConfig, curate
from linnet.corpus.engine import Engine, EngineConfig
from linnet.errors import BadInput, WorkspaceBusy
from linnet.evaluation.heldout import HeldoutConfig, evaluate_heldout
from linnet.lineage import (
    MANIFEST_FILE,
    Manifest,
    config_to_json,
    digest_of,
    digest_of_files,
    read_manifest,
    why_stale,
    write_atomically,
    write_manifest,
)
from linnet.model.tokenizer import TokenizerConfig, train_tokenizer
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.provenance.build import ProvenanceConfig, build_provenance
from linnet.recipes import Continuation, ExportConfig, Recipe, keep_choice
from linnet.registry.decisions import Decision, adopt_served, settle
from linnet.retrieval.index import IndexConfig
from linnet.swap import next_folder, recover, swap_in
from linnet.training.adapters import AdapterConfig, AdapterReport, train_adapters
from linnet.training.budget import PLAN_FILE
from linnet.training.card import README_FILE, CardSubject, write_card
from linnet.training.continued import continue_pretraining
from linnet.training.dpo import DpoConfig, dpo
from linnet.training.learnt import write_learnt
from linnet.training.merge import merge_adapters
from linnet.training.preferences.gather import PairSources
from linnet.training.preferences.ratings import ratings_digest
from linnet.training.pretrain import PretrainConfig, pretrain
from linnet.training.run_folder import TIMES_FILE
from linnet.training.sft import SftConfig, sft
from linnet.training.watch import WATCH_PARTS
from linnet.training.watch.config import watch_config
from linnet.workspace import Workspace


@dataclass(frozen=True)
class Stage:
    """A stage whose whole output is one folder."""

    name: str
    folder: str
    inputs: tuple[str, ...]  # "posts", "ratings", or names of earlier stages
    run: Callable[[Workspace, Path, Any, Progress], Any]  # (workspace, out, config, progress) -> report


def _folder(workspace: Workspace, stage: str) -> Path:
    return workspace.stage_path(next(s.folder for s in STAGES if s.name == stage))


def _curate(workspace: Workspace, out: Path, config: CurateConfig, progress: Progress) -> Any:
    engine = Engine(EngineConfig.from_settings(workspace.settings().get("engine", {})))
    return curate(PostStore(workspace), out, config=config, engine=engine, progress=progress)


def _tokenizer(workspace: Workspace, out: Path, config: TokenizerConfig, progress: Progress) -> Any:
    return train_tokenizer(_folder(workspace, "curate"), out, config=config, progress=progress)


def _pretrain(
    workspace: Workspace, out: Path, config: PretrainConfig | Continuation, progress: Progress
) -> Any:
    corpus, tokenizer = _folder(workspace, "curate"), _folder(workspace, "tokenizer")
    watch = watch_config(workspace.settings().get("training", {}))
    if isinstance(config, Continuation):
        return continue_pretraining(
            corpus, config.base, out, config=config.config, watch=watch, progress=progress
        )
    return pretrain(corpus, tokenizer, out, config=config, watch=watch, progress=progress)


def _evaluate(workspace: Workspace, out: Path, config: HeldoutConfig, progress: Progress) -> Any:
    corpus, base = _folder(workspace, "curate"), _folder(workspace, "pretrain")
    return evaluate_heldout(corpus, base / "hf", out, config=config, progress=progress)


def _adapters(workspace: Workspace, out: Path, config: AdapterConfig, progress: Progress) -> AdapterReport:
    corpus, base = _folder(workspace, "curate"), _folder(workspace, "pretrain")
    present = _folder(workspace, "adapters")
    report = train_adapters(corpus, base, out, config=config, previous=present, progress=progress)
    if not report.posts or not config.heldout_posts:
        return report
    scratch, looked_at = out / "checkpoints", HeldoutConfig(max_posts=config.heldout_posts)
    merge_adapters(base, out, scratch / "hf")
    before = evaluate_heldout(corpus, base / "hf", scratch / "base", config=looked_at, progress=progress)
    after = evaluate_heldout(corpus, scratch / "hf", scratch / "merged", config=looked_at, progress=progress)
    shutil.rmtree(scratch)
    return dataclasses.replace(
        report,
        heldout_posts=before.posts,
        bits_per_byte_base=before.bits_per_byte,
        bits_per_byte_merged=after.bits_per_byte,
    )


def _sft(workspace: Workspace, out: Path, config: SftConfig, progress: Progress) -> Any:
    corpus, base = _folder(workspace, "curate"), _folder(workspace, "pretrain")
    return sft(corpus, base, out, config=config, progress=progress)


def _dpo(workspace: Workspace, out: Path, config: DpoConfig, progress: Progress) -> Any:
    corpus, chat = _folder(workspace, "curate"), _folder(workspace, "sft")
    return dpo(corpus, chat, out, config=config, sources=preference_sources(workspace), progress=progress)


def preference_sources(workspace: Workspace) -> PairSources:
    """What pairs for preference tuning are made of: the posts, their readers' ratings, the assistant's own checks."""
    from linnet.apps.assistant.rules import bears_out

    return PairSources(store=PostStore(workspace), bears_out=bears_out)


def tuned_folder(workspace: Workspace) -> Path:
    """The folder of the chat model that is to be served: tuned on preferences, where that was worth keeping."""
    tuned = _folder(workspace, "dpo")
    return tuned if (tuned / "hf").is_dir() else _folder(workspace, "sft")


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    gguf_bytes: int  # 0 where the model cannot be written as GGUF; it is served from its folder then
    without_gguf: str = ""  # why it cannot


def _export(workspace: Workspace, out: Path, config: ExportConfig, progress: Progress) -> ExportReport:
    from linnet.serving.gguf import write_gguf

    progress.start("export: GGUF")
    chat = tuned_folder(workspace) / "hf"
    adapters = _folder(workspace, "adapters")
    merge = config.merge and any(adapters.glob("bucket-*"))
    write_learnt(out, (), also=[chat, adapters] if merge else [chat])
    if merge:
        merge_adapters(chat, adapters, out / "hf")
    else:
        shutil.rmtree(out / "hf", ignore_errors=True)
        shutil.copytree(chat, out / "hf", ignore=shutil.ignore_patterns(README_FILE))
    try:
        path = write_gguf(out / "hf", out / "model-q8_0.gguf", name="chat")
    except BadInput as error:  # an open base may have what GGUF has no word for
        return ExportReport(gguf_bytes=0, without_gguf=str(error))
    progress.finish()
    return ExportReport(gguf_bytes=path.stat().st_size)


def _provenance(workspace: Workspace, out: Path, config: ProvenanceConfig, progress: Progress) -> Any:
    return build_provenance(_folder(workspace, "curate"), out, config=config, progress=progress)


STAGES: tuple[Stage, ...] = (
    Stage("curate", "corpus", ("posts",), _curate),
    Stage("tokenizer", "tokenizer", ("curate",), _tokenizer),
    Stage("pretrain", "base", ("curate", "tokenizer"), _pretrain),
    Stage("evaluate", "evaluation", ("curate", "pretrain"), _evaluate),
    Stage("adapters", "adapters", ("curate", "pretrain"), _adapters),
    Stage("sft", "chat", ("curate", "pretrain"), _sft),
    Stage("dpo", "aligned", ("curate", "sft", "ratings"), _dpo),
    Stage("export", "candidate", ("adapters", "sft", "dpo"), _export),
    Stage("provenance", "provenance", ("curate",), _provenance),
)

RUN_KEY_FILE = "run_key"
"""In a stage's `.next` folder: the digest of settings and inputs that the work in it belongs to."""


@dataclass(frozen=True, kw_only=True)
class StageResult:
    name: str
    seconds: float
    skipped: bool
    reason: str | None = None  # why it ran; None when skipped
    counts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BuildReport:
    stages: tuple[StageResult, ...]
    model: Decision | None  # what became of the model: served, or refused by a gate; None without one
    bits_per_byte: float | None  # on held-out posts; None when there were none to hold out


BASE_STAGES = ("tokenizer", "pretrain", "evaluate")


def build(
    workspace: Workspace, recipe: Recipe, *, keep_base: bool = False, progress: Progress = SILENT
) -> BuildReport:
    """Run every stale stage, then bring the index up to date.

    With `keep_base` a base model that stands is not trained again, however stale: what an erasure took out of the
    corpus is then unlearnt by the adapters and the chat model, and the base carries its debt until it is its turn.
    """
    with workspace.writing("build"):
        adopt_served(workspace, recipe=recipe.name)
        keep_choice(workspace, recipe.choice)
        results = [
            kept_stage(workspace, stage)
            if keep_base and stage.name in BASE_STAGES and read_manifest(_folder(workspace, "pretrain"))
            else run_stage(workspace, stage, recipe, progress=progress)
            for stage in STAGES
        ]
        results.append(update_index(workspace, recipe.index, progress=progress, among_newest=True))
        write_cards(workspace, recipe)
        model = settle(workspace, recipe=recipe.name, progress=progress)
    evaluated = read_manifest(_folder(workspace, "evaluate"))
    return BuildReport(
        stages=tuple(results),
        model=model,
        bits_per_byte=evaluated.counts.get("bits_per_byte") if evaluated else None,
    )


def kept_stage(workspace: Workspace, stage: Stage) -> StageResult:
    manifest = read_manifest(workspace.stage_path(stage.folder))
    return StageResult(
        name=stage.name, seconds=0.0, skipped=True, reason="kept", counts=manifest.counts if manifest else {}
    )


def write_cards(workspace: Workspace, recipe: Recipe) -> None:
    """Bring the model cards up to date: joins over manifests, written when everything stands."""
    made_of = {
        "base": ("pretrain", ()),
        "adapters": ("adapters", ("pretrain",)),
        "chat": ("sft", ("pretrain",)),
    }
    if (_folder(workspace, "dpo") / "hf").is_dir():
        made_of["aligned"] = ("dpo", ("pretrain", "sft"))
    served = ("pretrain", *(("adapters",) if recipe.export.merge else ()), "sft", "dpo")
    platform = str(workspace.settings().get("name") or workspace.root.name)
    for role, (stage, before) in {**made_of, "served": ("export", served)}.items():
        subject = CardSubject(
            role=role,
            folder=_folder(workspace, stage),
            before=[_folder(workspace, name) for name in ("curate", "tokenizer", *before)],
            corpus=_folder(workspace, "curate"),
            evaluation=_folder(workspace, "evaluate"),
            base=_folder(workspace, "pretrain"),
        )
        write_card(subject, platform=platform)


def run_stage(
    workspace: Workspace, stage: Stage, recipe: Recipe, *, progress: Progress = SILENT
) -> StageResult:
    """Run one stage if it is stale."""
    started, cpu_started = time.monotonic(), _cpu_seconds()
    out = workspace.stage_path(stage.folder)
    config = getattr(recipe, stage.name)
    recover(out)
    inputs = input_digests(workspace, stage)
    manifest = read_manifest(out)
    reason = why_stale(manifest, config, inputs)
    if reason is None and manifest is not None:
        return StageResult(name=stage.name, seconds=0.0, skipped=True, counts=manifest.counts)
    work = next_folder(out)
    run_key = digest_of({"config": config_to_json(config), "inputs": inputs})
    key_path = work / RUN_KEY_FILE
    if work.exists() and (not key_path.exists() or key_path.read_text(encoding="utf-8") != run_key):
        shutil.rmtree(work)
    work.mkdir(exist_ok=True)
    write_atomically(key_path, run_key)
    report = stage.run(workspace, work, config, progress)
    progress.finish()
    key_path.unlink()
    outputs = tuple(
        sorted(
            str(path.relative_to(work))
            for path in work.rglob("*")
            if path.is_file() and is_output(path, work)
        )
    )
    manifest = Manifest(
        stage=stage.name,
        config=config_to_json(config),
        inputs=inputs,
        counts=dataclasses.asdict(report),
        outputs=outputs,
        seconds=round(time.monotonic() - started, 2),
        cpu_seconds=round(_cpu_seconds() - cpu_started, 2),
        output_digest=digest_of_files(work, outputs),
    )
    write_manifest(work, manifest)
    swap_in(out)
    return StageResult(
        name=stage.name, seconds=manifest.seconds, skipped=False, reason=reason, counts=manifest.counts
    )


NO_OUTPUT = (
    "checkpoints",
    "tokens",
    MANIFEST_FILE,
    TIMES_FILE,
    "worker.log",
    "job.json",
    PLAN_FILE,
    *WATCH_PARTS,
)


def is_output(path: Path, work: Path) -> bool:
    """Checkpoints, token caches and logs help a rerun or a reader; they are not what a stage made."""
    return path.relative_to(work).parts[0] not in NO_OUTPUT


WORDS_WAIT_SECONDS = 60.0  # another process needs seconds to bring the words up to date: no reason to fail


def open_embedder(workspace: Workspace) -> Any:
    """The embedder of this workspace; it loads its weights when it is first used."""
    from linnet.retrieval.embedder import MiniLMEmbedder

    return MiniLMEmbedder(workspace.stage_path("index") / "models")


def update_index(
    workspace: Workspace, config: IndexConfig, *, progress: Progress = SILENT, among_newest: bool = False
) -> StageResult:
    """Bring the index to the state of the store: all words, and as many vectors as `config` allows at once.

    `among_newest` is what a build does: vectors for the newest posts, the same ones however often it runs.

    Where another process makes vectors already, it goes on alone and the counts say `busy`.
    """
    from linnet.retrieval.index import sync_lexical, sync_vectors

    started = time.monotonic()
    store = PostStore(workspace)
    out = workspace.stage_path("index")
    out.mkdir(exist_ok=True)
    with workspace.writing("words", wait_seconds=WORDS_WAIT_SECONDS):
        words = sync_lexical(store, out, config=config, progress=progress)
    changed = words.upserted + words.removed > 0
    try:
        with workspace.writing("vectors"):  # for long, while new posts become findable by their words
            made = sync_vectors(
                store,
                out,
                open_embedder(workspace),
                config=config,
                progress=progress,
                among_newest=among_newest,
            )
    except WorkspaceBusy:
        vectors: dict[str, Any] = {"busy": True, **_count_vectors(workspace, store)}
    else:
        vectors = {"busy": False, **dataclasses.asdict(made)}
        changed = changed or made.embedded + made.updated + made.removed > 0
    progress.finish()
    return StageResult(
        name="index",
        seconds=round(time.monotonic() - started, 2) if changed else 0.0,
        skipped=not changed,
        reason="newer posts or vectors to make" if changed else None,
        counts={"lexical": dataclasses.asdict(words), "vectors": vectors},
    )


def _count_vectors(workspace: Workspace, store: PostStore) -> dict[str, int]:
    from linnet.retrieval.index import open_index

    total = open_index(workspace.stage_path("index")).vectors(open_embedder(workspace)).count()
    return {"total": total, "backlog": max(store.count(purpose="embed") - total, 0)}


def follow_words(workspace: Workspace, *, progress: Progress = SILENT) -> None:
    """Make new posts findable by their words; their vectors follow in the background."""
    from linnet.retrieval.index import sync_lexical

    with workspace.writing("words", wait_seconds=WORDS_WAIT_SECONDS):
        sync_lexical(PostStore(workspace), workspace.stage_path("index"), progress=progress)


def input_digests(workspace: Workspace, stage: Stage) -> dict[str, str]:
    digests = {}
    for name in stage.inputs:
        if name == "posts":
            digests[name] = str(PostStore(workspace).current_seq())
        elif name == "ratings":
            digests[name] = ratings_digest(PostStore(workspace))
        else:
            manifest = read_manifest(_folder(workspace, name))
            digests[name] = manifest.output_digest if manifest else ""
    return digests


def stage_states(workspace: Workspace, recipe: Recipe) -> list[dict[str, Any]]:
    """What stands, how fresh, and why something is stale; nothing is run."""
    states = []
    stale_before: set[str] = set()
    for stage in STAGES:
        out = workspace.stage_path(stage.folder)
        manifest = read_manifest(out)
        reason = why_stale(manifest, getattr(recipe, stage.name), input_digests(workspace, stage))
        if reason is None and stale_before.intersection(stage.inputs):
            reason = "stale before it: " + ", ".join(name for name in stage.inputs if name in stale_before)
        if reason is not None:
            stale_before.add(stage.name)
        state = "fresh" if reason is None else "missing" if manifest is None else "stale"
        if next_folder(out).exists() and is_held(workspace, "build"):
            state = "running"
        states.append(
            {
                "name": stage.name,
                "state": state,
                "reason": reason,
                "finished_at": manifest.finished_at if manifest else None,
                "seconds": manifest.seconds if manifest else None,
                "counts": manifest.counts if manifest else {},
            }
        )
    return states


def is_held(workspace: Workspace, what: str) -> bool:
    try:
        with workspace.writing(what, wait_seconds=0):
            return False
    except WorkspaceBusy:
        return True


def _cpu_seconds() -> float:
    """User and system time of this process and its finished children."""
    import os

    return sum(os.times()[:4])
