"""A question as its content words: what a post must be about to answer it."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from linnet.errors import WrongUse
from linnet.retrieval.query import MAX_CHARACTERS, ParsedQuery, parse_query
from linnet.retrieval.words import fold, is_unspaced, split_words

# Words that ask or join, and name nothing.
EMPTY_WORDS = frozenset(
    fold(
        """
    a about after all also am an and any anybody anyone are as ask at be because been before being
    best between both but by can cannot could d did do does doing don during each else ever every
    find for from further get give given go going got had happen happened happening happens has have
    having he her here hers him his how i if in into is isn it its just know like ll look m make
    many may me might more most much must my near need no nor not now of off on once one only or
    other our out over own people person please post posted posts re read reported said same saw say
    saying says seen share shared she should show so some somebody someone something such t talk
    talking tell than that the their them then there these they thing things think this those
    thought through to told too tweet tweeted tweets under until up upon us use user users using ve
    very was way we were what whats when where whether which while who whom whose why will with
    would write wrote you your
    au aux avec ce cette combien comment dans de depuis des du elle en est et il je jusqu la le les leur
    mais où par pas pour pourquoi quand que quel quelle quelles quels qu qui quoi sont sur un une vers
    al como con cuál cuales cuando cuándo cuanto cuánto cómo cual de del desde donde dónde el en entre es
    está hasta los las no para pasa por por qué que qué quien quién se su un una y
    am an auf aus bei bis das dem den der des ein eine einem einen einer es für hat im in ist mit
    nach nicht sich sind um und von vom wann warum was welche welchem welchen welcher welches wer wie
    wird wo zu zum zur
    """
    ).split()
)

# Words that say what kind of answer is wanted: a number, a date, a price. The post that answers has the
# number itself ("2-0", "86 km/h", "31 October") and seldom the word.
NUMBER_WORDS = frozenset(
    fold(
        """
    amount average big cost costs date day deep degrees fast figure high hour large long minutes month
    number old percent percentage price result score share size strong tall tally temperature time total
    wide year
    date fecha heure horario jour día dia hora precio prix resultado score datum uhrzeit preis ergebnis
    """
    ).split()
)
_PIECE = regex.compile(r'"[^"]*"|\S+')
_EDGES = regex.compile(r"^[^\p{L}\p{N}#@\"]+|[^\p{L}\p{N}\"]+$")
_NAME = regex.compile(r"\p{Lu}[\p{L}\p{N}'’.-]*|#\S+|@\S+|\p{N}[\p{N}.,]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    text: str  # as it was asked, without filters
    original: str
    search_query: str  # for the retriever: content words and filters
    content_words: tuple[str, ...]  # folded; what an answer should mention
    names: tuple[str, ...]  # those of them that name someone, something or a number


def read_question(question: str) -> Question:
    """Raises WrongUse for an empty question and BadInput for a filter without meaning."""
    if not question.strip():
        raise WrongUse(
            "the question is empty; ask something, such as: What do people say about the new park?"
        )
    parsed = parse_query(question)
    words = [cleaned for word in parsed.meant_words if (cleaned := _EDGES.sub("", word))]
    kept = [word for word in words if _is_content(word)]
    content: dict[str, None] = {}
    names: dict[str, None] = {}
    for position, word in enumerate([*kept, *parsed.phrases]):
        for part in split_words(word).body:
            if part in EMPTY_WORDS or (len(part) < 2 and not part.isdigit() and not is_unspaced(part)):
                continue
            content[part] = None
            first = position == 0 and bool(words) and word == words[0]
            if _NAME.fullmatch(word) and not (first and not word.isupper()):
                names[part] = None
    return Question(
        text=" ".join((*parsed.meant_words, *parsed.phrases)) or question[:MAX_CHARACTERS],
        original=question[:MAX_CHARACTERS],
        search_query=_search_query(parsed, kept or words),
        content_words=tuple(content),
        names=tuple(names),
    )


def _is_content(word: str) -> bool:
    body = split_words(word).body
    return any(part not in EMPTY_WORDS for part in body)


def _search_query(parsed: ParsedQuery, words: list[str]) -> str:
    """The same conditions, the content words, and their other number (the index holds words as they stand)."""
    forms = dict.fromkeys(words)
    for word in words:
        if word.isascii() and word.isalpha() and len(word) > 3:
            forms[word[:-1] if word.endswith("s") and not word.endswith("ss") else word + "s"] = None
    return " ".join([*forms, *parsed.conditions])


def stem(word: str) -> str:
    """English endings off, roughly: enough to see that "vaccines" is about "vaccine"."""
    if not word.isascii() or len(word) < 4:
        return word
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word
