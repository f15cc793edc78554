"""A workspace: one folder that holds one platform's everything.

linnet.toml      the settings; its presence makes a folder a workspace
posts/           the system of record (Delta Lake)
quarantine/      rows that could not be read, with their reasons (Delta Lake)
state.sqlite     consent, tombstones and other small state
corpus/ tokenizer/ base/ chat/ index/    one folder a stage, its manifest.json written last
models/ served/  versions of the chat model, and the one of them that answers
locks/           one lock file a writer
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from linnet.errors import WorkspaceBusy, WrongUse

SETTINGS_FILE = "linnet.toml"
TABLES = ("consent", "corpus", "engine", "model", "adapters", "erasure", "training")

DEFAULT_SETTINGS = """\
# Settings of one Linnet workspace. Every line may be left out; what stands here is the default.
name = "{name}"

[consent]
# What a public post may be used for when its author has said nothing: "allow" or "deny".
default_train = "allow"
default_retrieve = "allow"
default_embed = "allow"
default_generate = "allow"
# Training on posts that come live from a network is opt-in; this holds on top of default_train.
default_train_live = "deny"
# The DIDs and domains under which authors on Bluesky may name you in their AI preferences.
entities = []

[consent.terms]
# X's developer terms forbid training a foundation model on posts that came through its API. No author's allow
# lifts that. "allow": you vouch that you have a licence that permits it.
x-api = "deny"

[model]
# The language model that answers. "embedded" is the workspace's own chat model.
# An OpenAI-compatible server instead:  engine = "remote", base_url = "http://...", model = "..."
engine = "embedded"
# Versions of that model that are kept beside the one that is served, to go back to.
keep = 3
"""


@dataclass(frozen=True)
class Workspace:
    """The paths and settings of one platform. Creating the object touches nothing on disk."""

    root: Path

    @property
    def settings_path(self) -> Path:
        return self.root / SETTINGS_FILE

    @property
    def posts_path(self) -> Path:
        return self.root / "posts"

    @property
    def state_path(self) -> Path:
        return self.root / "state.sqlite"

    def stage_path(self, stage: str) -> Path:
        """The folder a stage writes to: corpus, tokenizer, base, chat, index."""
        return self.root / stage

    def settings(self) -> dict[str, Any]:
        """The parsed linnet.toml. Raises WrongUse when it is not TOML, or names a table that means nothing."""
        try:
            settings = tomllib.loads(self.settings_path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WrongUse(f"{self.settings_path} is not valid TOML: {error}") from error
        for key, value in settings.items():
            if key not in ("name", *TABLES):
                raise WrongUse(
                    f"{self.settings_path} has {key!r}, which means nothing; it knows name, {', '.join(TABLES)}"
                )
            if key == "name" and not isinstance(value, str):
                raise WrongUse(f'name in {self.settings_path} is {value!r}; it must be a string in "..."')
            if key != "name" and not isinstance(value, dict):
                raise WrongUse(f"{key} in {self.settings_path} is {value!r}; it must be a table, [{key}]")
        return settings

    @contextmanager
    def writing(self, what: str, *, wait_seconds: float = 0.5) -> Iterator[None]:
        """Hold the lock for one kind of writer ("posts", "build", "words", "vectors"). Raises WorkspaceBusy if held.

        The half second outlasts whoever only looks whether the lock is held.
        The lock is advisory and belongs to the process: a killed process leaves nothing to clean up.
        """
        folder = self.root / "locks"
        folder.mkdir(exist_ok=True)
        lock = filelock.FileLock(folder / f"{what}.lock")
        try:
            lock.acquire(timeout=wait_seconds)
        except filelock.Timeout as error:
            raise WorkspaceBusy(
                f"another process is writing {what} in {self.root}; wait for it or stop it, then run this again"
            ) from error
        try:
            yield
        finally:
            lock.release()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {  # by the annotation of a field
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "int": ("a whole number", lambda value: _is_number(value) and isinstance(value, int)),
    "float": ("a number", _is_number),
    "str": ('a string in "..."', lambda value: isinstance(value, str)),
    "tuple[str, ...]": (
        "a list of strings",
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    ),
    "Mapping[str, float]": (
        "a table of numbers",
        lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    ),
}


def settings_for(config: type, table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A table of linnet.toml as arguments of the dataclass `config`.

    Raises ValueError for a key that it does not have and for a value of another kind.
    """
    if not isinstance(table, Mapping):
        raise ValueError(f"{prefix.rstrip('.') or 'it'} is {table!r}; it must be a table")
    fields = {field.name: str(field.type) for field in dataclasses.fields(config)}
    for name, value in table.items():
        if name not in fields:
            raise ValueError(f"{prefix}{name} is no setting; there are {', '.join(fields)}")
        kind, fits = _KINDS.get(fields[name], ("", lambda value: True))
        if not fits(value):
            raise ValueError(f"{prefix}{name} is {value!r}; it must be {kind}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}


def init_workspace(root: Path) -> Workspace:
    """Make `root` a workspace; one that is there already is left as it is."""
    root = root.expanduser().resolve()
    if root.exists() and not root.is_dir():
        raise WrongUse(f"{root} is a file; give a folder for the workspace")
    if found := re.search(r"[%\[\]]", str(root)):
        raise WrongUse(f'the tables cannot lie in {root}: use a folder without "{found.group()}" in its path')
    root.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(root)
    if not workspace.settings_path.exists():
        temporary = workspace.settings_path.with_suffix(".toml.part")
        temporary.write_text(
            DEFAULT_SETTINGS.format(name=re.sub(r'["\\\x00-\x1f\x7f]', "", root.name)), encoding="utf-8"
        )
        temporary.replace(workspace.settings_path)
    return workspace


def find_workspace(root: Path | None = None) -> Workspace:
    """The workspace at `root`, or the nearest one at or above the current folder."""
    if root is not None:
        root = root.expanduser().resolve()
        if not (root / SETTINGS_FILE).exists():
            raise WrongUse(f"{root} is no Linnet workspace; make it one with: linnet init {root}")
        return Workspace(root)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).exists():
            return Workspace(folder)
    raise WrongUse(
        "no linnet.toml here or above; make a workspace with: linnet init DIR, or name one: --workspace DIR"
    )
