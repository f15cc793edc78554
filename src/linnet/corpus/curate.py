"""The stage posts -> corpus: `curate(store, out, config=...)`.

    store's files ──scatter──> chunks by age ──annotate──> posts + keys
    keys of all posts ──> exact copies, near copies, templates ──> what is kept
    kept posts ──send replies──> chunk of the root ──assemble──> documents

Each step works on one chunk at a time through files in `<out>/work`, so memory stays the same however many posts
there are; a few keys of every post (about 250 bytes of them) are the only thing held at once. Finished pieces survive
an interruption. What is written, all in shards by age:

    documents-*.parquet   what models train on
    posts-*.parquet       which document each kept post went to
    dropped-*.parquet     every post that was left out, why, and which post it repeats
    card.json             counts by source, language, month and basis of consent
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from linnet.corpus.annotate import annotate_chunk
from linnet.corpus.chunks import bounds_of, keys_of_part, scatter
from linnet.corpus.decontamination import EvaluationWindows, evaluation_texts
from linnet.corpus.documents import AssembleConfig, Kept, Shard, assemble, send_replies
from linnet.corpus.dropped import Dropping, send_ids, write_dropped
from linnet.corpus.duplicates import exact_copies
from linnet.corpus.engine import Engine, Task
from linnet.corpus.exchange import by_receiver
from linnet.corpus.mixture import Mixture
from linnet.corpus.near import Chunks, ask_other_chunks, near_copies
from linnet.corpus.settings import CurateConfig
from linnet.corpus.templates import BOT_TEMPLATE, templated
from linnet.corpus.threads import conversation_roots
from linnet.errors import NotReady
from linnet.lineage import write_atomically
from linnet.posts.parts import StorePart
from linnet.posts.store import READ_TRIES, PostStore
from linnet.progress import SILENT, Progress

WORK = "work"  # the folder of unfinished work in the stage's own
EXACT, NEAR = "exact_duplicate", "near_duplicate"


@dataclass(frozen=True, kw_only=True)
class CurationReport:
    posts_in: int  # posts whose authors allow training
    posts_kept: int
    documents: int
    threads: int  # documents with two posts or more
    heldout_posts: int
    dropped: dict[str, int]
    languages: dict[str, int]  # posts kept by language, the commonest first
    denied: int  # posts in the store that may not be trained on
    cpu_seconds: float


def curate(
    store: PostStore,
    out: Path,
    *,
    config: CurateConfig,
    engine: Engine | None = None,
    progress: Progress = SILENT,
) -> CurationReport:
    """Raises NotReady when the store holds no post that may be trained on, or none good enough."""
    engine = engine or Engine()
    cpu_started = engine.cpu_seconds()
    work = out / WORK
    work.mkdir(parents=True, exist_ok=True)
    chunks, total, denied = _annotated_chunks(store, work, config, engine, progress)
    reasons, repeats = _decide(chunks, config, engine, work, progress)
    kept_rows = np.flatnonzero(reasons.is_null().to_numpy())
    dropped = _by_count(reasons.drop_nulls())
    if not len(kept_rows):
        said = ", ".join(f"{count:,} {reason}" for reason, count in dropped.items())
        raise NotReady(f"no post is good enough to train on ({said}): ingest more posts")
    _write_dropped(chunks, reasons, repeats, out, engine, work, progress)
    shard = _write_documents(chunks, kept_rows, out, config, engine, work, progress)
    _write_card(out, shard, dropped, denied)
    shutil.rmtree(work)
    return CurationReport(
        posts_in=total,
        posts_kept=shard.posts,
        documents=shard.documents,
        threads=shard.threads,
        heldout_posts=shard.heldout_posts,
        dropped=dropped,
        languages=_commonest(shard.by.get("language", Counter())),
        denied=denied,
        cpu_seconds=round(engine.cpu_seconds() - cpu_started, 2),
    )


# --- chunks ------------------------------------------------------------------------------------------------


def _annotated_chunks(
    store: PostStore, work: Path, config: CurateConfig, engine: Engine, progress: Progress
) -> tuple[Chunks, int, int]:
    """(the chunks, posts that may be trained on, posts that may not)."""
    facts = work / "chunks.json"
    if facts.exists():
        counts = json.loads(facts.read_text(encoding="utf-8"))
    else:
        counts = _scattered_whole(store, work, config, engine, progress)
        write_atomically(facts, json.dumps(counts))
        shutil.rmtree(work / "scattered", ignore_errors=True)
    rows = counts["rows"]
    if not sum(rows):
        raise NotReady(
            f"no post may be trained on ({counts['denied']:,} are denied by consent, terms or visibility; "
            "`linnet consent coverage` says why): ingest posts, or look at [consent] in linnet.toml"
        )
    chunks = Chunks(
        tuple(work / "posts" / f"{chunk:05d}.parquet" for chunk in range(len(rows))),
        tuple(work / "keys" / f"{chunk:05d}.parquet" for chunk in range(len(rows))),
        np.concatenate([[0], np.cumsum(rows)]).astype(np.int64),
    )
    return chunks, sum(rows), counts["denied"]


def _scattered_whole(
    store: PostStore, work: Path, config: CurateConfig, engine: Engine, progress: Progress
) -> dict[str, object]:
    """Done again, on the posts as they are then, when an erasure takes files away that were being read."""
    for tries_left in reversed(range(READ_TRIES)):
        try:
            return _scatter_and_annotate(store, work, config, engine, progress)
        except FileNotFoundError:
            if not tries_left:
                raise
            for name in ("scattered", "posts", "keys"):
                shutil.rmtree(work / name, ignore_errors=True)
    raise AssertionError("unreachable")


def _scatter_and_annotate(
    store: PostStore, work: Path, config: CurateConfig, engine: Engine, progress: Progress
) -> dict[str, object]:
    parts = store.parts(config.chunk_posts)
    consent = store.consent_snapshot("train")
    bounds = _bounds(parts, config, engine, progress)
    # What an interrupted run had scattered lay in files that the store may have rewritten since; it is cheap.
    shutil.rmtree(work / "scattered", ignore_errors=True)
    for name in ("scattered", "posts", "keys"):
        (work / name).mkdir(exist_ok=True)
    progress.start("curate: reading", sum(part.rows for part in parts), "posts")
    scattered = engine.map(
        [
            Task(scatter, (part, bounds, consent, work / "scattered" / f"{number:05d}.parquet"), part.rows)
            for number, part in enumerate(parts)
        ],
        progress=progress,
        processes=False,
    )
    total = sum(one.allowed for one in scattered)
    mail = by_receiver([one.parcels for one in scattered], len(bounds) + 1)
    chunks = [parcels for parcels in mail if parcels]  # a stretch of time may hold denied posts only
    windows = _evaluation_windows(config, work)
    progress.start("curate: language, quality, personal data", total, "posts")
    rows = [sum(parcel.rows for parcel in parcels) for parcels in chunks]
    tasks = []
    for number, parcels in enumerate(chunks):
        posts, keys = (work / name / f"{number:05d}.parquet" for name in ("posts", "keys"))
        if keys.exists():
            progress.advance(rows[number])
        else:
            tasks.append(
                Task(
                    annotate_chunk,
                    (parcels, config.privacy, windows, config.template_posts > 0, posts, keys),
                    rows[number],
                )
            )
    engine.map(tasks, progress=progress)
    held = sum(one.rows for one in scattered)
    return {"rows": rows, "denied": held - total}


def _bounds(
    parts: Sequence[StorePart], config: CurateConfig, engine: Engine, progress: Progress
) -> np.ndarray:
    if sum(part.rows for part in parts) <= config.chunk_posts:
        return bounds_of([], config.chunk_posts)
    progress.start("curate: looking at times", sum(part.rows for part in parts), "posts")
    tasks = [Task(keys_of_part, (part,), part.rows) for part in parts]
    return bounds_of(engine.map(tasks, progress=progress, processes=False), config.chunk_posts)


def _evaluation_windows(config: CurateConfig, work: Path) -> Path | None:
    if not config.decontaminate:
        return None
    texts = [text for one in config.decontaminate for text in evaluation_texts(Path(one.path))]
    return EvaluationWindows.of_texts(texts).write(work / "evaluation.npy")


# --- what is kept --------------------------------------------------------------------------------------------


def _decide(
    chunks: Chunks, config: CurateConfig, engine: Engine, work: Path, progress: Progress
) -> tuple[pl.Series, np.ndarray]:
    """(reason for each row, null for kept ones; the row that it repeats, or -1)."""
    progress.start("curate: exact duplicates")
    reasons = chunks.key("reason")
    good = reasons.is_null().to_numpy()
    exact = exact_copies(chunks.key("exact_high"), chunks.key("exact_low"), good)
    good &= exact < 0
    near = near_copies(
        chunks,
        good,
        threshold=config.near_duplicate_threshold,
        engine=engine,
        work=work,
        progress=progress,
    )
    repeats = np.where(exact >= 0, exact, near)
    reasons = _named(_named(reasons, exact >= 0, EXACT), near >= 0, NEAR)
    progress.start("curate: templates")
    for key in ("skeleton", "author_frame") if config.template_posts else ():
        left = reasons.is_null()
        keys = chunks.key(key)
        keys = pl.select(pl.when(left).then(keys))[:, 0]
        rows, examples = templated(keys, at_least=config.template_posts, examples=config.template_examples)
        drop = np.zeros(len(reasons), dtype=bool)
        drop[rows] = True
        repeats[rows] = examples
        reasons = _named(reasons, drop, BOT_TEMPLATE)
    progress.finish()
    return reasons, repeats


def _named(reasons: pl.Series, rows: np.ndarray, reason: str) -> pl.Series:
    return pl.select(pl.when(pl.Series(rows)).then(pl.lit(reason)).otherwise(reasons).alias("reason"))[
        "reason"
    ]


def _by_count(values: pl.Series) -> dict[str, int]:
    return _commonest(Counter(dict(values.value_counts().iter_rows())))


def _commonest(counts: Counter[str]) -> dict[str, int]:
    """The commonest first, names in order where counts are equal."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


