"""Bits per byte: how well a model predicts posts, on a scale that does not depend on its tokenizer.

Every post is scored alone: the negative log2 probability of tokens that decode without loss to its raw text, and of
the `<|end|>` that closes it, over the bytes of its UTF-8 text. Nothing is masked and nothing dropped but posts without
any text, which are counted. Control tokens (month, language, platform) are given and not scored; a second figure
gives `<|bos|>` alone. A post longer than the model's context is read in overlapping windows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linnet.errors import LinnetError, NotReady
from linnet.evaluation.likelihood import Scorer, Window, windows_of
from linnet.model.controls import CONTROL_TOKEN, KINDS, NO_CONTROLS, Controls
from linnet.model.tokenizer import ModelTokenizer
from linnet.posts.sources.json_values import clean_surrogates
from linnet.progress import SILENT, Progress

POSTS_AT_ONCE = 20_000  # held as tokens and sorted by length
BREAKDOWNS = ("language", "month", "source")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostText:
    """A post as it is scored."""

    text: str
    controls: Controls = NO_CONTROLS
    source: str = ""  # where it comes from: a platform or a format


@dataclass(frozen=True, kw_only=True)
class BitsPerByte:
    bits_per_byte: float  # lower is better
    posts: int
    bytes: int  # of UTF-8 text


@dataclass(frozen=True, kw_only=True)
class BitsPerByteReport:
    bits_per_byte: float  # the control tokens given; lower is better
    bits_per_byte_without_controls: float  # only <|bos|> given
    bytes: int  # of UTF-8 text
    posts: int
    tokens: int  # scored: the text's and one <|end|> a post
    empty: int  # posts without any text: skipped
    controls: Mapping[str, int]  # posts that were given a token of this kind: month, language, platform
    by: Mapping[str, Mapping[str, BitsPerByte]]  # "language", "month", "source" -> value -> figures


def bits_per_byte(
    model: Path, posts: Iterable[str | PostText], *, batch_tokens: int = 4096, progress: Progress = SILENT
) -> BitsPerByteReport:
    """Score posts under the model folder `model`. `batch_tokens` bounds a batch, padding included.

    What is no Unicode (a lone surrogate) has no UTF-8 bytes and is scored as U+FFFD.
    """
    scorer = Scorer(model, batch_tokens=batch_tokens)
    given = [PostText(text=post) if isinstance(post, str) else post for post in posts]
    scored = [post for post in given if post.text]
    if not scored:
        raise NotReady(
            "no text to score: the posts are empty, or the corpus holds none out; ingest more posts"
        )
    texts: list[str] = [clean_surrogates(post.text) for post in scored]
    sizes = [len(text.encode()) for text in texts]
    nats = [0.0] * len(scored)
    nats_plain = [0.0] * len(scored)
    counts = dict.fromkeys(KINDS, 0)
    num_tokens = 0
    progress.start("Measuring bits per byte", sum(sizes), "bytes")
    for start in range(0, len(scored), POSTS_AT_ONCE):
        positions = range(start, min(start + POSTS_AT_ONCE, len(scored)))
        bodies = _encoded(scorer, [texts[position] for position in positions], first=start)
        num_tokens += sum(map(len, bodies))
        windows: list[Window] = []
        owners: list[tuple[int, bool]] = []  # the post, and whether the window is without its controls
        left = dict.fromkeys(positions, 0)  # windows of a post that are not scored yet
        alone: list[int] = []  # posts of which nothing is given: both figures are the same
        for position, body in zip(positions, bodies, strict=True):
            header = scorer.tokenizer.header(scored[position].controls)
            for kind in _kinds_of(header, scorer.tokenizer):
                counts[kind] += 1
            for plain in (False, True) if len(header) > 1 else (False,):
                mine = windows_of(header[:1] if plain else header, body, scorer.context_length)
                windows += mine
                owners += [(position, plain)] * len(mine)
                left[position] += len(mine)
            if len(header) == 1:
                alone.append(position)
        for window, value in scorer.nats(windows):
            position, plain = owners[window]
            (nats_plain if plain else nats)[position] += value
            left[position] -= 1
            if not left[position]:
                progress.advance(sizes[position])
        for position in alone:
            nats_plain[position] = nats[position]
    progress.finish()
    return BitsPerByteReport(
        bits_per_byte=_bits(nats) / sum(sizes),
        bits_per_byte_without_controls=_bits(nats_plain) / sum(sizes),
        bytes=sum(sizes),
        posts=len(scored),
        tokens=num_tokens,
        empty=len(given) - len(scored),
        controls=counts,
        by=_breakdowns(scored, nats, sizes),
    )


def _bits(nats: Iterable[float]) -> float:
    return math.fsum(nats) / math.log(2)


def _encoded(scorer: Scorer, texts: Sequence[str], *, first: int) -> list[list[int]]:
    """Each text's tokens and `<|end|>`. Raises when a text does not come back unchanged."""
    encoded = scorer.tokenizer.encode_texts(texts)
    for number, (text, ids) in enumerate(zip(texts, encoded, strict=True), start=first + 1):
        if scorer.tokenizer.decode(ids, keep_special_tokens=True) != text:
            raise LinnetError(
                f"the tokenizer in {scorer.folder} loses text of post {number}, so bits per byte mean nothing; "
                "use a model with a byte-level tokenizer: linnet build"
            )
    return [[*ids, scorer.tokenizer.end_id] for ids in encoded]


def _kinds_of(header: Sequence[int], tokenizer: ModelTokenizer) -> list[str]:
    names = {index: token for token, index in tokenizer.controls.ids.items()}
    matches = (CONTROL_TOKEN.fullmatch(names[index]) for index in header[1:])
    return [match[1] for match in matches if match]


def _breakdowns(
    posts: Sequence[PostText], nats: Sequence[float], sizes: Sequence[int]
) -> dict[str, dict[str, BitsPerByte]]:
    by: dict[str, dict[str, list[int]]] = {name: {} for name in BREAKDOWNS}
    for position, post in enumerate(posts):
        values = (post.controls.language, post.controls.month, post.source)
        for name, value in zip(BREAKDOWNS, values, strict=True):
            by[name].setdefault(value or UNKNOWN, []).append(position)
    return {
        name: {
            value: BitsPerByte(
                bits_per_byte=_bits(nats[i] for i in rows) / sum(sizes[i] for i in rows),
                posts=len(rows),
                bytes=sum(sizes[i] for i in rows),
            )
            for value, rows in sorted(groups.items())
        }
        for name, groups in by.items()
    }
