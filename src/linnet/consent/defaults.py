"""What the operator decided in linnet.toml: the [consent] table, for posts whose authors said nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from linnet.errors import WrongUse

USES = ("train", "retrieve", "embed", "generate")
RULES_VERSION = 2  # another version of the rules is a change like another setting
_KNOWN = {*(f"default_{use}" for use in (*USES, "train_live")), "entities", "terms"}
_SETTING = {use: f"default_{use}" for use in (*USES, "train_live")} | {"x_api": "terms.x-api"}


@dataclass(frozen=True, kw_only=True)
class ConsentDefaults:
    """What a public post may be used for when its author said nothing: "allow" or "deny"."""

    train: str = "allow"
    retrieve: str = "allow"
    embed: str = "allow"
    generate: str = "allow"
    train_live: str = "deny"  # train, for posts that a live network sends: opt-in by default
    x_api: str = "deny"  # train, for posts that came through X's API: its terms forbid it
    entities: tuple[str, ...] = ()  # the DIDs and domains under which authors may name this operator

    def __post_init__(self) -> None:
        for name in (*USES, "train_live", "x_api"):
            value = getattr(self, name)
            if value not in ("allow", "deny"):
                raise ValueError(f'{_SETTING[name]} is "{value}"; it must be "allow" or "deny"')

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> ConsentDefaults:
        """From the [consent] table of linnet.toml."""
        try:
            if not isinstance(settings, Mapping):
                raise ValueError("it is no table")
            if unknown := sorted(set(settings) - _KNOWN):
                raise ValueError(f"{unknown[0]} is no setting; there are {', '.join(sorted(_KNOWN))}")
            terms, entities = settings.get("terms", {}), settings.get("entities", [])
            if not isinstance(terms, Mapping) or set(terms) - {"x-api"}:
                raise ValueError("terms is a table, [consent.terms], that knows only x-api")
            if not isinstance(entities, list) or not all(isinstance(name, str) for name in entities):
                raise ValueError('entities is a list of DIDs and domains, such as ["did:web:example.org"]')
            return cls(
                **{name: str(settings.get(f"default_{name}", "allow")) for name in USES},
                train_live=str(settings.get("default_train_live", "deny")),
                x_api=str(terms.get("x-api", "deny")),
                entities=tuple(sorted({name.strip().lower() for name in entities})),
            )
        except ValueError as error:
            raise WrongUse(f"[consent] in linnet.toml cannot be used: {error}") from error

    @property
    def digest(self) -> int:
        """A number below 2^63 that differs when any setting, or the version of the rules, does."""
        said = repr((RULES_VERSION, astuple(self))).encode()
        return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") >> 1
