"""A workspace whose store and corpus hold the same reply threads, all held out but a few, in two languages."""

from __future__ import annotations

import random
from pathlib import Path

from linnet.posts.store import PostStore
from linnet.workspace import Workspace
from tests.evaluation.tiny_models import make_tokenizer
from tests.factories import make_post, make_store
from tests.model.corpora import TOPICS, WORDS, write_corpus

GERMAN = [
    "der",
    "vogel",
    "singt",
    "am",
    "morgen",
    "über",
    "dem",
    "fluss",
    "und",
    "wir",
    "gehen",
    "nach",
    "hause",
    "im",
    "regen",
    "mit",
    "musik",
]


def sentence(rng: random.Random, words: list[str]) -> str:
    return " ".join(rng.sample(words, 8))


def thread_texts(count: int, seed: int = 0) -> tuple[list[list[str]], list[str]]:
    """(texts of each thread, its language): a post with a hashtag and its reply."""
    rng = random.Random(seed)
    threads, languages = [], []
    for number in range(count):
        words = GERMAN if number % 3 == 0 else WORDS
        threads.append([f"{sentence(rng, words)} {rng.choice(TOPICS)}", sentence(rng, words)])
        languages.append("de" if words is GERMAN else "en")
    return threads, languages


def make_platform(root: Path, *, count: int = 24) -> tuple[Workspace, PostStore]:
    threads, languages = thread_texts(count)
    posts = [
        make_post(f"p{index}-{number}", text, author_id=f"a{number % 2}", minutes=index)
        for index, texts in enumerate(threads)
        for number, text in enumerate(texts)
    ]
    store = make_store(root / "w", *posts)
    workspace = Workspace(root / "w")
    write_corpus(workspace.root / "corpus", threads, languages=languages, heldout_every=1)
    train = write_corpus(root / "train", *([thread_texts(40, seed=1)[0]]))
    make_tokenizer(train, workspace.root / "tokenizer")
    return workspace, store
