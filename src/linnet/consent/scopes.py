"""What one declaration is about, and which of several about the same post holds.

A scope is a short text:

""                       everything of the author (global)
"collection:NSID"        posts in one collection of the author's repository
"entity:NAME"            everything, but only for the operator with this DID or domain
"post:ID"                one post

Within one source the narrowest that says something holds: post, entity, collection, global. Across sources, and
between two of the same width, the most restrictive holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

KNOWN_COLLECTIONS = ("app.bsky.feed.post", "app.bsky.feed.repost")
"""The collections whose records become posts; what is declared for another one is kept and affects nothing."""

_WIDTH = {"": 0, "collection": 1, "entity": 2, "post": 3}


@dataclass(frozen=True, slots=True)
class Statement:
    """One declaration as the book keeps it, for one purpose."""

    source: str  # "operator", "mastodon:indexable", "community.lexicon.preference.ai:training@self" ...
    scope: str
    state: str  # allow, deny, unset

    @property
    def wish(self) -> str:
        """Statements with one wish say the same thing for narrower and wider scopes: the source before "@"."""
        return self.source.partition("@")[0]


def scope_kind(scope: str) -> str:
    return scope.partition(":")[0]


def collection_of(post_id: str) -> str:
    """The collection in at://did/COLLECTION/key; "" for other ids."""
    if not post_id.startswith("at://"):
        return ""
    parts = post_id.split("/")
    return parts[3] if len(parts) > 4 else ""


def is_scope(scope: str) -> bool:
    """Whether the text is a scope at all."""
    kind, colon, name = scope.partition(":")
    return scope == "" or (kind in _WIDTH and kind != "" and bool(colon) and bool(name))


def applies(scope: str, *, post_id: str, collection: str, entities: Collection[str]) -> bool:
    kind, _, name = scope.partition(":")
    if kind == "entity":
        return name.lower() in entities
    if kind == "collection":
        return name == collection
    return kind == "" or name == post_id


def state_of(
    statements: Iterable[Statement], *, post_id: str, collection: str, entities: Collection[str]
) -> str:
    """What an author's statements for one purpose come to for one post: allow, deny or unset."""
    by_wish: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for statement in statements:
        if statement.state != "unset" and applies(
            statement.scope, post_id=post_id, collection=collection, entities=entities
        ):
            width = _WIDTH[scope_kind(statement.scope)]
            by_wish[statement.wish][width].add(statement.state)
    return most_restrictive(state for by_width in by_wish.values() for state in by_width[max(by_width)])


def most_restrictive(states: Iterable[str]) -> str:
    found = set(states)
    return "deny" if "deny" in found else "allow" if "allow" in found else "unset"
