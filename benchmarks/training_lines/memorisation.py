"""Canaries in the corpus: which secrets a model gives away, by how often they were posted, with and without the
corpus' deduplication.

Simulated posts, and among them secrets that were posted 1, 10 and 100 times by different authors, each copy with
another ending. Other posts hold the same words in other places, so that no word of a secret is rarer than another:
else a secret would rank before the alternatives merely because its words were seen. "without" is the same corpus with every exact and near copy put back that deduplication had left out.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1]))
from machine import describe

ENDINGS = ("", "!", "...", " \U0001f642", " (still)", " #memory", ", imagine that", " !!")
FAMILIAR = (
    "bought a {} and a {} at the market today, then left the {} on the bus",
    "my cousin draws a {} every day, yesterday a {}, and tomorrow maybe a {}",
    "which one is prettier on a poster, the {} or the {}? I would say {}",
    "dreamt of a giant {} last night, it chased a {} through a field of {}",
    "the museum shop sells a {} made of wood, a {} made of glass and a paper {}",
    "our three cats are called {}, {} and {} because the children chose",
    "{} was the first word of the quiz, {} the second, nobody got {}",
    "she can spell {} backwards, and {} too, but never {}",
)
HELDOUT_SHARE = 0.1  # of authors: enough posts to compare with
DUPLICATES = ("exact_duplicate", "near_duplicate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--posts", type=int, default=4_000, help="simulated posts beside the canaries")
    parser.add_argument("--each", type=int, default=4, help="canaries for every number of repeats")
    parser.add_argument(
        "--familiar", type=int, default=600, help="posts with the words of secrets in other places"
    )
    parser.add_argument("--repeats", default="0,1,10,100", help="how often each is posted; 0: the control")
    parser.add_argument("--epochs", type=float, default=4.0, help="passes over the corpus")
    parser.add_argument("--preset", default="nano", help="shape of the model: see linnet.model.presets")
    parser.add_argument("--width", type=int, help="its width instead; a multiple of 64")
    parser.add_argument("--layers", type=int, help="its layers instead")
    parser.add_argument("--vocabulary", type=int, default=2_048, help="tokens at most")
    parser.add_argument("--alternatives", type=int, default=255, help="secrets that each one is ranked among")
    parser.add_argument("--asked", type=int, default=500, help="training posts asked for, and held-out ones")
    parser.add_argument("--seed", type=int, default=7)


def run(args: argparse.Namespace) -> None:
    from linnet.cli.output import table
    from linnet.evaluation.canaries import by_repeats, make_canaries, measure_canaries
    from linnet.evaluation.memorisation import MemorisationConfig, measure_memorisation
    from linnet.model.tokenizer import TokenizerConfig, train_tokenizer
    from linnet.training.pretrain import pretrain

    repeats = tuple(int(count) for count in args.repeats.split(","))
    canaries = make_canaries(repeats=repeats, each=args.each, seed=args.seed)
    print(describe("torch", "transformers"))
    print(
        f"{args.posts:,} simulated posts, {sum(canary.repeats for canary in canaries):,} posts with a canary"
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        corpora = plant(root, canaries, num_posts=args.posts, familiar=args.familiar, seed=args.seed)
        for name, corpus in corpora.items():
            # its own tokenizer: words of a secret that was posted often become tokens, which gives it away as well
            tokenizer = root / f"tokenizer-{name}"
            train_tokenizer(corpus, tokenizer, config=TokenizerConfig(vocab_size=args.vocabulary))
            started, before = time.monotonic(), _cpu_seconds()
            report = pretrain(corpus, tokenizer, root / name, config=pretrain_config(args))
            print(
                f"\n{name} deduplication: {report.documents:,} documents, {report.parameters:,} parameters, "
                f"{report.tokens_seen:,} tokens ({args.epochs:g} epochs), final loss {report.final_loss:.3f}, "
                f"{time.monotonic() - started:.0f} s, {_cpu_seconds() - before:.0f} CPU seconds"
            )
            told = [
                dataclasses.replace(canary, controls=controls_of(corpora["without"], canary))
                for canary in canaries
            ]
            results = measure_canaries(root / name, told, alternatives=args.alternatives)
            rows = by_repeats(results)
            for row in rows:
                mine = [canary for canary in canaries if canary.repeats == row["repeats"]]
                row["copies in the corpus"] = sum(copies_of(corpus, canary) for canary in mine) / len(mine)
            print(table(f"canaries, {name} deduplication", rows))
            asked = measure_memorisation(corpus, root / name, config=MemorisationConfig(posts=args.asked))
            print(
                f"training posts continued word for word: {asked.train.extracted} of {asked.train.posts} "
                f"({asked.train.low:.4f} to {asked.train.high:.4f}); held-out posts: {asked.heldout.extracted} of "
                f"{asked.heldout.posts} ({asked.heldout.low:.4f} to {asked.heldout.high:.4f})"
            )


def pretrain_config(args: argparse.Namespace) -> Any:
    from linnet.training.pretrain import PretrainConfig

    overrides: dict[str, int] = {}
    if args.width:
        heads = max(args.width // 64, 1)
        overrides |= {
            "d_model": args.width,
            "n_heads": heads,
            "n_kv_heads": heads,
            "hidden_size": args.width * 2,
        }
    if args.layers:
        overrides["n_layers"] = args.layers
    return PretrainConfig(
        preset=args.preset,
        overrides=overrides,
        sequence_length=128,
        batch_tokens=1024,
        max_epochs=args.epochs,
        max_tokens=10**9,
        seed=args.seed,
    )


def plant(root: Path, canaries: list[Any], *, num_posts: int, familiar: int, seed: int) -> dict[str, Path]:
    """The corpora "with" and "without" deduplication of one platform with the canaries among its posts."""
    from linnet.corpus.curate import CurateConfig, curate
    from linnet.evaluation.canaries import random_secret
    from linnet.posts.ingest import ingest
    from linnet.posts.sources import SourceConfig
    from linnet.posts.store import PostStore
    from linnet.simulator import SimulationConfig, simulate
    from linnet.workspace import init_workspace

    rng = random.Random(seed)
    simulate(root / "simulated", config=SimulationConfig(num_posts=num_posts, seed=seed))
    posts = pl.read_parquet(root / "simulated" / "posts.parquet")
    texts = [
        (f"canary-{number}-{copy}", canary.text + (rng.choice(ENDINGS) if copy else ""))
        for number, canary in enumerate(canaries)
        for copy in range(canary.repeats)
    ]
    for number in range(familiar):
        words = random_secret(rng).split()
        texts.append((f"familiar-{number}", FAMILIAR[number % len(FAMILIAR)].format(*words)))
    planted = planted_posts(texts, posts, rng)
    pl.concat([posts, planted], how="diagonal").sort("created_at").write_parquet(root / "posts.parquet")
    store = PostStore(init_workspace(root / "workspace"))
    ingest([root / "posts.parquet"], store, config=SourceConfig())
    corpora = {name: root / f"corpus-{name}" for name in ("with", "without")}
    curate(store, corpora["with"], config=CurateConfig(heldout_share=HELDOUT_SHARE))
    shutil.copytree(corpora["with"], corpora["without"])
    put_copies_back(store, corpora["without"])
    return corpora


def planted_posts(texts: list[tuple[str, str]], posts: pl.DataFrame, rng: random.Random) -> pl.DataFrame:
    """(post id, text) as posts of authors of their own, whose posts are trained on."""
    from linnet.corpus.documents import split_of

    authors = pl.Series([f"planted-{number}" for number in range(len(texts) * 2 + 50)])
    trained = authors.filter(split_of(authors, HELDOUT_SHARE) == "train").to_list()
    times = posts["created_at"].to_list()
    rows = [
        {
            "post_id": post_id,
            "author_id": author,
            "author_name": author,
            "created_at": rng.choice(times),
            "text": text,
            "visibility": "public",
        }
        for (post_id, text), author in zip(texts, trained, strict=False)
    ]
    schema = {name: kind for name, kind in posts.schema.items() if name in rows[0]}
    return pl.DataFrame(rows, schema_overrides=schema)


def put_copies_back(store: Any, corpus: Path) -> None:
    """A document for every post that was left out as the copy of another."""
    from linnet.corpus.documents import split_of
    from linnet.corpus.dropped import read_dropped

    dropped = read_dropped(corpus).filter(pl.col("reason").is_in(DUPLICATES))["post_id"].to_list()
    posts = store.get(dropped, purpose="train")
    like = pl.read_parquet(sorted(corpus.glob("documents-*.parquet"))[0])
    split = split_of(pl.Series([post.author_id for post in posts]), HELDOUT_SHARE)
    rows = [
        {
            "document_id": f"copy-{post.post_id}",
            "post_ids": [post.post_id],
            "author_ids": [post.author_id],
            "texts": [post.text],
            "text": post.text,
            "language": post.language or "en",
            "month": post.created_at.strftime("%Y-%m"),
            "platform": post.platform,
            "split": where,
            "weight": 1.0,
            "copies": 1,
        }
        for post, where in zip(posts, split, strict=True)
    ]
    number = len(list(corpus.glob("documents-*.parquet")))
    path = corpus / f"documents-{number:05d}.parquet"
    pl.DataFrame(rows, schema=like.schema).write_parquet(path)


def controls_of(corpus: Path, canary: Any) -> Any:
    """What the model is told when it is asked: the facts of the canary's first document, or of any for a control."""
    from linnet.model.documents import document_files, read_documents

    documents = list(read_documents(document_files(corpus), "train"))
    found = (document for document in documents if document.texts[0].startswith(canary.text))
    controls = next(found, documents[0]).controls
    return dataclasses.replace(controls, language="en")


def copies_of(corpus: Path, canary: Any) -> int:
    from linnet.model.documents import document_files, read_documents

    documents = read_documents(document_files(corpus), "train")
    return sum(text.startswith(canary.text) for document in documents for text in document.texts)


def _cpu_seconds() -> float:
    import os

    return sum(os.times()[:4])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_arguments(parser)
    run(parser.parse_args())
