"""A small workspace in which a canary stands in every place that an erasure has to reach."""

from __future__ import annotations

from pathlib import Path

from linnet.corpus.curate import CurateConfig
from linnet.pipeline import STAGES, Stage, run_stage
from linnet.posts.ingest import VersionFold, set_aside
from linnet.posts.store import PostStore
from linnet.recipes import Recipe
from linnet.records import Answer, Citation, CitedSentence, Post, Rejection
from linnet.retrieval.index import sync_lexical, sync_vectors
from linnet.wiring import Platform
from linnet.workspace import Workspace, init_workspace
from tests.factories import NOON, make_batch, make_post
from tests.retrieval.fakes import WordEmbedder

CANARY = "the lighthouse keeper of quorvane counted zanthium barrels before the storm"
GONE_AUTHOR, GONE_NAME = "author-zq-4417", "quorvane_keeper"
GONE_POSTS = ("post-zq-9001", "post-zq-9002")
STAYS = "post-stays-31"


def posts() -> list[Post]:
    mine = {"author_id": GONE_AUTHOR, "author_name": GONE_NAME, "language": "en"}
    rows = [
        make_post(GONE_POSTS[0], CANARY, minutes=1, **mine),
        make_post(
            STAYS, "What did he do with all of those afterwards, does anyone know?", minutes=2,
            author_id="author-bea-11", author_name="bea", reply_to=GONE_POSTS[0],
        ),
        make_post(
            GONE_POSTS[1], "He rolled every single one of them into the old boathouse cellar", minutes=3,
            reply_to=STAYS, **mine,
        ),
        make_post(
            "post-stays-32", "That sounds like the boathouse where my uncle kept his nets", minutes=4,
            author_id="author-cid-12", author_name="cid", reply_to=GONE_POSTS[1],
        ),
        make_post("post-repost-9", CANARY, minutes=5, author_id="author-cid-12", author_name="cid", repost_of=GONE_POSTS[0]),
    ]  # fmt: skip
    rows += [
        make_post(
            f"post-other-{i:03d}",
            f"Number {i} of my notes on {topic}: it took me {i + 3} days to see how {topic} works in practice",
            minutes=10 + i,
            author_id=f"author-other-{i % 9}",
            author_name=f"writer{i % 9}",
            language="en",
        )
        for i in range(60)
        for topic in [
            ("sourdough", "bicycles", "harbours", "pruning", "chess", "weather")[i % 6] + f" part {i}"
        ]
    ]
    return rows


def make_platform(folder: Path, *, corpus: bool = True, index: bool = True) -> Workspace:
    workspace = init_workspace(folder)
    store = PostStore(workspace)
    VersionFold(store).take(make_batch(*posts()))
    set_aside(
        store, [Rejection(file="in.jsonl", line=3, reason="no text", excerpt=f"{GONE_POSTS[0]} {GONE_NAME}")]
    )
    if corpus:
        run_stage(workspace, stage_named("curate"), Recipe(name="test", curate=CurateConfig()))
    if index:
        out = workspace.stage_path("index")
        out.mkdir()
        sync_lexical(store, out)
        sync_vectors(store, out, WordEmbedder())
    answer(workspace)
    return workspace


def stage_named(name: str) -> Stage:
    return next(stage for stage in STAGES if stage.name == name)


def answer(workspace: Workspace) -> None:
    """An answer as `ask` keeps it: one sentence from a post that goes, one from a post that stays."""
    sentences = (
        CitedSentence(text=CANARY, citations=(Citation(post_id=GONE_POSTS[0], quote=CANARY),)),
        CitedSentence(text="Nobody knows.", citations=(Citation(post_id=STAYS, quote="does anyone know"),)),
    )
    Platform(workspace)._register_use(
        Answer(
            question="What did the keeper count?",
            answer=f"{CANARY} Nobody knows.",
            sentences=sentences,
            abstained=False,
            extractive=True,
            as_of=NOON,
        )
    )
