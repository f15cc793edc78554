"""The rules of consent once more, as plainly as they can be said, and random histories to hold Linnet against.

Nothing of linnet.consent is imported: where this file and Linnet disagree, one of them is wrong.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

USES = ("train", "retrieve", "embed", "generate")
STATES = ("allow", "deny", "unset")
VISIBILITIES = ("public", "unlisted", "followers", "private")
AUTHORS = ("did:plc:ann", "did:plc:bo", "cy")
SOURCES = (
    "csv",
    "x-archive",
    "activitypub",
    "x-api-v1",
    "x-api-v2",
    "x-api-v2-live",
    "jetstream",
    "jetstream-live",
)
ENTITIES = ("did:web:us.example", "them.example")
LEXICON = "community.lexicon.preference.ai"
PAST, MET = 0, 1  # a time is (PAST, minute), or (MET, number) for a claim from the future: when it was met

POSTS = {
    **{f"at://{did}/app.bsky.feed.post/{n}": did for did in AUTHORS[:2] for n in (1, 2)},
    **{f"at://{did}/app.bsky.feed.repost/3": did for did in AUTHORS[:2]},
    "9001": "cy",
    "9002": "cy",
}


@dataclass(frozen=True)
class Said:
    author: str
    purpose: str
    state: str
    minute: int  # of the declaration; FUTURE lies after the moment it is met
    source: str
    scope: str = ""


FUTURE = 10**6


@dataclass(frozen=True)
class Row:
    author: str
    visibility: str
    source: str
    text: str


@dataclass
class World:
    """What has happened so far, as the rules see it."""

    posts: dict[str, Row] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    words: dict[tuple, tuple] = field(default_factory=dict)  # key -> ((time), state, scope)
    settings: dict[str, str] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    met: int = 0

    def say(self, said: Said) -> None:
        self.met += 1
        time = (MET, self.met) if said.minute == FUTURE else (PAST, said.minute)
        slot = said.scope if "@" not in said.source else ""  # an unnumbered source has a word for each scope
        key = (said.author, said.purpose, said.source, slot)
        strictness = {"allow": 0, "unset": 1, "deny": 2}
        if key not in self.words or (time, strictness[said.state]) >= (
            self.words[key][0],
            strictness[self.words[key][1]],
        ):
            self.words[key] = (time, said.state, said.scope)

    def preference(self, post_id: str, author: str, purpose: str) -> str:
        collection = post_id.split("/")[3] if post_id.startswith("at://") else None
        answers = set()
        for wish in {source.split("@")[0] for _, _, source, _ in self.words}:
            heard: dict[int, set[str]] = {}
            for (who, use, source, _), (_, state, scope) in self.words.items():
                if who != author or use not in (purpose, "*") or source.split("@")[0] != wish:
                    continue
                if state == "unset":
                    continue
                if scope == "":
                    width = 0
                elif scope == f"collection:{collection}":
                    width = 1
                elif scope.startswith("entity:") and scope[7:] in self.entities:
                    width = 2
                elif scope == f"post:{post_id}":
                    width = 3
                else:
                    continue
                heard.setdefault(width, set()).add(state)
            if heard:
                answers |= heard[max(heard)]
        return "deny" if "deny" in answers else "allow" if "allow" in answers else "unset"

    def basis(self, post_id: str, purpose: str, reader: str | None) -> str | None:
        """What the use rests on; None when it is denied."""
        if post_id not in self.posts or post_id in self.gone:
            return None
        row = self.posts[post_id]
        said = self.preference(post_id, row.author, purpose)
        if said == "deny":
            return None
        if row.visibility != "public":
            mine = purpose in ("retrieve", "generate") and reader in (row.author, "\0the author")
            return "author" if mine else None
        live, api = row.source.endswith("-live"), row.source.startswith("x-api")
        if purpose == "train" and api and self.settings.get("x-api", "deny") == "deny":
            return None
        if said == "allow":
            return "author"
        if self.settings.get(f"default_{purpose}", "allow") == "deny":
            return None
        if purpose == "train" and live and self.settings.get("default_train_live", "deny") == "deny":
            return None
        return "network" if live else "archive" if row.source in ("x-archive", "activitypub") else "operator"

    def allowed(self, purpose: str, reader: str | None) -> dict[str, str]:
        found = {post_id: self.basis(post_id, purpose, reader) for post_id in self.posts}
        return {post_id: basis for post_id, basis in found.items() if basis is not None}


def random_said(dice: random.Random, minute: int) -> Said:
    """`minute` is unlike all others: two words of one record are never equally old."""
    author = dice.choice(AUTHORS)
    purpose, state = dice.choice((*USES, "*")), dice.choice(STATES)
    own_posts = [post_id for post_id, owner in POSTS.items() if owner == author]
    scope = dice.choice(
        [
            "",
            "",
            "collection:app.bsky.feed.post",
            "collection:app.bsky.feed.repost",
            "collection:org.example.unknown",
            *(f"entity:{name}" for name in ENTITIES),
            f"post:{dice.choice(own_posts)}",
            f"post:{dice.choice(list(POSTS))}",  # perhaps somebody else's: then it says nothing
        ]
    )
    kind = dice.randrange(3)
    if kind == 0:
        source = f"{LEXICON}:{dice.choice(('training', 'inference'))}@{dice.choice(('self', '3k'))}"
        return Said(author, purpose, state, minute, source, scope)
    claimed = dice.choice((1, 2, 3, FUTURE))
    if kind == 1:
        return Said(author, purpose, state, claimed, "operator", scope if scope.startswith("post:") else "")
    return Said(author, purpose, state, claimed, dice.choice(("mastodon:indexable", "bluesky:account")))


def random_settings(dice: random.Random) -> tuple[dict[str, str], tuple[str, ...]]:
    names = [*(f"default_{use}" for use in USES), "default_train_live", "x-api"]
    settings = {name: dice.choice(("allow", "deny")) for name in names if dice.random() < 0.5}
    return settings, tuple(name for name in ENTITIES if dice.random() < 0.5)


def settings_text(settings: dict[str, str], entities: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in entities)
    plain = "".join(f'{name} = "{value}"\n' for name, value in settings.items() if name != "x-api")
    terms = f'[consent.terms]\nx-api = "{settings["x-api"]}"\n' if "x-api" in settings else ""
    return f"[consent]\n{plain}entities = [{names}]\n{terms}"