# --- what is written -----------------------------------------------------------------------------------------


def _write_dropped(
    chunks: Chunks,
    reasons: pl.Series,
    repeats: np.ndarray,
    out: Path,
    engine: Engine,
    work: Path,
    progress: Progress,
) -> None:
    """A post that repeats one of another chunk asks that chunk for its id."""
    progress.start("curate: what is left out", len(chunks), "shards")
    rows = np.flatnonzero(repeats >= 0)
    mail = ask_other_chunks(
        chunks, send_ids, repeats[rows], chunks.of_rows(rows), engine=engine, out=work, name="ids"
    )
    tasks = []
    for chunk in range(len(chunks)):
        start, end = int(chunks.offsets[chunk]), int(chunks.offsets[chunk + 1])
        here = Dropping(start, reasons[start:end], repeats[start:end])
        name = out / f"dropped-{chunk:05d}.parquet"
        tasks.append(Task(write_dropped, (chunks.posts[chunk], here, mail[chunk], name)))
    engine.map(tasks, progress=progress, processes=False)


def _write_documents(
    chunks: Chunks,
    kept: np.ndarray,
    out: Path,
    config: CurateConfig,
    engine: Engine,
    work: Path,
    progress: Progress,
) -> Shard:
    progress.start("curate: threads", len(kept), "posts")
    parents = chunks.key("parent").gather(kept)
    roots = kept[
        conversation_roots(
            chunks.key("post").gather(kept).to_numpy(),
            parents.fill_null(0).to_numpy(),
            parents.is_not_null().to_numpy(),
        )
    ]
    chunk_of_row, chunk_of_root = chunks.of_rows(kept), chunks.of_rows(roots)
    bounds = np.searchsorted(chunk_of_row, np.arange(len(chunks) + 1))
    parcels = []
    for chunk in range(len(chunks)):
        some = slice(int(bounds[chunk]), int(bounds[chunk + 1]))
        positions = kept[some] - chunks.offsets[chunk]
        parcels.append(Kept(positions, kept[some], roots[some], chunk_of_root[some]))
    sent = engine.map(
        [
            Task(
                send_replies,
                (chunks.posts[chunk], chunk, parcels[chunk], work / f"replies-{chunk:05d}.parquet"),
            )
            for chunk in range(len(chunks))
        ],
        processes=False,
    )
    mail = by_receiver(sent, len(chunks))
    assembling = AssembleConfig(
        heldout_share=config.heldout_share,
        by_author=chunks.key("author").gather(kept).n_unique() >= config.min_authors_to_split,
        max_thread_posts=config.max_thread_posts,
        mixture=_mixture(chunks, kept, config),
    )
    shards = engine.map(
        [
            Task(
                assemble,
                (chunks.posts[chunk], chunk, parcels[chunk], mail[chunk], assembling, out, f"{chunk:05d}"),
                len(parcels[chunk].rows),
            )
            for chunk in range(len(chunks))
        ],
        progress=progress,
        processes=False,
    )
    progress.finish()
    return _sum(shards)


