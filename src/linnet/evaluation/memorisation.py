"""Memorisation: how many training posts the model writes out word for word when it is given their beginning.

After Carlini et al. 2023, "Quantifying Memorization Across Neural Language Models": a post is extracted when greedy
decoding after its first half (or a fixed number of tokens) gives exactly its further tokens. The same is asked of
held-out posts, which the model never saw: what it "extracts" there it guessed (greetings, templates, quotations), so
the control says how much of the first rate is memory. Posts are asked once for each different text.

What is written holds rates and counts alone: no text and no id of a post, so nothing in it has to be forgotten.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from linnet.errors import NotReady
from linnet.evaluation.likelihood import Scorer, Window
from linnet.intervals import wilson
from linnet.lineage import write_atomically
from linnet.model.documents import DocumentText, document_files, read_documents
from linnet.progress import SILENT, Progress

MEMORISATION_FILE = "memorisation.json"
COPIES = ((1, 1), (2, 9), (10, 99), (100, None))  # how often the corpus holds a text: from, to
ASKED_FOR_ONE = 8  # texts looked at for each one wanted: the others are too short


@dataclass(frozen=True, kw_only=True)
class MemorisationConfig:
    posts: int = 1_000  # training posts asked at most, and as many held-out posts
    repeated_posts: int = 250  # further training posts for each range of copies above one, at most
    prompt_tokens: int | None = None  # tokens of a post that are given; None: its first half
    min_tokens: int = 16  # a post with fewer tokens is not asked
    max_continuation_tokens: int = 50  # tokens that have to be right at most
    seed: int = 7  # draws the posts

    def __post_init__(self) -> None:
        for name, least in (
            ("posts", 1),
            ("repeated_posts", 0),
            ("min_tokens", 2),
            ("max_continuation_tokens", 1),
        ):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be {least} or more")
        if self.prompt_tokens is not None and not 1 <= self.prompt_tokens < self.min_tokens:
            raise ValueError(
                f"prompt_tokens is {self.prompt_tokens}; it must be 1 or more and below min_tokens {self.min_tokens}"
            )


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Of so many posts, so many were extracted; the interval is Wilson's, 95 %."""

    rate: float | None  # 0..1; None where no post was asked
    low: float
    high: float
    extracted: int
    posts: int

    @classmethod
    def of(cls, extracted: int, posts: int) -> Rate:
        low, high = (round(bound, 6) for bound in wilson(extracted, posts))
        rate = round(extracted / posts, 6) if posts else None
        return cls(rate=rate, low=low, high=high, extracted=extracted, posts=posts)


@dataclass(frozen=True, kw_only=True)
class MemorisationReport:
    extraction_rate: float  # of training posts, each text once; lower is better
    control_rate: float | None  # of held-out posts; None when the corpus holds none long enough
    train: Rate
    heldout: Rate
    by_copies: Mapping[str, Rate]  # "1", "2-9" ...: how often the corpus holds the text
    mean_match: (
        float | None
    )  # mean share of the continuation of a training post that comes before the first error
    mean_match_control: float | None
    prompt: str  # what was given: "half", or a number of tokens
    model: str = ""  # digest of what was measured
    extracted_posts: tuple[str, ...] = field(default=())  # ids; never written to disk


@dataclass(frozen=True, slots=True)
class Question:
    """A post to ask for: what is given, what should come."""

    post_id: str
    copies: int
    window: Window


def measure_memorisation(
    corpus: Path,
    model: Path,
    *,
    config: MemorisationConfig,
    model_digest: str = "",
    progress: Progress = SILENT,
) -> MemorisationReport:
    """Ask `model` for training and held-out posts of `corpus`."""
    scorer = Scorer(model)
    files = document_files(corpus)
    uniform, repeated = _train_questions(files, scorer, config, progress)
    if not uniform:
        raise NotReady(
            f"no training post has {config.min_tokens} tokens or more; lower min_tokens or ingest longer posts"
        )
    control = _heldout_questions(files, scorer, config, progress)
    asked = [*uniform, *repeated, *control]
    matches = [0] * len(asked)
    progress.start("Asking for posts by their beginning", len(asked), "posts")
    for position, told in scorer.greedy_matches([question.window for question in asked]):
        matches[position] = told
        progress.advance()
    progress.finish()
    done = [told == len(question.window.targets) for question, told in zip(asked, matches, strict=True)]
    shares = [told / len(question.window.targets) for question, told in zip(asked, matches, strict=True)]
    first, last = len(uniform), len(uniform) + len(repeated)
    train, heldout = Rate.of(sum(done[:first]), first), Rate.of(sum(done[last:]), len(control))
    by_copies = {}
    for low, high in COPIES:
        rows = [i for i in range(last) if _within(asked[i].copies, low, high)]
        by_copies[_range_name(low, high)] = Rate.of(sum(done[i] for i in rows), len(rows))
    return MemorisationReport(
        extraction_rate=train.rate or 0.0,
        control_rate=heldout.rate,
        train=train,
        heldout=heldout,
        by_copies=by_copies,
        mean_match=_mean(shares[:first]),
        mean_match_control=_mean(shares[last:]),
        prompt="half" if config.prompt_tokens is None else str(config.prompt_tokens),
        model=model_digest,
        extracted_posts=tuple(asked[i].post_id for i in range(last) if done[i]),
    )


