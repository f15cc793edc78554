"""May this post be used for this purpose, by this reader? One pure function; there is no other way to decide.

The most restrictive rule wins, in this order:

1. `moderate` is always allowed: a platform must be able to look at what it hosts.
2. What is not public is never trained on or embedded, and only its own author may retrieve it.
3. What the author declared decides: deny over allow.
4. The operator's default decides for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from linnet.errors import WrongUse
from linnet.records import PURPOSES, VISIBILITIES

THE_AUTHOR = "\0the author"
"""A reader that stands for the post's own author, whoever that is: what an index may hold at all."""


@dataclass(frozen=True, kw_only=True)
class ConsentDefaults:
    """What a public post may be used for when its author said nothing: "allow" or "deny"."""

    train: str = "allow"
    retrieve: str = "allow"
    embed: str = "allow"
    generate: str = "allow"

    def __post_init__(self) -> None:
        for purpose in ("train", "retrieve", "embed", "generate"):
            value = getattr(self, purpose)
            if value not in ("allow", "deny"):
                raise ValueError(f'default_{purpose} is "{value}"; it must be "allow" or "deny"')

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> ConsentDefaults:
        """From the [consent] table of linnet.toml."""
        names = ("train", "retrieve", "embed", "generate")
        try:
            return cls(**{name: str(settings.get(f"default_{name}", "allow")) for name in names})
        except (ValueError, AttributeError) as error:
            raise WrongUse(f"[consent] in linnet.toml cannot be used: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Verdict:
    allowed: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Everything the decision rests on."""

    purpose: str
    visibility: str
    author_id: str
    preference: str = "unset"  # what the author declared for this purpose: allow, deny, unset
    reader: str | None = None  # an author id; None is anonymous
    defaults: ConsentDefaults = field(default_factory=ConsentDefaults)


def resolve(ask: Ask) -> Verdict:
    if ask.purpose not in PURPOSES:
        raise ValueError(f'purpose is "{ask.purpose}"; it must be one of {", ".join(PURPOSES)}')
    if ask.purpose == "moderate":
        return Verdict(allowed=True, reason="moderation")
    if ask.visibility not in VISIBILITIES:
        return Verdict(allowed=False, reason="unknown visibility")
    if ask.preference == "deny":
        return Verdict(allowed=False, reason="author denies")
    if ask.visibility != "public":
        if ask.purpose in ("train", "embed"):
            return Verdict(allowed=False, reason="not public")
        own = ask.reader is not None and ask.reader in (ask.author_id, THE_AUTHOR)
        return Verdict(allowed=own, reason="own post" if own else "not public")
    if ask.preference == "allow":
        return Verdict(allowed=True, reason="author allows")
    allowed = getattr(ask.defaults, ask.purpose) == "allow"
    return Verdict(allowed=allowed, reason="operator default")