def _mixture(chunks: Chunks, kept: np.ndarray, config: CurateConfig) -> Mixture:
    languages = chunks.key("language").gather(kept)
    last = int(chunks.of_rows(kept[-1:])[0])  # rows are in order of time
    created = pl.read_parquet(chunks.posts[last], columns=["created_at"], glob=False)["created_at"]
    newest = created[int(kept[-1] - chunks.offsets[last])]
    counts = dict(languages.value_counts().sort("language").iter_rows())
    return Mixture.of(config.mixture, counts, newest.strftime("%Y-%m"))


def _sum(shards: Sequence[Shard]) -> Shard:
    by: dict[str, Counter[str]] = {}
    for shard in shards:
        for name, counts in shard.by.items():
            by.setdefault(name, Counter()).update(counts)
    return Shard(
        documents=sum(shard.documents for shard in shards),
        threads=sum(shard.threads for shard in shards),
        posts=sum(shard.posts for shard in shards),
        heldout_posts=sum(shard.heldout_posts for shard in shards),
        by=by,
    )


def _write_card(out: Path, shard: Shard, dropped: dict[str, int], denied: int) -> None:
    """What a model card says about the data."""
    card = {
        "posts": shard.posts,
        "documents": shard.documents,
        "heldout_posts": shard.heldout_posts,
        **{
            f"by_{name}": _commonest(shard.by.get(name, Counter()))
            for name in ("source", "language", "basis")
        },
        "by_month": dict(sorted(shard.by.get("month", Counter()).items())),
        "dropped": dropped,
        "denied": denied,
    }
    write_atomically(out / "card.json", json.dumps(card, indent=1, ensure_ascii=False))
