"""Which rows of posts may be used for a purpose, from one look at what everybody declared.

A `ConsentSnapshot` reads nothing: it can filter a table chunk by chunk, and be pickled into worker processes.
The resolver is asked once for each distinct kind of row.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from linnet.consent.preferences import Declared
from linnet.consent.resolver import THE_AUTHOR, Ask, ConsentDefaults, Verdict, resolve
from linnet.consent.scopes import collection_of

COLUMNS = ("post_id", "author_id", "visibility", "source")
_STATES = ("unset", "allow", "deny")  # the place in here stands for the state
_STATE = pl.Enum(_STATES)
_VERDICT = {"allowed": pl.Boolean, "reason": pl.String, "basis": pl.String}


@dataclass(frozen=True, kw_only=True)
class ConsentSnapshot:
    """What holds for one purpose at one moment: the state of the store at `seq`, or a little later."""

    purpose: str
    defaults: ConsentDefaults
    authors: pl.DataFrame  # author_id, _preference
    collections: pl.DataFrame  # author_id, _collection, _preference
    posts: pl.DataFrame  # author_id, post_id, _preference
    withdrawn: frozenset[str]  # posts whose deletion is acknowledged and not yet carried out
    seq: int

    @classmethod
    def of(
        cls,
        declared: Declared,
        *,
        purpose: str,
        defaults: ConsentDefaults,
        withdrawn: Collection[str] = (),
        seq: int = 0,
    ) -> ConsentSnapshot:
        return cls(
            purpose=purpose,
            defaults=defaults,
            authors=_frame(["author_id"], [((a,), s) for a, s in declared.authors.items()]),
            collections=_frame(["author_id", "_collection"], list(declared.collections.items())),
            posts=_frame(["author_id", "post_id"], list(declared.posts.items())),
            withdrawn=frozenset(withdrawn),
            seq=seq,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """What a row needs, to be judged."""
        return COLUMNS

    def allowed(
        self, rows: pl.DataFrame, *, reader: str | None = None, with_basis: bool = False
    ) -> pl.DataFrame:
        """The rows that may be used, in their order. `rows` has COLUMNS; `with_basis` adds the column "basis"."""
        if self.withdrawn and len(rows):
            rows = rows.filter(~pl.col("post_id").is_in(self.withdrawn))
        if self.purpose == "moderate":
            return rows.with_columns(pl.lit("moderation").alias("basis")) if with_basis else rows
        kind, verdicts = self._judged(rows, reader)
        allowed = pl.Series([verdict.allowed for verdict in verdicts], dtype=pl.Boolean).gather(kind)
        if with_basis:
            basis = pl.Series("basis", [verdict.basis for verdict in verdicts], dtype=pl.String)
            rows = rows.with_columns(basis.gather(kind))
        return rows.filter(allowed)

    def counts(self, rows: pl.DataFrame, *, reader: str | None = None) -> pl.DataFrame:
        """How many rows of each source may be used, and why: source, allowed, reason, basis, posts."""
        if self.withdrawn:
            rows = rows.filter(~pl.col("post_id").is_in(self.withdrawn))
        kind, verdicts = self._judged(rows, reader)
        found = (
            pl.DataFrame({"source": rows["source"], "_kind": kind}).group_by("source", "_kind").len("posts")
        )
        columns = {
            name: pl.Series([getattr(verdict, name) for verdict in verdicts], dtype=type_).gather(
                found["_kind"]
            )
            for name, type_ in _VERDICT.items()
        }
        found = found.with_columns(**columns)
        return found.group_by("source", *_VERDICT).agg(pl.col("posts").sum().cast(pl.Int64))

    def verdict(
        self, *, post_id: str, author_id: str, visibility: str, source: str, reader: str | None = None
    ) -> Verdict:
        """The resolver's word on one post."""
        if post_id in self.withdrawn:
            return Verdict(allowed=False, reason="withdrawn")
        row = {"post_id": post_id, "author_id": author_id, "visibility": visibility, "source": source}
        rows = pl.DataFrame([row], schema=dict.fromkeys(COLUMNS, pl.String))
        kind, verdicts = self._judged(rows, reader)
        return verdicts[kind[0]]

    def _judged(self, rows: pl.DataFrame, reader: str | None) -> tuple[pl.Series, list[Verdict]]:
        """For each row the number of its kind, and the verdicts on all kinds that could be."""
        if reader is None or reader == THE_AUTHOR:
            own = pl.repeat(reader is not None, len(rows), dtype=pl.Boolean, eager=True)
        else:
            own = rows["author_id"] == reader
        visibilities, sources = rows["visibility"].unique().to_list(), rows["source"].unique().to_list()
        parts = [
            (visibilities, rows["visibility"].cast(pl.Enum(visibilities))),
            (sources, rows["source"].cast(pl.Enum(sources))),
            (list(_STATES), self._preferences(rows)),
        ]
        kind = own.cast(pl.UInt32)
        kinds: list[tuple[str, ...]] = [("",), ("author",)]
        for names, column in reversed(parts):  # the last part varies fastest
            kind = column.to_physical().cast(pl.UInt32) * len(kinds) + kind
            kinds = [(name, *rest) for name in names for rest in kinds]
        verdicts = [
            resolve(
                Ask(
                    purpose=self.purpose,
                    visibility=visibility,
                    author_id="author",
                    preference=preference,
                    reader=who or None,
                    source=source,
                    defaults=self.defaults,
                )
            )
            for visibility, source, preference, who in kinds
        ]
        return kind, verdicts

    def _preferences(self, rows: pl.DataFrame) -> pl.Series:
        """What the author declared for the post, or for its collection, or for everything."""
        found = pl.lit("unset", dtype=_STATE)
        for state in _STATES[1:]:
            who = self.authors.filter(pl.col("_preference") == state)["author_id"]
            if len(who):
                theirs = pl.col("author_id").is_in(who.implode())
                found = pl.when(theirs).then(pl.lit(state, dtype=_STATE)).otherwise(found)
        marked = rows.select("post_id", "author_id").with_columns(found.alias("_preference"))
        if len(self.collections):
            collection = pl.col("post_id").map_elements(collection_of, return_dtype=pl.String)
            marked = _narrowed(
                marked.with_columns(collection.alias("_collection")), self.collections, "_collection"
            )
        if len(self.posts):
            marked = _narrowed(marked, self.posts, "post_id")
        return marked["_preference"]


def _narrowed(rows: pl.DataFrame, narrower: pl.DataFrame, by: str) -> pl.DataFrame:
    """`rows` where what is declared more narrowly stands in the place of what is declared more widely."""
    found = rows.join(
        narrower.rename({"_preference": "_narrower"}),
        on=["author_id", by],
        how="left",
        maintain_order="left",
    )
    return found.with_columns(pl.coalesce("_narrower", "_preference").alias("_preference")).drop("_narrower")


def _frame(keys: list[str], declared: list[tuple[tuple[str, ...], str]]) -> pl.DataFrame:
    values = {key: [ids[place] for ids, _ in declared] for place, key in enumerate(keys)}
    values["_preference"] = [state for _, state in declared]
    return pl.DataFrame(values, schema=dict.fromkeys(keys, pl.String) | {"_preference": _STATE})
