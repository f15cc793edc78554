"""Documents in, a ranking of them for each post out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from linnet.progress import SILENT, Progress
from linnet.retrieval.claims.copies import group_copies
from linnet.retrieval.claims.features import CANDIDATE_FEATURES, FEATURES, DocumentScores, TokenEmbedder
from linnet.retrieval.claims.fusion import Fusion
from linnet.retrieval.claims.said import said
from linnet.retrieval.fusion import fuse_columns

POSTS_AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class ClaimConfig:
    candidates: int = 50  # the best so many documents by each of CANDIDATE_FEATURES
    late_candidates: int = 80  # of them are compared token by token, the best by reciprocal rank fusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The documents that a post may be about, with their features."""

    places: np.ndarray  # int (candidates,)
    values: np.ndarray  # float (candidates, FEATURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    place: int  # of the document among those that were given
    score: float
    parts: dict[str, float] = field(default_factory=dict)  # what each feature adds to the score


class ClaimIndex:
    """`titles` and `texts` of the documents, of equal number; all is kept in memory."""

    def __init__(
        self,
        titles: Sequence[str],
        texts: Sequence[str],
        *,
        embedder: TokenEmbedder,
        config: ClaimConfig | None = None,
    ) -> None:
        self._config = config or ClaimConfig()
        both = [f"{title} {text}" for title, text in zip(titles, texts, strict=True)]
        self._leaders, self._copies = group_copies(both)
        self._leader = {copy: leader for leader, copies in self._copies.items() for copy in copies}
        self._scores = DocumentScores(
            [titles[place] for place in self._leaders], [texts[place] for place in self._leaders], embedder
        )

    def leader_of(self, place: int) -> int:
        """The first document that says the same as the one at `place`."""
        return self._leader.get(place, place)

    def candidates(self, posts: Sequence[str], *, progress: Progress = SILENT) -> Iterator[Candidates]:
        """For each post; places are those of first documents, without their copies."""
        progress.start("ranking", len(posts), "posts")
        for start in range(0, len(posts), POSTS_AT_ONCE):
            parsed = [said(post) for post in posts[start : start + POSTS_AT_ONCE]]
            for post, first in zip(parsed, self._scores.first(parsed), strict=True):
                chosen = self._choose(first)
                order = np.argsort(
                    -fuse_columns(first[name][chosen] for name in CANDIDATE_FEATURES), kind="stable"
                )
                chosen = chosen[order[: max(self._config.late_candidates, 1)]]
                late = self._scores.late(post, chosen.tolist())
                columns = [late[name] if name in late else first[name][chosen] for name in FEATURES]
                yield Candidates(places=np.array(self._leaders)[chosen], values=np.stack(columns, axis=1))
                progress.advance(1)
        progress.finish()

    def rank(
        self, posts: Sequence[str], fusion: Fusion, *, limit: int, progress: Progress = SILENT
    ) -> Iterator[list[Ranked]]:
        """The best documents of each post, best first; copies of a document stand right behind it."""
        used = [FEATURES.index(name) for name in fusion.features]
        for found in self.candidates(posts, progress=progress):
            values = found.values[:, used]
            scores = fusion.score(values)
            added = (values - np.array(fusion.means)) / np.array(fusion.deviations) * np.array(fusion.weights)
            ranked: list[Ranked] = []
            for row in np.argsort(-scores, kind="stable"):
                parts = {
                    name: round(float(x), 4) for name, x in zip(fusion.features, added[row], strict=True)
                }
                place = int(found.places[row])
                for same in (place, *self._copies.get(place, ())):
                    ranked.append(Ranked(place=same, score=float(scores[row]), parts=parts))
            yield ranked[:limit]

    def _choose(self, features: dict[str, np.ndarray]) -> np.ndarray:
        count = min(self._config.candidates, len(self._leaders))
        best = [np.argsort(-features[name], kind="stable")[:count] for name in CANDIDATE_FEATURES]
        return np.unique(np.concatenate(best))