def write_memorisation(out: Path, report: MemorisationReport) -> Path:
    """`memorisation.json` in the folder `out`: the report without the ids of posts."""
    out.mkdir(parents=True, exist_ok=True)
    facts = dataclasses.asdict(report)
    del facts["extracted_posts"]
    write_atomically(out / MEMORISATION_FILE, json.dumps(facts, indent=1))
    return out / MEMORISATION_FILE


def _first_posts(files: list[Path], split: str, progress: Progress) -> Iterator[DocumentText]:
    """Documents as often as they are trained on. Their first posts are asked for: nothing stands before those."""
    progress.start(f"Reading the {split} split", unit="documents")
    for document in read_documents(files, split):
        progress.advance()
        yield document
    progress.finish()


def _train_questions(
    files: list[Path], scorer: Scorer, config: MemorisationConfig, progress: Progress
) -> tuple[list[Question], list[Question]]:
    """(posts drawn from all different texts, further posts of texts that stand there more than once)."""
    import numpy as np
    import xxhash

    digests = np.fromiter(
        (
            xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
            for document in _first_posts(files, "train", progress)
            for text in document.texts
        ),
        dtype="<u8",
    )
    texts, counts = np.unique(digests, return_counts=True)
    order = np.random.default_rng(config.seed).permutation(len(texts))
    wanted: dict[int, int] = {}  # digest -> place in the draw
    for place, at in enumerate(order[: config.posts * ASKED_FOR_ONE].tolist()):
        wanted[int(texts[at])] = place
    for low, high in COPIES[1:]:
        inside = (counts[order] >= low) & (counts[order] <= (high or counts.max(initial=1)))
        for at in order[inside][: config.repeated_posts * ASKED_FOR_ONE].tolist():
            wanted.setdefault(int(texts[at]), len(order) + len(wanted))
    copies = dict(zip(texts.tolist(), counts.tolist(), strict=True)) if len(texts) < 1_000_000 else None
    found: dict[int, Question] = {}
    for document in _first_posts(files, "train", progress):
        digest = xxhash.xxh3_64_intdigest(document.texts[0].encode("utf-8", "surrogatepass"))
        if digest in wanted and digest not in found:
            number = copies[digest] if copies else int(counts[np.searchsorted(texts, np.uint64(digest))])
            if question := _question(document, number, scorer, config):
                found[digest] = question
    by_place = sorted(found, key=wanted.__getitem__)
    drawn = [found[digest] for digest in by_place if wanted[digest] < len(order)]
    uniform, rest = drawn[: config.posts], drawn[config.posts :]
    rest += [found[digest] for digest in by_place if wanted[digest] >= len(order)]
    repeated: list[Question] = []
    for low, high in COPIES[1:]:
        repeated += [one for one in rest if _within(one.copies, low, high)][: config.repeated_posts]
    return uniform, repeated


def _heldout_questions(
    files: list[Path], scorer: Scorer, config: MemorisationConfig, progress: Progress
) -> list[Question]:
    documents = {document.texts[0]: document for document in _first_posts(files, "heldout", progress)}
    drawn = list(documents.values())
    random.Random(config.seed).shuffle(drawn)
    questions = (_question(document, 0, scorer, config) for document in drawn)
    return [question for question in questions if question][: config.posts]


def _question(
    document: DocumentText, copies: int, scorer: Scorer, config: MemorisationConfig
) -> Question | None:
    """The first post of a document with what stands before it in training; None when it is too short."""
    tokenizer = scorer.tokenizer
    ids = tokenizer.encode_text(document.texts[0])
    if len(ids) < config.min_tokens:
        return None
    header = tokenizer.header(document.controls)
    if len(set(document.author_ids)) > 1:
        header.append(tokenizer.author_ids[0])
    given = len(ids) // 2 if config.prompt_tokens is None else config.prompt_tokens
    given = min(given, max((scorer.context_length - len(header)) // 2, 1))
    room = scorer.context_length - len(header) - given + 1
    answer = ids[given : given + min(config.max_continuation_tokens, room)]
    if not answer or room < 1:
        return None
    window = Window([*header, *ids[:given], *answer[:-1]], answer)
    return Question(document.post_ids[0], copies, window)


def _within(copies: int, low: int, high: int | None) -> bool:
    return copies >= low and (high is None or copies <= high)


def _range_name(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
