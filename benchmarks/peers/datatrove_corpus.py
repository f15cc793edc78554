"""datatrove doing what Linnet's curation does to posts: the same quality rules, shingles, buckets and hashes.

datatrove takes one document at a time, so the rules are written once more here as plain Python; `benchmarks/corpus.py`
prints how many posts each side keeps after them. Its MinHash gets the normalised words with every character as a token,
which makes its n-grams of five the shingles of five characters that Linnet uses.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import regex
import xxhash
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.text import TextNormConfig
from datatrove.utils.word_tokenizers import WordTokenizer
from loguru import logger

from linnet.corpus import quality
from linnet.corpus.duplicates import BANDS, ROWS_A_BAND, SHINGLE_CHARACTERS

_LINK, _MENTION, _TAG = (regex.compile(one) for one in (quality.LINK, quality.MENTION, quality.TAG))
_SPACE = regex.compile(r"\s+")
_LETTER, _VISIBLE, _READABLE = (regex.compile(one) for one in (r"\p{L}", r"\S", r"[\p{L}\p{M}\p{N}]"))
_DENSE = regex.compile(quality.DENSE_SCRIPTS)
_LEADING = regex.compile(quality._LEADING_MENTIONS)
_EMOJI_BLOCK = regex.compile(
    rf"(?:{quality._EMOJI}{quality._JOINERS}*){{{quality.MAX_EMOJI_RUN + 1},}}".replace(r"\x{200D}", "\u200d")
    .replace(r"\x{FE0F}", "\ufe0f")
    .replace(r"\x{1F3FB}", "\U0001f3fb")
    .replace(r"\x{1F3FF}", "\U0001f3ff")
)
_RUNS = regex.compile(quality._RUNS)
_PLACEHOLDER = regex.compile(quality.PLACEHOLDER_TEXT.replace("(?i-u:", "(?i:"))
_NOT_NORMAL = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def own_words(text: str) -> str:
    bare = _TAG.sub(" ", _MENTION.sub(" ", _LINK.sub(" ", text)))
    return _SPACE.sub(" ", bare).strip()


def is_good(text: str, words: str, is_repost: bool) -> bool:
    """Linnet's quality rules, one post at a time."""
    if is_repost or text.startswith("RT @"):
        return False
    least = quality.MIN_LETTERS_DENSE if _DENSE.search(words) else quality.MIN_LETTERS
    if len(_LETTER.findall(words)) < least or _EMOJI_BLOCK.search(text):
        return False
    if len(_READABLE.findall(text)) < len(_VISIBLE.findall(text)) * quality.MIN_LETTER_SHARE:
        return False
    if len(_TAG.findall(text)) > quality.MAX_TAGS or len(_LINK.findall(text)) > quality.MAX_LINKS:
        return False
    if sum(1 for _ in _MENTION.finditer(_LEADING.sub("", text, count=1))) > quality.MAX_MENTIONS:
        return False
    if _RUNS.search(words):
        return False
    each = words.lower().split(" ")
    if (
        len(each) >= quality.MIN_WORDS_TO_REPEAT
        and 1 - len(set(each)) / len(each) > quality.MAX_REPEATED_WORDS
    ):
        return False
    return not _PLACEHOLDER.search(text)


class OwnWords(PipelineStep):
    name = "own words"
    type = "posts"

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Any:
        for document in data:
            document.metadata["original"] = document.text
            document.text = own_words(document.text)
            yield document


class QualityRules(BaseFilter):
    name = "quality rules of posts"

    def filter(self, doc: Any) -> bool:
        return is_good(doc.metadata["original"], doc.text, bool(doc.metadata.get("is_repost")))


class Normalised(PipelineStep):
    name = "normalised"
    type = "posts"

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Any:
        for document in data:
            document.text = _NOT_NORMAL.sub(" ", document.text.lower()).strip()
            yield document


class Characters(WordTokenizer):
    """Every character is a token."""

    def __init__(self) -> None:
        super().__init__()

    def word_tokenize(self, text: str) -> list[str]:
        return list(text.ljust(SHINGLE_CHARACTERS))

    def sent_tokenize(self, text: str) -> list[str]:
        return [text]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        return [(0, len(text))]


def signatures(folder: Path, config: MinhashConfig) -> MinhashDedupSignature:
    """Its hash takes text, which the xxhash of today takes as bytes only."""
    step = MinhashDedupSignature(str(folder), config, Characters())
    step._hash_func = lambda text: xxhash.xxh64_intdigest(text.encode())
    return step


def run(posts: Path, work: Path) -> dict[str, Any]:
    """`posts`: a folder of JSONL with id, text and is_repost, oldest first. Returns seconds of CPU and the ids kept."""
    logger.remove()
    as_it_is = TextNormConfig(
        lowercase=False,
        norm_whitespace=False,
        remove_punctuation=False,
        norm_unicode_diacritics=False,
        norm_numbers=False,
        norm_weekdays=False,
        norm_monthnames=False,
    )
    config = MinhashConfig(
        n_grams=SHINGLE_CHARACTERS, num_buckets=BANDS, hashes_per_bucket=ROWS_A_BAND, norm_config=as_it_is
    )
    seconds: dict[str, float] = {}

    def execute(name: str, pipeline: list[Any], tasks: int = 1) -> None:
        started = time.process_time()
        LocalPipelineExecutor(
            pipeline=pipeline,
            tasks=tasks,
            workers=1,
            logging_dir=str(work / "logs" / name),
            skip_completed=False,
        ).run()
        seconds[name] = time.process_time() - started

    good, kept = work / "good", work / "kept"
    execute(
        "quality",
        [
            JsonlReader(str(posts)),
            OwnWords(),
            QualityRules(),
            Normalised(),
            JsonlWriter(str(good), output_filename="${rank}.jsonl", compression=None),
        ],
    )
    execute("signatures", [JsonlReader(str(good)), signatures(work / "sig", config)])
    execute("buckets", [MinhashDedupBuckets(str(work / "sig"), str(work / "buckets"), config=config)], BANDS)
    execute("clusters", [MinhashDedupCluster(str(work / "buckets"), str(work / "remove"), config=config)])
    execute(
        "filter",
        [
            JsonlReader(str(good)),
            MinhashDedupFilter(str(work / "remove")),
            JsonlWriter(str(kept), output_filename="${rank}.jsonl", compression=None),
        ],
    )
    return {"seconds": seconds, "good": _ids(good), "kept": _ids(kept)}


def _ids(folder: Path) -> list[str]:
    import orjson

    return [
        orjson.loads(line)["id"]
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
