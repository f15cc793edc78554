"""The erasure drill: canaries in the posts of many authors, one request, and no byte of them afterwards.

    python benchmarks/erasure.py --posts 100000 --authors 500

A platform is simulated and goes through the whole line. Canaries are planted in texts, names, answers, the quarantine
and token caches. A control search must find them in every place; then the authors are forgotten in one request, every
file is searched again, the receipt is verified and the model is asked for the canaries.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe

MODEL_FOLDERS = {"tokenizer", "base", "chat", "served", "adapters"}


def plant(simulated: Path, authors: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(posts with canaries, one row a canary): the newest post of each chosen author gets a text that nobody else has."""
    posts = pl.read_parquet(simulated / "posts.parquet")
    dice = random.Random(seed)
    public = posts.filter((pl.col("visibility") == "public") & pl.col("repost_of").is_null())
    chosen = dice.sample(sorted(public["author_id"].unique().to_list()), authors)
    picked = (
        public.filter(pl.col("author_id").is_in(chosen))
        .sort("created_at", "post_id", descending=True)
        .unique("author_id", keep="first", maintain_order=True)
        .select("post_id", "author_id")
    )
    words = [
        f"My {_made_up(dice)} {_made_up(dice)} keeps {dice.randint(100, 999)} {_made_up(dice)}s behind the {_made_up(dice)} shed"
        for _ in range(len(picked))
    ]
    names = [f"zq{_made_up(dice)}{dice.randint(1000, 9999)}" for _ in range(len(picked))]
    canaries = picked.with_columns(pl.Series("canary", words), pl.Series("canary_name", names))
    planted = (
        posts.join(canaries.select("post_id", "canary"), on="post_id", how="left")
        .join(canaries.select("author_id", "canary_name"), on="author_id", how="left")
        .with_columns(
            pl.coalesce("canary", "text").alias("text"),
            pl.coalesce("canary_name", "author_name").alias("author_name"),
        )
        .select(posts.columns)
    )
    return planted, canaries


def _made_up(dice: random.Random) -> str:
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(4))


