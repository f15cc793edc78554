"""Text of any script as the words that the lexical index holds.

The index splits at spaces only, so everything a word is gets decided here, and the same way for posts and
for queries. `body` keeps the order of the text (phrases are matched in it); `extra` holds second forms that
would disturb that order: `#tag` and `@handle` with their sign, and the single characters of scripts that are
written without spaces, whose `body` consists of overlapping pairs:

    "Café #Visa 東京都"  ->  body "cafe visa 東京 京都", extra "#visa 東 京 都"
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

MAX_WORD_CHARACTERS = 64  # longer runs are cut: base64 and key-mashing, not words

# Scripts written without spaces; Hangul has them, but its particles are glued to the nouns.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〆"
_UNSPACED_RUN = regex.compile(f"[{_UNSPACED}]")
_TOKEN = regex.compile(
    rf"(?V1)[{_UNSPACED}]+|[[\p{{L}}\p{{M}}\p{{N}}_]--[{_UNSPACED}]]+|\p{{Extended_Pictographic}}"
)
_ASCII_TOKEN = regex.compile(r"\w+", regex.ASCII)
_SIGNED = regex.compile(r"(?<![\p{L}\p{M}\p{N}_])[#@][\p{L}\p{M}\p{N}_]+")
_URL_PREFIX = regex.compile(r"\b(?:https?://)(?:www\.)?")


def _folding_table() -> dict[int, str | None]:
    """Accents of Latin and Greek letters, Arabic vowel signs and letter variants: the light folding."""
    table: dict[int, str | None] = {}
    for low, high in ((0xC0, 0x250), (0x370, 0x400), (0x1E00, 0x2000)):
        for code in range(low, high):
            base = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not 0x300 <= ord(c) < 0x370)
            if base and base != chr(code):
                table[code] = base
    table.update({ord(c): b for c, b in zip("øłđıёأإآٱىة", "oldiеاااايه", strict=True)})
    table.update({code: None for code in (*range(0x300, 0x370), *range(0x64B, 0x653), 0x640, 0x670)})
    table.update({code: None for code in (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0F)})  # invisible
    return table


_FOLDING = _folding_table()


@dataclass(frozen=True, slots=True)
class Words:
    body: tuple[str, ...]
    extra: tuple[str, ...]


def fold(text: str) -> str:
    """The form in which letters are compared: NFKC, case and light accents gone."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().translate(_FOLDING)


def is_unspaced(word: str) -> bool:
    """Whether a folded word has characters of a script written without spaces."""
    return not word.isascii() and _UNSPACED_RUN.search(word) is not None


def split_words(text: str) -> Words:
    """The words of one text."""
    folded = fold(text)
    if "://" in folded:
        folded = _URL_PREFIX.sub(" ", folded)
    signed: list[str] = []
    if "#" in folded or "@" in folded:
        signed = [word[:MAX_WORD_CHARACTERS] for word in _SIGNED.findall(folded)]
    if folded.isascii():
        body = _ASCII_TOKEN.findall(folded)
    else:
        body = _TOKEN.findall(folded)
        if _UNSPACED_RUN.search(folded):
            body = _with_pairs(body, signed)
    return Words(tuple([word[:MAX_WORD_CHARACTERS] for word in body]), tuple(signed))


def _with_pairs(tokens: list[str], extra: list[str]) -> list[str]:
    """Overlapping pairs in place of unspaced runs; their single characters go to `extra`."""
    body: list[str] = []
    for token in tokens:
        if not is_unspaced(token):
            body.append(token)
            continue
        extra.extend(token)
        if len(token) == 1:
            body.append(token)
        else:
            body.extend(token[i : i + 2] for i in range(len(token) - 1))
    return body
