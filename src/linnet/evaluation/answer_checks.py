"""What can be checked about an answer without a model: pure functions, each check by name.

Words are compared, never meanings: an answer that is right in other words than the posts' fails `supported`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import regex

from linnet.apps.assistant.rules import find_quote, is_supported
from linnet.corpus.language import UNKNOWN, detect_languages
from linnet.evaluation.greedy import GreedyAnswer
from linnet.model.prompts import DraftSentence, read_reply
from linnet.training.tasks.posts import alike, words_of
from linnet.training.tasks.task import TaskExample
from linnet.training.tasks.write_post import WritePost

LOOP_WORDS, LOOP_TIMES = 4, 3  # so many words in a row, so many times
REPEATED = regex.compile(r"(.{1,24}?)\1{5,}", regex.DOTALL)
HASHTAG = regex.compile(r"#[\p{L}\p{M}\p{N}_]+")
NOT_WORDS = regex.compile(r"https?://\S+|[@#]\S+")
NEAR = 0.5  # share of words in common with the reference query
LONGEST_TIMES, LONGEST_CHARACTERS = (
    4,
    200,
)  # an answer may be 4 times the reference's length and 200 characters longer


def check_answer(example: TaskExample, answer: GreedyAnswer) -> dict[str, bool]:
    """Check -> whether it is passed; the same checks for every answer to one prompt. Saying nothing passes none."""
    text = answer.text
    says_something = bool(words_of(text))
    checks = {
        "ends": answer.finished,
        "says_something": says_something,
        "no_loop": not loops(text),
        "length": len(text) <= LONGEST_TIMES * len(example.answer) + LONGEST_CHARACTERS,
    }
    if "sources" in example.checks:
        checks |= _grounded(example.checks, text)
    else:
        checks |= _free(example, text)
    return {name: passed and says_something for name, passed in checks.items()}


def loops(text: str) -> bool:
    """Whether the text repeats itself: four words in a row three times, or any piece six times on end."""
    words = words_of(text)
    runs = Counter(words[at : at + LOOP_WORDS] for at in range(len(words) - LOOP_WORDS + 1))
    return any(times >= LOOP_TIMES for times in runs.values()) or REPEATED.search(text) is not None


def same_language(asked: str, text: str) -> bool:
    """Whether the text is in the language; what is too short to tell counts as being in it."""
    found = detect_languages([NOT_WORDS.sub(" ", text)], [None])[0]
    return bool(text.strip()) and (UNKNOWN in (asked, found) or not asked or asked == found)


def _grounded(checks: Mapping[str, Any], text: str) -> dict[str, bool]:
    sources: Mapping[str, str] = checks["sources"]
    sentences, abstains = read_reply(text)
    result = {"form": bool(sentences) or abstains, "abstains_where_it_must": abstains == checks["abstains"]}
    if checks["abstains"]:
        return result
    cited = {str(number) for sentence in sentences for number, _ in sentence.citations}
    spoken = " ".join(sentence.text for sentence in sentences)
    return result | {
        "cites_existing_posts": bool(sentences)
        and all(s.citations for s in sentences)
        and cited <= set(sources),
        "cites_an_answering_post": bool(cited & set(checks["citations"])),
        "quotes_truly": bool(cited) and all(_quotes_truly(sentence, sources) for sentence in sentences),
        "supported": bool(sentences) and all(_supported(sentence) for sentence in sentences),
        "language": same_language(detect_languages([checks.get("question", "")], [None])[0], spoken),
    }


def _quotes_truly(sentence: DraftSentence, sources: Mapping[str, str]) -> bool:
    return all(
        str(number) in sources and find_quote(quote, sources[str(number)]) is not None
        for number, quote in sentence.citations
    )


def _supported(sentence: DraftSentence) -> bool:
    quotes = " ".join(quote for _, quote in sentence.citations)
    return is_supported(sentence.text, quotes, 0.0).passed  # by words alone, without vectors


def _free(example: TaskExample, text: str) -> dict[str, bool]:
    asked = example.prompt[-1].content
    said = words_of(text)
    result = {"adds_to_the_prompt": " ".join(said) not in " ".join(words_of(asked))}
    if "query" in example.checks:
        return {"near_the_reference": alike(frozenset(said), frozenset(words_of(example.answer))) >= NEAR}
    if "brief" in example.checks:
        brief = example.checks["brief"]
        result["has_the_facts"] = all(str(fact) in text for fact in brief["facts"])
        result["fits_the_length"] = len(text) <= brief["characters"]
    if example.task == WritePost.name:
        wanted = set(HASHTAG.findall(asked)) if asked.startswith("Write a post about ") else set()
        result["has_the_hashtag"] = wanted <= set(HASHTAG.findall(text))
    wanted_language = detect_languages([NOT_WORDS.sub(" ", example.answer)], [None])[0]
    return result | {"language": same_language(wanted_language, text)}
