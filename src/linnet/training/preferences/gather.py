"""All sources together: the pairs of one split of the corpus, each checked, at most so many, always the same ones."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linnet.model.documents import DocumentText, document_files, read_documents
from linnet.model.tokenizer import ModelTokenizer, share_evenly
from linnet.posts.store import PostStore
from linnet.training.preferences.checks import BearsOut, check_pairs
from linnet.training.preferences.engagement import ReplyFacts, engagement_pairs
from linnet.training.preferences.pair import EncodedPair, PreferencePair, encode_pair
from linnet.training.preferences.ratings import rating_pairs
from linnet.training.tasks.answer import Abstain, AnswerWithCitations
from linnet.training.tasks.catalogue import BRIEF_BELOW_TOKENS
from linnet.training.tasks.task import TaskExample

DOCUMENTS_A_PAIR = 8  # looked at for every pair wanted
ABSTENTIONS = 0.25  # of the examples made for the checks, those that no post answers
SPARE_EXAMPLES = 2  # made for every pair wanted: some bear no pair or do not fit
POPULARITY = ("like_count", "repost_count")


@dataclass(frozen=True, kw_only=True)
class PairSources:
    """What pairs are made of besides the corpus. Without a part, its pairs are not made."""

    store: PostStore | None = None  # replies and ratings; what was withdrawn since curation is in no pair
    bears_out: BearsOut | None = None  # the assistant's own check of a sentence against a post


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredPair:
    pair: PreferencePair
    ids: EncodedPair


def gather_pairs(
    corpus: Path,
    split: str,
    tokenizer: ModelTokenizer,
    *,
    count: int,
    max_tokens: int,
    sources: PairSources,
    wanted: Sequence[str],
    seed: int,
) -> list[GatheredPair]:
    """At most `count` pairs of the sources named in `wanted`; a source that has few leaves its share to the others."""
    if count < 1:
        return []
    files = document_files(corpus)
    by_source: dict[str, list[PreferencePair]] = {}
    documents = _some_documents(files, split, count * DOCUMENTS_A_PAIR, seed)

    def fits(pair: PreferencePair) -> bool:
        return encode_pair(pair, tokenizer, max_tokens=max_tokens) is not None

    if "checks" in wanted and sources.bears_out is not None:
        rng = random.Random(f"checks:{seed}")
        examples = _examples(documents, count, rng, brief=max_tokens < BRIEF_BELOW_TOKENS)
        by_source["checks"] = list(check_pairs(examples, sources.bears_out, fits, rng))
    if "engagement" in wanted and sources.store is not None:
        threads = [document for document in documents if len(document.post_ids) > 2]
        by_source["engagement"] = list(engagement_pairs(threads, _reply_facts(sources.store, threads)))
    if "ratings" in wanted and sources.store is not None:
        by_source["ratings"] = list(rating_pairs(sources.store, files, split, fits))
    fitting = {source: _distinct(pairs, tokenizer, max_tokens) for source, pairs in sorted(by_source.items())}
    allowed = _still_allowed(
        sources.store,
        files,
        split,
        {post_id for found in fitting.values() for one in found for post_id in one.pair.post_ids},
    )
    fitting = {
        source: [one for one in found if allowed.issuperset(one.pair.post_ids)]
        for source, found in fitting.items()
    }
    shares = share_evenly(count, {source: len(found) for source, found in fitting.items()})
    chosen = [one for source, found in fitting.items() for one in _drawn(found, shares[source], seed)]
    return sorted(chosen, key=lambda one: _digest(one.pair, f"order:{seed}"))


def _some_documents(files: list[Path], split: str, most: int, seed: int) -> list[DocumentText]:
    """Documents in an order that depends on their ids and the seed alone; threads before single posts."""
    seen: dict[str, DocumentText] = {}
    for document in read_documents(files, split):
        seen.setdefault(document.document_id, document)
    ranked = sorted(
        seen.values(),
        key=lambda document: (
            len(document.post_ids) < 3,
            hashlib.blake2b(f"{seed}:{document.document_id}".encode(), digest_size=8).digest(),
        ),
    )
    return ranked[:most]


def _examples(
    documents: Sequence[DocumentText], count: int, rng: random.Random, *, brief: bool
) -> list[TaskExample]:
    """Questions with posts, as fine-tuning asks them."""
    wanted = round(count * SPARE_EXAMPLES)
    unanswered = Abstain(brief=brief).examples(documents, round(wanted * ABSTENTIONS), rng)
    return [*unanswered, *AnswerWithCitations(brief=brief).examples(documents, wanted - len(unanswered), rng)]


def _reply_facts(store: PostStore, documents: Sequence[DocumentText]) -> Mapping[str, ReplyFacts]:
    """Who answered whom, of posts that may still be trained on."""
    import polars as pl

    ids = [post_id for document in documents for post_id in document.post_ids]
    if not ids or not store.exists():
        return {}
    rows = store.read(
        purpose="train", columns=["post_id", "reply_to", *POPULARITY], where=pl.col("post_id").is_in(ids)
    )
    return {
        post_id: ReplyFacts(reply_to=reply_to, popularity=(likes or 0) + (reposts or 0))
        for post_id, reply_to, likes, reposts in rows.iter_rows()
    }


def _distinct(
    pairs: Iterable[PreferencePair], tokenizer: ModelTokenizer, max_tokens: int
) -> list[GatheredPair]:
    """Those that fit, each once."""
    found: dict[bytes, GatheredPair] = {}
    for pair in pairs:
        ids = encode_pair(pair, tokenizer, max_tokens=max_tokens)
        if ids is not None:
            found.setdefault(_digest(pair), GatheredPair(pair=pair, ids=ids))
    return list(found.values())


def _still_allowed(store: PostStore | None, files: list[Path], split: str, post_ids: set[str]) -> set[str]:
    """Those posts that stand in this split of the corpus and that may still be trained on."""
    import polars as pl

    if not post_ids:
        return set()
    ids = sorted(post_ids)
    rows = pl.scan_parquet(files).filter(pl.col("split") == split).select("post_ids").explode("post_ids")
    inside = rows.filter(pl.col("post_ids").is_in(ids)).collect()["post_ids"].to_list()
    if store is None or not store.exists():
        return set(inside)
    theirs = store.read(purpose="train", columns=["post_id"], where=pl.col("post_id").is_in(inside))
    return set(theirs["post_id"])


def _drawn(pairs: Sequence[GatheredPair], count: int, seed: int) -> list[GatheredPair]:
    """So many of them: every reason as often as the others, while it lasts; by weight within one."""
    by_reason: dict[str, list[GatheredPair]] = {}
    for one in sorted(pairs, key=lambda one: _draw(one.pair, seed), reverse=True):
        by_reason.setdefault(one.pair.reason, []).append(one)
    shares = share_evenly(count, {reason: len(found) for reason, found in by_reason.items()})
    return [one for reason, found in by_reason.items() for one in found[: shares[reason]]]


def _draw(pair: PreferencePair, seed: int) -> float:
    """A key whose largest ones are a sample by weight without replacement (Efraimidis and Spirakis 2006)."""
    uniform = (int.from_bytes(_digest(pair, str(seed))[:8]) + 1) / 2**64
    return math.log(uniform) / pair.weight


def _digest(pair: PreferencePair, salt: str = "") -> bytes:
    said = [
        salt,
        *(f"{message.role}\x1e{message.content}" for message in pair.prompt),
        pair.chosen,
        pair.rejected,
    ]
    return hashlib.blake2b("\x1f".join(said).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def count_by_source(pairs: Sequence[GatheredPair]) -> dict[str, int]:
    return dict(sorted(Counter(one.pair.source for one in pairs).items()))
