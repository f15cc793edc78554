"""One score of many: a linear model of the features, learnt by softmax regression over each post's candidates.

The loss is the listwise one of Cao et al. 2007 (ListNet, top one): minus the log of the share of exp(score) that the
relevant candidates have. Features are standardised with the means and deviations of the training candidates.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from linnet.errors import BadInput
from linnet.retrieval.claims.features import FEATURES

SHIPPED = "fusion.json"


@dataclass(frozen=True, kw_only=True)
class Fusion:
    features: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    learnt_from: str  # what the judged posts were

    def score(self, values: np.ndarray) -> np.ndarray:
        """(candidates, features) -> (candidates,)"""
        return ((values - np.array(self.means)) / np.array(self.deviations)) @ np.array(self.weights)

    def to_json(self) -> dict[str, Any]:
        rows = zip(self.features, self.means, self.deviations, self.weights, strict=True)
        return {
            "learnt_from": self.learnt_from,
            "features": [
                {"name": name, "mean": mean, "deviation": deviation, "weight": weight}
                for name, mean, deviation, weight in rows
            ],
        }

    @classmethod
    def from_json(cls, text: str, *, where: str) -> Fusion:
        try:
            found = json.loads(text)
            rows = found["features"]
            if unknown := {row["name"] for row in rows} - set(FEATURES):
                raise ValueError(f"there is no feature {min(unknown)!r}")
            numbers = [float(row[name]) for row in rows for name in ("mean", "deviation", "weight")]
            if (
                not rows
                or not all(map(math.isfinite, numbers))
                or not all(row["deviation"] > 0 for row in rows)
            ):
                raise ValueError("it has no features, or a number that cannot be used")
            return cls(
                features=tuple(row["name"] for row in rows),
                means=tuple(float(row["mean"]) for row in rows),
                deviations=tuple(float(row["deviation"]) for row in rows),
                weights=tuple(float(row["weight"]) for row in rows),
                learnt_from=str(found["learnt_from"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{where} is no learnt fusion ({type(error).__name__}: {error})") from error


def shipped_fusion() -> Fusion:
    """The one that the package brings."""
    text = resources.files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8")
    return Fusion.from_json(text, where=SHIPPED)


def read_fusion(path: Path) -> Fusion:
    if not path.is_file():
        raise BadInput(f"{path} does not exist")
    return Fusion.from_json(path.read_bytes().decode("utf-8", "replace"), where=str(path))


def learn_fusion(
    values: Sequence[np.ndarray],
    relevant: Sequence[np.ndarray],
    *,
    features: Sequence[str],
    learnt_from: str,
    l2: float = 0.01,
) -> Fusion:
    """From one (candidates, features) and one bool (candidates,) a post. Posts without a relevant candidate teach nothing.

    `l2` is the weight of the squared weights against the mean loss of a post.
    """
    from scipy.optimize import minimize

    taught = [place for place, mask in enumerate(relevant) if mask.any()]
    if not taught:
        raise BadInput("no judged post has its document among the candidates: nothing to learn from")
    every = np.concatenate([values[place] for place in taught])
    means, deviations = every.mean(axis=0), every.std(axis=0) + 1e-9
    scaled = (every - means) / deviations
    sizes = np.array([len(values[place]) for place in taught])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    wanted = np.concatenate([relevant[place] / relevant[place].sum() for place in taught])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scaled @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        shares = np.exp(scores)
        sums = np.add.reduceat(shares, starts)
        logs = scores - np.repeat(np.log(sums), sizes)
        shares /= np.repeat(sums, sizes)
        value = -(wanted @ logs) / len(taught) + l2 * (weights @ weights)
        return value, scaled.T @ (shares - wanted) / len(taught) + 2 * l2 * weights

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B")
    return Fusion(
        features=tuple(features),
        means=tuple(float(x) for x in means),
        deviations=tuple(float(x) for x in deviations),
        weights=tuple(float(x) for x in found.x),
        learnt_from=learnt_from,
    )
