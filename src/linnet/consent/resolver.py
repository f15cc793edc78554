"""May this post be used for this purpose, by this reader? One pure function; there is no other way to decide.

The most restrictive rule wins, in this order:

1. `moderate` is always allowed: a platform must be able to look at what it hosts.
2. What the author denied stays denied.
3. What is not public is never trained on or embedded, and only its own author may retrieve it.
4. What came through an API carries that API's terms; no author's allow lifts them.
5. What the author allowed is allowed.
6. Training on posts of a live network has a default of its own: it is opt-in.
7. The operator's default decides for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linnet.consent.defaults import ConsentDefaults
from linnet.records import PURPOSES, VISIBILITIES

__all__ = ["THE_AUTHOR", "Ask", "ConsentDefaults", "Verdict", "resolve"]

THE_AUTHOR = "\0the author"
"""A reader that stands for the post's own author, whoever that is: what an index may hold at all."""

X_API_SOURCES = ("x-api-v1", "x-api-v2")
ARCHIVE_SOURCES = ("x-archive", "mastodon-archive", "activitypub")
LIVE_SUFFIX = "-live"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    allowed: bool
    reason: str
    basis: str | None = None  # what an allowed use rests on: author, operator, archive, network, moderation


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Everything the decision rests on."""

    purpose: str
    visibility: str
    author_id: str
    preference: str = "unset"  # what the author declared for this purpose: allow, deny, unset
    reader: str | None = None  # an author id; None is anonymous
    source: str = "file"  # the post's source: the terms and the basis follow from it
    defaults: ConsentDefaults = field(default_factory=ConsentDefaults)


def resolve(ask: Ask) -> Verdict:
    if ask.purpose not in PURPOSES:
        raise ValueError(f'purpose is "{ask.purpose}"; it must be one of {", ".join(PURPOSES)}')
    if ask.purpose == "moderate":
        return Verdict(allowed=True, reason="moderation", basis="moderation")
    if ask.visibility not in VISIBILITIES:
        return Verdict(allowed=False, reason="unknown visibility")
    if ask.preference == "deny":
        return Verdict(allowed=False, reason="author denies")
    if ask.visibility != "public":
        if ask.purpose in ("train", "embed"):
            return Verdict(allowed=False, reason="not public")
        if ask.reader is not None and ask.reader in (ask.author_id, THE_AUTHOR):
            return Verdict(allowed=True, reason="own post", basis="author")
        return Verdict(allowed=False, reason="not public")
    if ask.purpose == "train" and ask.defaults.x_api == "deny" and platform_api(ask.source) == "x-api":
        return Verdict(allowed=False, reason="source terms: X API")
    if ask.preference == "allow":
        return Verdict(allowed=True, reason="author allows", basis="author")
    basis = basis_of(ask.source)
    if getattr(ask.defaults, ask.purpose) == "deny":
        return Verdict(allowed=False, reason="operator default")
    if ask.purpose == "train" and basis == "network" and ask.defaults.train_live == "deny":
        return Verdict(allowed=False, reason="live network: opt-in")
    return Verdict(allowed=True, reason=_REASONS[basis], basis=basis)


_REASONS = {"operator": "operator default", "archive": "own archive", "network": "live network"}


def basis_of(source: str) -> str:
    """What the use of a post rests on when its author declared nothing."""
    if source.endswith(LIVE_SUFFIX):
        return "network"
    return "archive" if source in ARCHIVE_SOURCES else "operator"


def platform_api(source: str) -> str | None:
    """The API whose terms a source carries, by the name it has under [consent.terms]."""
    return "x-api" if source.removesuffix(LIVE_SUFFIX) in X_API_SOURCES else None