def by_place(findings: Any) -> dict[str, int]:
    return dict(sorted(Counter(finding.path.split("/")[0] for finding in findings).items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--authors", type=int, default=500)
    parser.add_argument("--vectors", type=int, default=3_000, help="posts that get a vector")
    parser.add_argument("--no-models", action="store_true", help="no training: corpus and index only")
    parser.add_argument("--folder", type=Path, help="keep the workspace there")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(describe("deltalake", "tantivy", "lancedb", "polars", "cryptography"))
    with tempfile.TemporaryDirectory() as temporary:
        drill(arguments, arguments.folder or Path(temporary))


def drill(arguments: argparse.Namespace, folder: Path) -> None:
    from linnet.erasure import forget
    from linnet.erasure.check import held_by_others
    from linnet.erasure.checker import search_files
    from linnet.erasure.receipts import verify_receipt
    from linnet.pipeline import STAGES, pico, run_stage, update_index
    from linnet.posts.ingest import ingest, set_aside
    from linnet.posts.sources import SourceConfig
    from linnet.posts.store import PostStore
    from linnet.progress import LineProgress
    from linnet.records import Answer, Citation, CitedSentence, Rejection
    from linnet.simulator import SimulationConfig, simulate
    from linnet.training.adapters import AdapterConfig
    from linnet.wiring import Platform
    from linnet.workspace import init_workspace

    progress = LineProgress(every_seconds=30)
    simulate(folder / "simulated", config=SimulationConfig(num_posts=arguments.posts, seed=arguments.seed))
    planted, canaries = plant(folder / "simulated", arguments.authors, arguments.seed)
    planted.write_parquet(folder / "planted.parquet")
    workspace = init_workspace(folder / "platform")
    store = PostStore(workspace)
    taken = ingest([folder / "planted.parquet"], store, config=SourceConfig(), progress=progress)
    recipe = pico()
    recipe = dataclasses.replace(
        recipe,
        index=dataclasses.replace(recipe.index, max_embedded=arguments.vectors),
        adapters=AdapterConfig(buckets=4, max_steps=20, heldout_posts=0),
    )
    wanted = {"curate", "provenance"} if arguments.no_models else {stage.name for stage in STAGES}
    for stage in STAGES:
        if stage.name in wanted:
            run_stage(workspace, stage, recipe, progress=progress)
    update_index(workspace, recipe.index, progress=progress, among_newest=True)
    platform = Platform(workspace)
    rows = list(canaries.iter_rows(named=True))
    for row in rows:  # as `ask` keeps its answers
        sentence = CitedSentence(
            text=row["canary"], citations=(Citation(post_id=row["post_id"], quote=row["canary"]),)
        )
        platform._register_use(
            Answer(
                question=f"What does {row['canary_name']} keep?",
                answer=row["canary"],
                sentences=(sentence,),
                abstained=False,
                extractive=True,
                as_of=None,
            )
        )
    set_aside(
        store,
        [
            Rejection(
                file="late.jsonl", line=i, reason="no text", excerpt=f"{row['post_id']} {row['canary_name']}"
            )
            for i, row in enumerate(rows, start=1)
        ],
    )
    theirs = store.read(purpose="moderate", columns=["post_id", "author_id"]).filter(
        pl.col("author_id").is_in(canaries["author_id"].implode())
    )
    needles = [*canaries["canary"], *canaries["canary_name"], *canaries["author_id"], *theirs["post_id"]]
    print(
        f"{taken.accepted:,} posts; {len(rows):,} authors with {len(theirs):,} posts to forget; "
        f"{len(needles):,} needles: canary texts, names, author ids, post ids"
    )
    started = time.monotonic()
    control = search_files(workspace.root, needles, progress=progress)
    found = {finding.needle for finding in control.findings}
    print(
        f"control: {len(control.findings):,} findings of {len(found):,} needles in {control.files:,} files, "
        f"{control.bytes / 1e6:,.0f} MB, in {time.monotonic() - started:.0f} s: {by_place(control.findings)}"
    )
    if found != set(needles):
        raise SystemExit(
            f"the control missed {len(set(needles) - found):,} needles: the drill proves nothing"
        )

    report = forget(workspace, authors=canaries["author_id"].to_list(), progress=progress)
    print(
        f"forgotten in {report.seconds:.1f} s, its own check {report.check_seconds:.0f} s and {report.found} found: "
        f"{json.dumps(report.places)}"
    )

    others = held_by_others(store, needles)
    looked_for = [needle for needle in needles if needle not in others]
    started = time.monotonic()
    after = search_files(workspace.root, looked_for, progress=progress)
    in_models = [f for f in after.findings if f.path.split("/")[0] in MODEL_FOLDERS]
    left = [f for f in after.findings if f not in in_models]
    print(
        f"afterwards: {len(left):,} findings {by_place(left)} (models and tokenizer: {by_place(in_models)}) of "
        f"{len(looked_for):,} needles ({len(others):,} stand in others' posts) in {after.files:,} files, "
        f"{after.bytes / 1e6:,.0f} MB, in {time.monotonic() - started:.0f} s; unreadable: {after.unreadable}"
    )
    for finding in after.findings[:20]:
        print(f"  {finding}")
    print(f"receipt: {verify_receipt(Path(report.receipt), workspace) or 'valid'}")
    print(f"model debt: {json.dumps(report.debt)}")
    if not arguments.no_models:
        from linnet.erasure.ask_model import ask_for

        answers = ask_for(platform.language_model, canaries["canary"].head(50).to_list())
        print(f"the served model recites {sum(one.recited for one in answers)} of {len(answers)} canaries")
        retrain(workspace, recipe, store, progress)
    if left:
        raise SystemExit(1)


def retrain(workspace: Any, recipe: Any, store: Any, progress: Any) -> None:
    """The adapters follow, the base keeps its debt; then one more author, and only their bucket."""
    from linnet.erasure import forget
    from linnet.erasure.model_debt import find_debt
    from linnet.pipeline import build
    from linnet.training.adapters import bucket_of

    report = build(workspace, recipe, keep_base=True, progress=progress)
    _told_of_build("linnet build --keep-base", report)
    author = store.read(purpose="train", columns=["author_id"])["author_id"].value_counts(sort=True)[0, 0]
    theirs = store.read(purpose="train", columns=["post_id"], where=pl.col("author_id") == author)
    before = [one["model"] for one in find_debt(workspace, theirs["post_id"].to_list())]
    forget(workspace, authors=[author], progress=progress)
    report = build(workspace, recipe, keep_base=True, progress=progress)
    _told_of_build(
        f"one more author, of bucket {bucket_of(author, recipe.adapters.buckets, seed=recipe.adapters.seed)}, {len(theirs):,} posts",
        report,
    )
    after = [one["model"] for one in find_debt(workspace, theirs["post_id"].to_list())]
    print(f"models that know this author: {', '.join(before)}; after the build: {', '.join(after)}")


def _told_of_build(what: str, report: Any) -> None:
    adapters = next(stage for stage in report.stages if stage.name == "adapters")
    kept = [stage.name for stage in report.stages if stage.reason == "kept"]
    print(f"{what}: adapters trained again {list(adapters.counts['trained'])}, kept {', '.join(kept)}")


if __name__ == "__main__":
    main()
