"""How often each document is trained on: a weight by its language and its age. 1 is once, 0.5 every second, 2 twice.

Languages: a share of p becomes proportional to p^alpha (Conneau et al. 2020, XLM-R, section 3.1), which lifts the
small ones; no document is repeated more than four times, up to which repeating is nearly as good as new text
(Muennighoff et al. 2023). Age: half the weight for every `half_life_months`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from linnet.corpus.hashing import drawn

MOST_REPEATS = 4.0
_SEED = 0x6D6978


@dataclass(frozen=True, kw_only=True)
class MixtureConfig:
    language_alpha: float = 1.0  # 1: languages as they are; 0: all the same share
    language_weights: Mapping[str, float] = field(default_factory=dict)  # a factor on top, by language code
    half_life_months: float = 0.0  # months after which a document counts half; 0: age does not matter

    def __post_init__(self) -> None:
        if not 0.0 <= self.language_alpha <= 1.0:
            raise ValueError(f"language_alpha is {self.language_alpha}; it must lie in 0..1")
        if not self.half_life_months >= 0:
            raise ValueError(f"half_life_months is {self.half_life_months}; it must be 0 or more")
        for language, weight in self.language_weights.items():
            if not weight >= 0:
                raise ValueError(f"language_weights: {language} is {weight}; it must be 0 or more")


@dataclass(frozen=True)
class Mixture:
    """The weights of one corpus."""

    by_language: Mapping[str, float]
    newest_month: int  # years times 12 plus month
    half_life_months: float

    @classmethod
    def of(cls, config: MixtureConfig, posts_by_language: Mapping[str, int], newest: str) -> Mixture:
        """From the kept posts of each language and the newest month ("YYYY-MM")."""
        total = sum(posts_by_language.values()) or 1
        lifted = {name: (count / total) ** config.language_alpha for name, count in posts_by_language.items()}
        whole = sum(lifted.values()) or 1.0
        factors = {
            name: lifted[name] / whole / (count / total) * config.language_weights.get(name, 1.0)
            for name, count in posts_by_language.items()
        }
        return cls(factors, _months(newest), config.half_life_months)

    def weights(self, language: pl.Series, month: pl.Series) -> pl.Series:
        """float64 in 0..4 for each document."""
        weight = language.replace_strict(self.by_language, default=1.0, return_dtype=pl.Float64)
        if self.half_life_months:
            parts = month.str.split("-")
            age = self.newest_month - parts.list.get(0).cast(pl.Int64) * 12 - parts.list.get(1).cast(pl.Int64)
            weight = weight * pl.Series((0.5 ** (age.to_numpy() / self.half_life_months)).tolist())
        return weight.clip(0.0, MOST_REPEATS).round(6)


def _months(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number)


def copies(document_ids: pl.Series, weights: pl.Series) -> pl.Series:
    """How often each document is trained on: always the same for the same document."""
    whole = weights.floor()
    return (whole + (drawn(document_ids, seed=_SEED) < weights - whole).cast(pl.Float64)).cast(pl.Int64)
