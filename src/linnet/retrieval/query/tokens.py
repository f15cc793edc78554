"""The text of a query as tokens. One pass from left to right; linear in the length of the text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

import regex

from linnet.retrieval.query.operators import NAMES, nearest_name

MAX_CHARACTERS = 2000  # what is longer is cut: no person types it, and each word costs
LONE_OPENING = "an opening parenthesis without its partner was ignored"
KEYWORDS = ("OR", "AND", "NOT")

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»〝〞〟"), '"')
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = dict.fromkeys((0x200E, 0x200F, 0x61C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_TABLE: dict[int, str | None] = {**_FULL_WIDTH, **_QUOTES, **_INVISIBLE}
_NAMED = regex.compile(r"([A-Za-z_]++):(.*+)", regex.DOTALL)


class Type(Enum):
    WORD = auto()
    PHRASE = auto()
    OPERATOR = auto()
    OPEN = auto()
    CLOSE = auto()
    OR = auto()
    AND = auto()
    NOT = auto()
    MINUS = auto()
    PLUS = auto()


@dataclass(frozen=True, slots=True)
class Token:
    type: Type
    text: str = ""  # of a word or phrase; the value of an operator
    name: str = ""  # of an operator, lower case


def plain(text: str) -> str:
    """With plain quotation marks and signs; a control is a space, a mark of direction nothing."""
    text = text.translate(_TABLE)
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)


def clean(query: str, notes: list[str]) -> str:
    """Cut, with plain quotation marks in pairs, plain signs and no controls."""
    if len(query) > MAX_CHARACTERS:
        notes.append(f"the query was cut after {MAX_CHARACTERS} of {len(query)} characters")
        query = query[:MAX_CHARACTERS]
    query = plain(query)
    if query.count('"') % 2:
        at = query.rindex('"')
        query = query[:at] + " " + query[at + 1 :]
        notes.append("a quotation mark without its partner was ignored")
    return query


def tokenize(query: str, notes: list[str]) -> list[Token]:
    """The tokens of a cleaned query."""
    tokens: list[Token] = []
    at = 0
    signed = False  # right after a sign, OR and AND are words
    while at < len(query):
        character = query[at]
        if character.isspace():
            at += 1
        elif character == '"':
            end = query.index('"', at + 1)
            tokens.append(Token(Type.PHRASE, " ".join(query[at + 1 : end].split())))
            at = end + 1
        elif character in "()|":
            tokens.append(Token({"(": Type.OPEN, ")": Type.CLOSE, "|": Type.OR}[character]))
            at += 1
        elif character in "+-":
            end = at
            while end < len(query) and query[end] in "+-":
                end += 1
            if end < len(query) and not query[end].isspace() and query[end] not in ")|":
                tokens.append(Token(Type.MINUS if "-" in query[at:end] else Type.PLUS))
                at, signed = end, True
                continue
            at = end  # a sign before nothing
        elif not signed and (keyword := _keyword(query, at)):
            tokens.append(Token(Type[keyword]))
            at += len(keyword)
        else:
            at = _run(query, at, tokens, notes)
        signed = False
    while tokens and tokens[-1].type in (Type.OPEN, Type.MINUS, Type.PLUS):  # "sad (((("
        tokens.pop()
        notes.append(LONE_OPENING)
    return tokens


def _keyword(query: str, at: int) -> str | None:
    for keyword in KEYWORDS:
        if query.startswith(keyword, at):
            following = query[at + len(keyword) : at + len(keyword) + 1]
            if not following or following.isspace() or following in '()|"':
                return keyword
    return None


def _run(query: str, at: int, tokens: list[Token], notes: list[str]) -> int:
    """Read what stands there without a space: a word, or an operator. Returns where it ends.

    A closing parenthesis that the run did not open ends it; one that it opens and does not close is a space.
    """
    end = at
    opened = 0
    while end < len(query) and not query[end].isspace() and query[end] not in '"|':
        if query[end] == ")":
            if not opened:
                break
            opened -= 1
        opened += query[end] == "("
        end += 1
    run = query[at:end]
    pieces = [run]
    if opened:
        pieces = run.replace("(", " ").replace(")", " ").split()
        notes.append(LONE_OPENING)
    for piece in pieces:
        if opened:
            piece = piece.lstrip("+-")
            if piece in KEYWORDS:
                tokens.append(Token(Type[piece]))
                continue
        named = _NAMED.fullmatch(piece)
        name = named[1].lower() if named is not None else ""
        if named is None or name not in NAMES:
            if named is not None:
                _hint(name, named[2], notes)
            if piece:
                tokens.append(Token(Type.WORD, piece))
        elif named[2]:
            tokens.append(Token(Type.OPERATOR, named[2], name))
        elif query[end : end + 1] == '"' and query[end + 1 : query.index('"', end + 1)].strip():
            closing = query.index('"', end + 1)
            tokens.append(Token(Type.OPERATOR, " ".join(query[end + 1 : closing].split()), name))
            end = closing + 1
        else:
            notes.append(f"{name}: stands without a value and was taken as a word; write {name}:value")
            tokens.append(Token(Type.WORD, piece))
    return end


def _hint(name: str, value: str, notes: list[str]) -> None:
    near = nearest_name(name)
    if near is not None and value and not value.startswith("//"):
        notes.append(f"{name}: is no operator and was taken as a word; did you mean {near}:?")
