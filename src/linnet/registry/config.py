"""The settings of versions: `[model] keep` in linnet.toml, and how long the gates look."""

from __future__ import annotations

from dataclasses import dataclass

from linnet.errors import WrongUse
from linnet.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class VersionConfig:
    keep: int = 3  # versions kept beside the one that is served
    heldout_posts: int = 1_000  # posts on which two versions are compared, at most
    seed: int = 7  # draws them
    answer_tokens: int = 48  # new tokens of each answer that is looked at, at most

    def __post_init__(self) -> None:
        if self.keep < 0:
            raise ValueError(f"keep is {self.keep}; it must be 0 or more")

    @classmethod
    def of(cls, workspace: Workspace) -> VersionConfig:
        settings = workspace.settings() if workspace.settings_path.exists() else {}
        keep = settings.get("model", {}).get("keep", cls.keep)
        if not isinstance(keep, int) or isinstance(keep, bool) or keep < 0:
            raise WrongUse(f"[model] keep in linnet.toml is {keep!r}; it must be a whole number, 0 or more")
        return cls(keep=keep)
