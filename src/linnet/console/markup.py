"""Posts are untrusted input: their text becomes HTML here and nowhere else.

Everything is escaped; only http and https addresses become links; characters that reorder or hide text are
taken out or shown as what they are. Pages hand the result to an element that sanitises it once more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

LINK_RELATION = "nofollow noopener noreferrer ugc"

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)
_OPERATOR = re.compile(r"(?<!\S)(?:-?(?:from|lang|since|until):\S+|-\"[^\"]*\"|-\S+)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# Overrides turn text around and are shown; embeddings and isolates are dropped, as each post stands isolated anyway.
_BIDI_OVERRIDES = {"\u202d": "LRO", "\u202e": "RLO"}
_BIDI_STRUCTURE = set("\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
# Thai, Lao, Khmer, Myanmar, kana, Han: written without spaces between words, so a match may start anywhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def visible_text(text: str) -> str:
    """`text` without invisible controls; line breaks and tabs stay, overrides become a visible mark."""
    kept = []
    for character in text:
        if character in _BIDI_OVERRIDES:
            kept.append(f"⟦{_BIDI_OVERRIDES[character]}⟧")
        elif character in _BIDI_STRUCTURE or (
            unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
        ):
            continue
        else:
            kept.append(character)
    return "".join(kept)


def one_line(text: str, limit: int = 80) -> str:
    """A name or an id for one line of the page: controls out, white space joined, cut at `limit` characters."""
    line = " ".join(visible_text(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def query_words(query: str) -> list[str]:
    """The words of a query that its results should show: operators and excluded words left out."""
    return list(dict.fromkeys(_WORD.findall(_OPERATOR.sub(" ", query))))


def post_html(text: str, words: Iterable[str] = ()) -> str:
    """The text of a post as safe HTML: links where there are addresses, `mark` around the words."""
    text = visible_text(text)
    pieces = []
    position = 0
    for match in _ADDRESS.finditer(text):
        address = _without_trailing_punctuation(match.group())
        if not is_web_address(address):
            continue
        pieces.append(_marked(text[position : match.start()], words))
        pieces.append(f'<a href="{escape(address)}" rel="{LINK_RELATION}">{_marked(address, words)}</a>')
        position = match.start() + len(address)
    pieces.append(_marked(text[position:], words))
    return "".join(pieces)


def quote_html(text: str, quote: str) -> str:
    """The text of a post as safe HTML with the quoted words marked, where they stand word for word."""
    text, quote = visible_text(text), visible_text(quote)
    start = text.find(quote) if quote else -1
    if start < 0:
        return escape(text)
    end = start + len(quote)
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"


def is_web_address(address: str) -> bool:
    """Whether a reader may be sent there: http or https with a host, no name or password before the host."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(host) and "@" not in parts.netloc


def _without_trailing_punctuation(address: str) -> str:
    """What follows an address in prose is not part of it; a closing bracket is, when it was opened inside."""
    while address:
        last = address[-1]
        if last in ".,;:!?…»”’。、，" or (
            last in ")]" and address.count(last) > address.count("(["[")]".index(last)])
        ):
            address = address[:-1]
        else:
            break
    return address


def _marked(text: str, words: Iterable[str]) -> str:
    pieces = []
    position = 0
    for start, end in _word_spans(text, words):
        pieces.append(escape(text[position:start]))
        pieces.append(f"<mark>{escape(text[start:end])}</mark>")
        position = end
    pieces.append(escape(text[position:]))
    return "".join(pieces)


def _word_spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words stand in `text`, case and accents aside, sorted and without overlap.

    A word matches at the start of a word and marks all of it ("strike" marks "strikes").
    """
    folded, origin = _folded(text)
    spans: list[tuple[int, int]] = []
    for word in words:
        needle, _ = _folded(word)
        if not needle:
            continue
        unspaced = bool(_UNSPACED.search(needle))
        pattern = re.escape(needle) if unspaced else rf"(?<![^\W_]){re.escape(needle)}[^\W_]*"
        for match in re.finditer(pattern, folded):
            # A word of one or two letters matches itself only, or "a" would light up half the page.
            if not unspaced and len(needle) < 3 and len(match.group()) != len(needle):
                continue
            spans.append((origin[match.start()], origin[match.end()]))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _folded(text: str) -> tuple[str, list[int]]:
    """`text` for comparison, and for each place in it (its end included) the place in `text` it came from."""
    folded: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character.casefold()):
            if not unicodedata.combining(part):
                folded.append(part)
                origin.append(index)
    # The end of a match is where the next kept character begins, so trailing accents stay inside the mark.
    origin.append(len(text))
    return "".join(folded), origin
