from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from linnet.evaluation.relevance.documents import RANKERS, learn_from, rank_documents
from linnet.evaluation.relevance.measures import measure_topics
from linnet.evaluation.relevance.tables import Document, Qrels, Topic
from linnet.retrieval.claims import ClaimIndex, shipped_fusion
from tests.retrieval.claims.hashed import HashedEmbedder

WORDS = [
    a + b
    for a in ("bar", "lon", "mir", "tel", "vos", "kan", "gur", "jot", "wex", "zil", "hap", "qua")
    for b in ("dan", "ple", "sko", "rim", "fet")
]


def judged(count: int, seed: int) -> tuple[list[Document], list[Topic], Qrels]:
    """Claims of random words, and posts that say half of one of them among other words."""
    rng = random.Random(seed)
    documents, topics, qrels = [], [], {}
    for number in range(count):
        words = rng.sample(WORDS, 8)
        documents.append(Document(id=f"d{number}", title=" ".join(words[:3]), text=" ".join(words)))
        post = rng.sample(words, 5) + rng.sample(WORDS, 3)
        rng.shuffle(post)
        topics.append(Topic(id=f"q{number}", text=" ".join(post)))
        qrels[f"q{number}"] = {f"d{number}": 1}
    return documents, topics, qrels


def ranking(index: ClaimIndex, posts: Sequence[str], limit: int = 10) -> list[list[int]]:
    return [[hit.place for hit in hits] for hits in index.rank(posts, shipped_fusion(), limit=limit)]


def test_the_document_a_post_is_about_comes_first_and_its_copies_next() -> None:
    titles = ["Do bees vanish?", "Is the moon hollow?", "Do bees vanish?", "Cats"]
    texts = ['Bees "vanish" from gardens.', "The moon is hollow.", "Bees 'vanish' from gardens", "Cats bark."]
    index = ClaimIndex(titles, texts, embedder=HashedEmbedder())
    assert ranking(index, ["so the bees vanish from all gardens #bees", "the moon is hollow they say"])[0][
        :2
    ] == [0, 2]
    assert ranking(index, ["the moon is hollow they say"], limit=1) == [[1]]
    assert index.leader_of(2) == 0 and index.leader_of(1) == 1


def test_each_hit_says_what_each_feature_added() -> None:
    index = ClaimIndex(["a b", "c d"], ["a b c", "c d e"], embedder=HashedEmbedder())
    ((best, *_),) = index.rank(["a b"], shipped_fusion(), limit=5)
    assert sum(best.parts.values()) == pytest.approx(best.score, abs=0.01)


@pytest.mark.parametrize("post", ["", "!!", "🐦", "x" * 50_000, "\x00\ud800 half"])
def test_any_post_gets_an_answer(post: str) -> None:
    index = ClaimIndex(["one", ""], ["first claim", ""], embedder=HashedEmbedder())
    assert sorted(ranking(index, [post])[0]) == [0, 1]


def test_learnt_from_judgements_it_beats_the_plain_ways_on_others() -> None:
    embedder = HashedEmbedder()
    documents, topics, qrels = judged(300, seed=1)
    train, held_out = topics[:200], topics[200:]
    fusion = learn_from(documents, train, qrels, embedder=embedder, name="words")
    judged_topics = {topic.id: qrels[topic.id] for topic in held_out}
    value = {}
    for ranker in RANKERS:
        run = rank_documents(documents, held_out, embedder=embedder, fusion=fusion, ranker=ranker, depth=20)
        value[ranker] = measure_topics(run, judged_topics)["AP@5"].mean()
    assert value["learned"] >= max(value["bm25"], value["minilm"], value["rrf"]) - 0.01
    assert value["learned"] > 0.8


def test_the_order_of_documents_tells_nothing() -> None:
    """Equal features must not be ordered by where a document stands: that is how a collection leaks its answers."""
    embedder = HashedEmbedder()
    documents, topics, qrels = judged(60, seed=2)
    values = []
    for order in (documents, documents[::-1]):
        run = rank_documents(order, topics, embedder=embedder, fusion=shipped_fusion(), depth=20)
        values.append(measure_topics(run, qrels)["AP@5"])
    assert values[0].tolist() == pytest.approx(values[1].tolist())
