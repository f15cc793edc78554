"""The corpus' posts as sources: what of each can be quoted, and which posts share words."""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

import regex

from linnet.model.documents import DocumentText
from linnet.model.prompts import POST_CHARACTERS, talks_to_a_model
from linnet.model.quotes import SENTENCE_END, quotable

COMMON_SHARE = 0.02  # a word in more of a language's posts than this says nothing about one of them
LEAST_COMMON = 20  # posts; in a small corpus no word in fewer of them is common
LEAST_SENTENCE_WORDS = 4
LEAST_SENTENCE_CHARACTERS = 12

_WORD = regex.compile(
    r"(?V1)\p{Han}+|[\p{Katakana}ー]+|[[\p{L}\p{M}\p{N}_]--[\p{Han}\p{Hiragana}\p{Katakana}ー]]+"
)
_UNSPACED = regex.compile(r"\p{Han}|\p{Hiragana}")
_ASKS = regex.compile(r"[?？؟¿]")


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in order, case folded; of Japanese and Chinese the runs of one script."""
    return tuple(_WORD.findall(fold(text)))


def asks(text: str) -> bool:
    return _ASKS.search(text) is not None


def alike(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """The share of their words that two texts have in common, 0..1 (Jaccard)."""
    return len(one & other) / (len(one | other) or 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One post that may be shown to a model."""

    post_id: str
    author_id: str
    document_id: str
    language: str
    month: str
    text: str  # as it is shown
    sentences: tuple[str, ...]  # those of it that state something, word for word
    words: frozenset[str]


def sentences_of(text: str) -> tuple[str, ...]:
    """What a post states, sentence by sentence, each an unbroken part of it. Questions are left out."""
    return tuple(part for part in parts_of(text) if not asks(part))


def parts_of(text: str) -> tuple[str, ...]:
    """The sentences of a post that are long enough to be quoted, questions too."""
    whole = quotable(text)
    parts = [part.strip() for part in SENTENCE_END.split(whole) if part] if whole else []
    return tuple(
        part
        for part in parts
        if len(part) >= LEAST_SENTENCE_CHARACTERS
        and (len(words_of(part)) >= LEAST_SENTENCE_WORDS or _UNSPACED.search(part))
    )


def sources_of(document: DocumentText) -> list[Source]:
    """The posts of a document that a prompt may show, in their order."""
    sources = []
    for post_id, author_id, text in zip(document.post_ids, document.author_ids, document.texts, strict=True):
        if not text.strip() or talks_to_a_model(text):
            continue
        shown = text[:POST_CHARACTERS]
        sources.append(
            Source(
                post_id=post_id,
                author_id=author_id,
                document_id=document.document_id,
                language=document.language,
                month=document.month,
                text=shown,
                sentences=sentences_of(shown),
                words=frozenset(words_of(shown)),
            )
        )
    return sources


class PostPool:
    """All posts of some documents, with the posts of each word. A document that comes twice counts once."""

    def __init__(self, documents: Sequence[DocumentText]) -> None:
        once = {document.document_id: document for document in documents}
        self.threads = [sources_of(document) for document in once.values()]
        self.sources = [source for thread in self.threads for source in thread]
        self._positions: dict[str, list[int]] = defaultdict(list)  # by language
        self._holders: dict[tuple[str, str], list[int]] = defaultdict(list)  # by language and word
        for position, source in enumerate(self.sources):
            self._positions[source.language].append(position)
            for word in sorted(source.words):
                self._holders[source.language, word].append(position)

    def frequency(self, word: str, language: str) -> int:
        """In how many posts of the language the word stands."""
        return len(self._holders.get((language, word), ()))

    def is_common(self, word: str, language: str) -> bool:
        return self.frequency(word, language) > max(
            LEAST_COMMON, COMMON_SHARE * len(self._positions[language])
        )

    def holding(self, words: AbstractSet[str], language: str) -> list[Source]:
        """The posts that have all of these words."""
        fewest = min((self._holders.get((language, word), []) for word in sorted(words)), key=len, default=[])
        return [self.sources[position] for position in fewest if words <= self.sources[position].words]

    def near(self, words: AbstractSet[str], language: str, most: int = 200) -> list[Source]:
        """Posts that have one of the words, the rarest words first."""
        found: dict[int, None] = {}
        for word in sorted(words, key=lambda word: (self.frequency(word, language), word)):
            for position in self._holders.get((language, word), ())[: most - len(found)]:
                found[position] = None
        return [self.sources[position] for position in found]

    def distractors(
        self,
        asked: AbstractSet[str],
        *,
        like: AbstractSet[str],
        language: str,
        other_than: AbstractSet[str],
        count: int,
        rng: random.Random,
    ) -> list[Source]:
        """Posts of other documents that lack one of the words `asked`; half of them share a word of `like`."""
        near = self.near({word for word in like if not self.is_common(word, language)}, language)
        rng.shuffle(near)
        positions = self._positions[language]
        far = [self.sources[rng.choice(positions)] for _ in range(4 * count)] if positions else []
        chosen: dict[str, Source] = {}
        texts: set[str] = set()
        for number, source in enumerate([*near[: 4 * count], *far]):
            enough = count if number >= min(len(near), 4 * count) else (count + 1) // 2
            if len(chosen) >= enough or source.document_id in other_than or asked <= source.words:
                continue
            if source.text not in texts:
                texts.add(source.text)
                chosen[source.post_id] = source
        return list(chosen.values())


@lru_cache(maxsize=2)
def _pool(documents: tuple[DocumentText, ...]) -> PostPool:
    return PostPool(documents)


def pool_of(documents: Sequence[DocumentText]) -> PostPool:
    """The pool of these documents; the tasks of one run share it."""
    return _pool(tuple(documents))
