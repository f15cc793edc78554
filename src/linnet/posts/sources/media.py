"""What pictures, films, sounds and polls a post carries: the words of all formats as MEDIA_KINDS."""

from __future__ import annotations

from typing import Any

from linnet.posts.sources.identity import NO_ID
from linnet.records import MEDIA_KINDS

_KINDS = {
    "image": "image",
    "photo": "image",
    "video": "video",
    "gif": "video",
    "gifv": "video",
    "animated_gif": "video",
    "audio": "audio",
    "poll": "poll",
}
_MOST_EXAMPLES = 3


def kind_of(word: Any) -> str | None:
    """The kind that a format's word, or a media type like image/png, stands for; None when for none."""
    return _KINDS.get(word.strip().lower().partition("/")[0]) if isinstance(word, str) else None


def kinds_of(attachments: Any, *keys: str) -> set[str]:
    """The kinds of an attachment, or a list of them. The first of `keys` that says a kind counts."""
    listed = attachments if isinstance(attachments, list) else [attachments]
    kinds = (
        next(filter(None, (kind_of(item.get(key)) for key in keys)), None)
        for item in listed
        if isinstance(item, dict)
    )
    return {kind for kind in kinds if kind is not None}


class UnknownMedia:
    """What a table calls media and is no kind of it: left out, counted, and said in a note."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[str] = []

    def add(self, word: Any) -> None:
        self.count += 1
        example = repr(str(word)[:40])
        if len(self.examples) < _MOST_EXAMPLES and example not in self.examples:
            self.examples.append(example)

    def note(self) -> str | None:
        """One line; None when there was nothing."""
        if not self.count:
            return None
        return f"left out of media, which is {' or '.join(MEDIA_KINDS)}: {', '.join(self.examples)}; {self.count:,} in all"


def cell_kinds(cell: Any, unknown: UnknownMedia) -> list[str]:
    """The kinds in a table's cell: a list, or words separated by commas. What is no kind goes to `unknown`."""
    if isinstance(cell, str):
        cell = [word.strip(" \t[]'\"") for word in cell.split(",")]
    found = set()
    for item in cell if isinstance(cell, list) else [cell]:
        word = item.get("type") if isinstance(item, dict) else item
        kind = kind_of(word)
        if kind is not None:
            found.add(kind)
        elif word is not None and word != "" and word not in NO_ID:
            unknown.add(word)
    return sorted(found)
