"""A query as understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from linnet.errors import BadInput
from linnet.records import to_json
from linnet.retrieval.query.canonical import name_and_value, write, write_node
from linnet.retrieval.query.nodes import (
    ME,
    And,
    From,
    Language,
    Mention,
    Node,
    Not,
    Or,
    Phrase,
    Since,
    To,
    Until,
    Word,
    leaves,
    meant,
)
from linnet.retrieval.wanted import has_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """A post matches when it has any of `optional`, if there are any, and all of `required`.

    Optional words that hold nothing to search for ("!!") count only when they are all there is: then nothing matches.
    """

    optional: tuple[Word, ...] = ()
    required: tuple[Node, ...] = ()
    sort: Literal["relevance", "newest"] = "relevance"
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.optional)

    @property
    def meant_words(self) -> tuple[str, ...]:
        """The optional words, then those that must stand in the post."""
        return tuple(node.text for node in (*self.optional, *self.required) if isinstance(node, Word))

    @property
    def phrases(self) -> tuple[str, ...]:
        """Each must stand in the post."""
        return tuple(node.text for node in self.required if isinstance(node, Phrase))

    @property
    def excluded(self) -> tuple[str, ...]:
        """Words or phrases that must not."""
        return tuple(
            node.node.text
            for node in self.required
            if isinstance(node, Not) and isinstance(node.node, Word | Phrase)
        )

    @property
    def authors(self) -> tuple[str, ...]:
        """Handles without @, ids, or ME: the author is necessarily one of them. Empty for no such condition."""
        return tuple(leaf.author for leaf in self._either_of(From) if isinstance(leaf, From))

    @property
    def languages(self) -> tuple[str, ...]:
        """Casefolded; the language is necessarily one of them. Empty for no such condition."""
        return tuple(leaf.tag for leaf in self._either_of(Language) if isinstance(leaf, Language))

    @property
    def since(self) -> datetime | None:
        """Inclusive; no post before it matches."""
        return max((node.time for node in self.required if isinstance(node, Since)), default=None)

    @property
    def until(self) -> datetime | None:
        """Exclusive; no post from it on matches."""
        return min((node.time for node in self.required if isinstance(node, Until)), default=None)

    @property
    def text(self) -> str:
        """What is meant, without operators and without what is denied: the text to embed. Empty without a word."""
        pieces = [word.text for word in self.optional]
        pieces += [leaf.text for node in self.required for leaf in meant(node)]
        text = " ".join(pieces)
        return text if has_words(text) else ""

    @property
    def conditions(self) -> tuple[str, ...]:
        """The necessary conditions, each as a query of its own."""
        return tuple(write((), (node,), "relevance") for node in self.required)

    @property
    def normal(self) -> str:
        """The query as it is understood; it is read as the same tree."""
        return write(self.optional, self.required, self.sort)

    @property
    def filters(self) -> dict[str, Any]:
        """The operators as understood: name -> value or values; "-name" what must not be; "groups" what is nested."""
        found: dict[str, Any] = {}
        if self.authors:
            found["from"] = list(self.authors)
        if self.languages:
            found["lang"] = list(self.languages)
        if self.since is not None:
            found["since"] = to_json(self.since)
        if self.until is not None:
            found["until"] = to_json(self.until)
        shown = {self._either_of(From), self._either_of(Language)}
        for node in self.required:
            if isinstance(node, Since | Until) or (node.nodes if isinstance(node, Or) else (node,)) in shown:
                continue
            bare = node.node if isinstance(node, Not) else node
            if isinstance(bare, And | Or):
                if any(not isinstance(leaf, Word | Phrase) for leaf in leaves(bare)):
                    found.setdefault("groups", []).append(write_node(node))
            elif not isinstance(bare, Word | Phrase | Not):
                name, value = name_and_value(bare)
                found.setdefault("-" + name if isinstance(node, Not) else name, []).append(value)
        if self.sort != "relevance":
            found["sort"] = self.sort
        return found

    def to_json(self) -> dict[str, Any]:
        return {
            "words": list(self.words),
            "phrases": list(self.phrases),
            "excluded": list(self.excluded),
            "filters": self.filters,
            "normal": self.normal,
        }

    def check_reader(self, reader: str | None) -> None:
        """Raises BadInput when the query speaks of a reader and there is none."""
        if reader is None:
            for node in self.required:
                for leaf in leaves(node):
                    if isinstance(leaf, From | To | Mention) and ME in name_and_value(leaf)[1:]:
                        name = name_and_value(leaf)[0]
                        raise BadInput(
                            f"{name}:me asks for the reader's own, but nobody is named; write {name}:handle"
                        )

    def _either_of(self, kind: type[Node]) -> tuple[Node, ...]:
        """The alternatives of the first necessary condition that speaks of this kind alone."""
        for node in self.required:
            nodes = node.nodes if isinstance(node, Or) else (node,)
            if all(isinstance(inner, kind) for inner in nodes):
                return nodes
        return ()
