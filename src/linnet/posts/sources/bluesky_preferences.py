"""What Bluesky accounts declare in records of their own repository.

community.lexicon.preference.ai    uses by AI, for everything, one collection, one operator
org.user-intents.declaration       user intents for data reuse (Bluesky's proposal 0008)
app.bsky.actor.profile             the self-label !no-unauthenticated, and the words of the bio

A record replaces what it said before as a whole, and its deletion unsets it. docs/consent.md says which use each
field stands for, and why.
"""

from __future__ import annotations

from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bio_markers import prefer_by_bio
from linnet.posts.sources.times import parse_time

AI_PREFERENCE = "community.lexicon.preference.ai"
USER_INTENTS = "org.user-intents.declaration"
PROFILE = "app.bsky.actor.profile"
COLLECTIONS = (AI_PREFERENCE, USER_INTENTS, PROFILE)

HIDDEN_FROM_ANONYMOUS = "!no-unauthenticated"

_AI_USES = {
    "training": ("train",),
    "inference": ("retrieve", "generate"),  # "for retrieval, RAG, or context injection"
    "syntheticContent": ("generate",),
    "embedding": ("embed",),
}
_INTENT_USES = {
    "syntheticContentGeneration": ("train", "generate"),
    "bulkDataset": ("train",),
    "publicAccessArchive": ("retrieve",),
}
_ALLOWED_BY_INTENT = ("syntheticContentGeneration",)  # the others permit something that is none of the uses


def read_preferences(
    out: BatchBuilder, collection: str, *, did: str, key: str, record: Any, seen_at: Any = None
) -> None:
    """One record of COLLECTIONS; `record` None is its deletion. `seen_at` is when the network saw it, if known."""
    if record is not None and not isinstance(record, dict):
        return out.reject(f"a {collection} record that is no object")
    if collection == AI_PREFERENCE:
        _ai_preference(out, did, key, record or {}, seen_at)
    elif collection == USER_INTENTS:
        _user_intents(out, did, key, record or {}, seen_at)
    elif key == "self":
        _profile(out, did, record or {}, seen_at)
    out.other(collection.rpartition(".")[2])
    return None


def _ai_preference(out: BatchBuilder, did: str, key: str, record: dict[str, Any], seen_at: Any) -> None:
    preferences = _object(record.get("preferences"))
    scope, is_known = _scope(record.get("scope"), did)
    for category, uses in _AI_USES.items():
        state = _state(preferences.get(category))
        if state == "allow" and not is_known:
            state = "unset"
        at = seen_at if seen_at is not None else _said_at(record, preferences.get(category))
        for use in uses:
            out.prefer(did, use, state, at, f"{AI_PREFERENCE}:{category}@{key}", scope=scope)


def _scope(scope: Any, did: str) -> tuple[str, bool]:
    """The scope, and whether it is one that Linnet knows. What an unknown one denies is denied everywhere."""
    named = _object(scope)
    kind = str(named.get("$type", "")).rpartition("#")[2]
    if kind == "entityScope" and isinstance(entity := named.get("entity"), str) and entity:
        if entity.startswith(f"at://{did}/"):  # not in the lexicon: one post, and only one's own
            return f"post:{entity}", True
        return f"entity:{entity.strip().lower()}", True
    if kind == "collectionScope" and isinstance(collection := named.get("collection"), str) and collection:
        return f"collection:{collection}", True
    return "", kind == "globalScope" or not named


def _user_intents(out: BatchBuilder, did: str, key: str, record: dict[str, Any], seen_at: Any) -> None:
    scope = "" if key == "self" else f"entity:{key.lower()}"
    for intent, uses in _INTENT_USES.items():
        state = _state(record.get(intent))
        if state == "allow" and intent not in _ALLOWED_BY_INTENT:
            state = "unset"
        at = seen_at if seen_at is not None else _said_at(record, record.get(intent))
        for use in uses:
            out.prefer(did, use, state, at, f"{USER_INTENTS}:{intent}@{key}", scope=scope)


def _profile(out: BatchBuilder, did: str, profile: dict[str, Any], seen_at: Any) -> None:
    labels = _object(profile.get("labels")).get("values") or ()
    hidden = any(_object(label).get("val") == HIDDEN_FROM_ANONYMOUS for label in labels)
    since = seen_at if seen_at is not None else profile.get("createdAt")
    hide(out, did, hidden, seen_at=since, denied_at=seen_at)
    bio = profile.get("description") or ""
    prefer_by_bio(out, did, bio, seen_at=since, denied_at=seen_at, source="bluesky:bio")


def read_author_labels(out: BatchBuilder, author: dict[str, Any], seen_at: Any) -> None:
    """The self-labels that a view of a post shows of its author."""
    did, labels = author.get("did"), author.get("labels")
    if isinstance(did, str) and isinstance(labels, list):
        own = (_object(label) for label in labels if _object(label).get("src") == did)
        hidden = any(label.get("val") == HIDDEN_FROM_ANONYMOUS and not label.get("neg") for label in own)
        hide(out, did, hidden, seen_at=seen_at, denied_at=None)


def hide(out: BatchBuilder, did: str, hidden: bool, *, seen_at: Any, denied_at: Any) -> None:
    """Who asks not to be shown to readers without an account is used for nothing that they could see."""
    if hidden:
        out.prefer(did, "*", "deny", denied_at, f"bluesky:{HIDDEN_FROM_ANONYMOUS}")
    elif seen_at is not None:
        out.prefer(did, "*", "unset", seen_at, f"bluesky:{HIDDEN_FROM_ANONYMOUS}")


def _state(preference: Any) -> str:
    """allow, deny or unset. An answer that cannot be read is a no."""
    if preference is None:
        return "unset"
    if not isinstance(preference, dict):
        return "deny"
    allow = preference.get("allow")
    if allow is None:
        return "unset"
    return "allow" if allow is True else "deny"


def _said_at(record: dict[str, Any], preference: Any) -> int | None:
    """The latest of the times the record claims; None, which means now, when it claims none."""
    claimed = (record.get("updatedAt"), _object(preference).get("updatedAt"))
    times = [time for time in map(parse_time, claimed) if time is not None]
    return max(times, default=None)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
