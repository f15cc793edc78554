"""What a sentence is about, in its own words, and how one asks about it in its language."""

from __future__ import annotations

import random
from dataclasses import dataclass

import regex

from linnet.training.tasks.posts import PostPool, words_of

_HASHTAG = regex.compile(r"#[\p{L}\p{M}\p{N}_]{3,}")
# Capitalised in mid-sentence, one to three words.
_NAME = regex.compile(r"(?<=[\p{Ll}\p{N}],? )\p{Lu}[\p{L}'’-]{2,}(?: \p{Lu}[\p{L}'’-]+){0,2}")
_NUMBER = regex.compile(r"(?<![\p{L}\p{N}_#@/.:,-])\p{N}+(?:[.,:]\p{N}+)*(?![\p{L}\p{N}_/-])")
_LINKS_AND_NAMES = regex.compile(r"https?://\S+|@\w+")
LEAST_KEYWORD_CHARACTERS = 4

ABOUT = {  # the first one is the plainest
    "en": ("What do people say about {}?", "What did people say about {}?", "what's being said about {}?"),
    "fr": ("Que dit-on sur {} ?", "Que disent les gens de {} ?"),
    "es": ("¿Qué dice la gente sobre {}?", "¿Qué se dice de {}?"),
    "de": ("Was sagen die Leute über {}?", "Was wird über {} gesagt?"),
    "pt": ("O que as pessoas dizem sobre {}?",),
    "it": ("Che cosa si dice di {}?",),
    "nl": ("Wat zeggen mensen over {}?",),
    "ja": ("{}についてみんなは何と言っていますか？",),
    "ar": ("ماذا يقول الناس عن {}؟",),
}
GAP = {
    "en": "Which number is missing: {}?",
    "fr": "Quel nombre manque : {} ?",
    "es": "¿Qué número falta: {}?",
    "de": "Welche Zahl fehlt: {}?",
    "pt": "Que número falta: {}?",
    "it": "Quale numero manca: {}?",
    "nl": "Welk getal ontbreekt: {}?",
    "ja": "抜けている数字は何ですか：{}",
    "ar": "ما الرقم الناقص: {}؟",
}
AND = {
    "en": "and",
    "fr": "et",
    "es": "y",
    "de": "und",
    "pt": "e",
    "it": "e",
    "nl": "en",
    "ja": "と",
    "ar": "و",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    kind: str  # "hashtag", "name", "number" or "keywords"
    text: str  # as it stands in a question
    words: frozenset[str]  # a post that has all of them may answer
    language: str

    def question(self, rng: random.Random) -> str:
        if self.kind == "number":
            return GAP.get(self.language, GAP["en"]).format(self.text)
        return rng.choice(ABOUT.get(self.language, ABOUT["en"])).format(self.text)


def subjects_of(sentence: str, pool: PostPool, language: str) -> list[Subject]:
    """What one can ask about the sentence, so that it is the answer."""
    found = [
        _subject("hashtag", match[0], words_of(match[0]), language) for match in _HASHTAG.finditer(sentence)
    ]
    if sentence.upper() != sentence:
        found += [
            _subject("name", match[0], words_of(match[0]), language) for match in _NAME.finditer(sentence)
        ]
    if gap := gap_in(sentence):
        with_gap, rest = gap
        found.append(_subject("number", f'"{with_gap}"', rest, language))
    keywords = keywords_of(sentence, pool, language)[:2]
    if len(keywords) == 2:
        joined = f" {AND.get(language, AND['en'])} ".join(keywords)
        found.append(_subject("keywords", joined, keywords, language))
    return [subject for subject in found if any(not pool.is_common(word, language) for word in subject.words)]


def gap_in(sentence: str) -> tuple[str, tuple[str, ...]] | None:
    """The sentence with its only number left out, and the words that remain."""
    numbers = list(_NUMBER.finditer(sentence))
    if len(numbers) != 1:
        return None
    before, after = sentence[: numbers[0].start()], sentence[numbers[0].end() :]
    rest = words_of(before + after)
    return (f"{before}___{after}", rest) if len(rest) >= 3 else None


def keywords_of(text: str, pool: PostPool, language: str) -> list[str]:
    """The words that say what a text is about: not common, and if possible met elsewhere too; in its order."""
    words = words_of(_LINKS_AND_NAMES.sub(" ", text))
    ranked = sorted(
        {
            word
            for word in words
            if (len(word) >= LEAST_KEYWORD_CHARACTERS or regex.search(r"\p{Han}{2}|\p{Katakana}{2}", word))
            and not word.isdigit()
            and not pool.is_common(word, language)
        },
        key=lambda word: (pool.frequency(word, language) < 2, -len(word), word),
    )[:3]
    return sorted(ranked, key=words.index)


def _subject(kind: str, text: str, words: tuple[str, ...] | list[str], language: str) -> Subject:
    return Subject(kind=kind, text=text, words=frozenset(words), language=language)
