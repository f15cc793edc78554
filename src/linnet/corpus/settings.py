"""The settings of curation, and what the [corpus] table of linnet.toml changes in them."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linnet.corpus.mixture import MixtureConfig
from linnet.corpus.privacy import PrivacyConfig
from linnet.errors import WrongUse
from linnet.workspace import settings_for


@dataclass(frozen=True, kw_only=True)
class EvaluationSet:
    path: str
    digest: str  # of its bytes: another version of the set is another setting


@dataclass(frozen=True, kw_only=True)
class CurateConfig:
    near_duplicate_threshold: float = 0.8  # Jaccard similarity of 5-character shingles, 0..1
    template_posts: int = (
        20  # so many posts of one form are a bot's template; 0: templates are not looked for
    )
    template_examples: int = 3  # posts of each template that stay
    heldout_share: float = 0.02  # share of authors (or documents) that is kept from training, 0..1
    min_authors_to_split: int = 50  # with fewer authors, documents are held out instead of whole authors
    max_thread_posts: int = 64  # posts in one document; longer conversations are split
    chunk_posts: int = 50_000  # posts in one chunk, about: what a worker holds in memory
    decontaminate: tuple[EvaluationSet, ...] = ()  # posts that share text with these are left out
    mixture: MixtureConfig = field(default_factory=MixtureConfig)
    privacy: PrivacyConfig = field(default_factory=PrivacyConfig)

    def __post_init__(self) -> None:
        if not 0.0 < self.near_duplicate_threshold <= 1.0:
            raise ValueError(
                f"near_duplicate_threshold is {self.near_duplicate_threshold}; it must lie in (0, 1]"
            )
        if not 0.0 <= self.heldout_share < 1.0:
            raise ValueError(f"heldout_share is {self.heldout_share}; it must lie in [0, 1)")
        if self.max_thread_posts < 1 or self.chunk_posts < 1:
            raise ValueError("max_thread_posts and chunk_posts must be 1 or more")
        if self.template_posts < 0 or self.template_examples < 0:
            raise ValueError("template_posts and template_examples must be 0 or more")


def with_settings(config: CurateConfig, settings: Mapping[str, Any], root: Path) -> CurateConfig:
    """`config` as [corpus] changes it. Relative paths of evaluation sets are taken from `root`.

    [corpus]
    decontaminate = ["evaluation/claims.jsonl"]
    heldout_share = 0.02
    [corpus.mixture]
    language_alpha = 0.7
    [corpus.privacy]
    handles = "mask"
    """
    try:
        changes = settings_for(CurateConfig, settings)
        if "mixture" in changes:
            changes["mixture"] = MixtureConfig(
                **settings_for(MixtureConfig, changes["mixture"], prefix="mixture.")
            )
        if "privacy" in changes:
            changes["privacy"] = PrivacyConfig(
                **settings_for(PrivacyConfig, changes["privacy"], prefix="privacy.")
            )
        if "decontaminate" in changes:
            paths = changes["decontaminate"]
            if not isinstance(paths, tuple) or not all(isinstance(path, str) for path in paths):
                raise ValueError(f'decontaminate is {paths!r}; it must be a list of files: ["claims.jsonl"]')
            changes["decontaminate"] = tuple(_evaluation_set(root / path) for path in paths)
        return dataclasses.replace(config, **changes)
    except ValueError as error:
        raise WrongUse(f"[corpus] in linnet.toml cannot be used: {error}") from error


def _evaluation_set(path: Path) -> EvaluationSet:
    try:
        with path.open("rb") as file:
            return EvaluationSet(path=str(path), digest=hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise WrongUse(
            f"the evaluation set {path} cannot be read ({error.strerror}): correct [corpus] decontaminate in linnet.toml"
        ) from error
