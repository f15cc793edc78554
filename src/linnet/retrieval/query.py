"""The search box: `visa -card "rate hike" from:ann since:2017-01-01 until:2017-02-01 lang:en`.

`since` is inclusive, `until` exclusive, both in UTC. An unknown `name:value` is two words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import regex

from linnet.errors import BadInput
from linnet.records import to_json

MAX_CHARACTERS = 2000  # what is longer is cut: no person types it, and each word costs
MAX_WORDS = 64

_PIECE = regex.compile(r'(?P<minus>-?)"(?P<quoted>[^"]*)"|(?P<plain>\S+)')
_FILTER = regex.compile(r"(?P<name>from|since|until|lang):(?P<value>.+)", regex.IGNORECASE | regex.DOTALL)
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()  # each must stand in the post
    excluded: tuple[str, ...] = ()  # words or phrases that must not
    authors: tuple[str, ...] = ()  # handles without @, or ids; any of them
    languages: tuple[str, ...] = ()  # casefolded; any of them
    since: datetime | None = None  # inclusive
    until: datetime | None = None  # exclusive
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is meant, without filters: the text to embed."""
        return " ".join((*self.words, *self.phrases))

    @property
    def filters(self) -> dict[str, Any]:
        pairs = (
            ("from", list(self.authors)),
            ("lang", list(self.languages)),
            ("since", to_json(self.since)),
            ("until", to_json(self.until)),
        )
        return {name: value for name, value in pairs if value}

    def to_json(self) -> dict[str, Any]:
        return {
            "words": list(self.words),
            "phrases": list(self.phrases),
            "excluded": list(self.excluded),
            "filters": self.filters,
        }


def parse_query(query: str) -> ParsedQuery:
    """The query as understood. Raises BadInput for a filter that cannot mean anything."""
    notes: list[str] = []
    query = query.replace("\x00", " ").translate(_CURLY)
    if len(query) > MAX_CHARACTERS:
        notes.append(f"the query was cut after {MAX_CHARACTERS} of {len(query)} characters")
        query = query[:MAX_CHARACTERS]
    if query.count('"') % 2:
        at = query.rindex('"')
        query = query[:at] + " " + query[at + 1 :]
        notes.append("a quotation mark without its partner was ignored")
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    authors: list[str] = []
    languages: list[str] = []
    times: dict[str, datetime] = {}
    for piece in _PIECE.finditer(query):
        if piece["quoted"] is not None:
            if piece["quoted"].strip():
                (excluded if piece["minus"] else phrases).append(piece["quoted"].strip())
            continue
        plain = piece["plain"].replace('"', " ").strip()
        found = _FILTER.fullmatch(plain)
        if found is None:
            if plain.startswith("-") and len(plain) > 1:
                excluded.append(plain[1:])
            elif plain and plain != "-":
                words.append(plain)
            continue
        name, value = found["name"].lower(), found["value"]
        if name == "from":
            authors.append(value.removeprefix("@"))
        elif name == "lang":
            languages.append(value.casefold().replace("_", "-"))
        else:
            times[name] = parse_time(value, what=name)
    if "since" in times and "until" in times and times["since"] >= times["until"]:
        raise BadInput("since: lies at or after until:, so no post can match; swap them")
    if len(words) > MAX_WORDS:
        notes.append(f"only the first {MAX_WORDS} of {len(words)} words were used")
        words = words[:MAX_WORDS]
    return ParsedQuery(
        words=tuple(words),
        phrases=tuple(phrases),
        excluded=tuple(excluded),
        authors=tuple(authors),
        languages=tuple(languages),
        since=times.get("since"),
        until=times.get("until"),
        notes=tuple(notes),
    )


def parse_time(value: str, *, what: str) -> datetime:
    """A date (its first moment in UTC) or an ISO 8601 time."""
    try:
        time = datetime.fromisoformat(value)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # OverflowError: out of the calendar, in UTC
        raise BadInput(
            f"{what}:{value[:40]} is no date; write it as {what}:2017-01-31 or {what}:2017-01-31T15:00:00Z"
        ) from error
