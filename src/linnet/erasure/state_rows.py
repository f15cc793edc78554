"""Rows of `state.sqlite` that name what was erased, and the answers that cite it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from linnet.erasure.request import Reach
from linnet.state import (
    REMOVED,
    State,
    chunks,
    forgotten,
    metadata,
    outputs,
    preference_scopes,
    preferences,
    quarantine,
    uses,
)

CHECKPOINT_TRIES = 50


def erase_rows_of_state(state: State, reach: Reach) -> Counter[str]:
    """Everything but the tombstones, which must stand until every reader has let go."""
    counts: Counter[str] = Counter()
    with state.engine.begin() as connection:
        counts["outputs"] = _redact_outputs(connection, reach)
        counts["quarantine"] = _blank_quarantine(connection, reach)
        for table in metadata.sorted_tables:
            if table.name in ("tombstones", forgotten.name, quarantine.name, outputs.name):
                continue
            for column, values in (("post_id", reach.post_ids), ("author_id", reach.author_ids)):
                if column in table.c and values:
                    counts[table.name] += _delete(connection, table, column, values)
        counts["preferences"] += _delete_preferences_of(connection, reach.post_ids)
    return +counts


def _delete_preferences_of(connection: sa.Connection, post_ids: Sequence[str]) -> int:
    """What was declared for single posts: the scope names the post, and so may the source."""
    count = 0
    for some in chunks(list(post_ids)):
        theirs = preference_scopes.c.scope.in_([f"post:{post_id}" for post_id in some])
        for row in connection.execute(sa.select(preference_scopes).where(theirs)).all():
            count += 1
            for table in (preferences, preference_scopes):
                key = (table.c.author_id, table.c.purpose, table.c.source)
                connection.execute(
                    table.delete().where(sa.tuple_(*key) == (row.author_id, row.purpose, row.source))
                )
    return count


def erase_tombstones(state: State, reach: Reach) -> int:
    """The last ids. From here on the keyed digests stand for them."""
    tombstones = metadata.tables["tombstones"]
    with state.engine.begin() as connection:
        return _delete(connection, tombstones, "post_id", reach.post_ids)


def compact(state: State) -> None:
    """Leave no old page: neither in the file nor in its write-ahead log.

    A reader in the middle of a transaction keeps the log from being cut; its transactions are short.
    """
    with state.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
        for _ in range(CHECKPOINT_TRIES):
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            if not busy:
                return
            time.sleep(0.1)


def _delete(connection: sa.Connection, table: sa.Table, column: str, values: Sequence[str]) -> int:
    return sum(
        connection.execute(table.delete().where(table.c[column].in_(some))).rowcount
        for some in chunks(list(values))
    )


def _blank_quarantine(connection: sa.Connection, reach: Reach) -> int:
    needles = [*reach.post_ids, *reach.author_ids, *reach.names, *reach.texts]
    rows = connection.execute(sa.select(quarantine).where(quarantine.c.excerpt != "")).all()
    excerpts = pl.Series([f"{row.excerpt}\n{row.reason}" for row in rows], dtype=pl.String)
    if not len(excerpts) or not needles:
        return 0
    # An excerpt is cut at 200 characters, so a text is recognised by its beginning as well.
    short = list(dict.fromkeys(n[:40] for n in needles if len(n) >= 3))
    hit = excerpts.str.contains_any(short)
    for row, found in zip(rows, hit, strict=True):
        if found:
            connection.execute(
                quarantine.update()
                .where(
                    quarantine.c.file == row.file,
                    quarantine.c.line == row.line,
                    quarantine.c.reason == row.reason,
                )
                .values(excerpt="", reason=REMOVED)
            )
    return int(hit.sum())


def _redact_outputs(connection: sa.Connection, reach: Reach) -> int:
    gone = set(reach.post_ids)
    references: set[str] = set()
    for some in chunks(list(reach.post_ids)):
        references.update(
            connection.execute(sa.select(uses.c.reference).where(uses.c.post_id.in_(some))).scalars()
        )
    names = [*reach.author_ids, *reach.names, *reach.texts]
    if names:  # a question may name an author whom its answer does not cite
        rows = connection.execute(sa.select(outputs.c.reference, sa.cast(outputs.c.body, sa.String))).all()
        bodies = pl.Series([row[1] for row in rows], dtype=pl.String)
        references.update(
            row[0] for row, hit in zip(rows, bodies.str.contains_any(_escaped(names)), strict=True) if hit
        )
    changed = 0
    for reference in sorted(references):
        row = connection.execute(sa.select(outputs.c.body).where(outputs.c.reference == reference)).first()
        if row is not None:
            connection.execute(
                outputs.update()
                .where(outputs.c.reference == reference)
                .values(body=redacted(row.body, gone, names))
            )
            changed += 1
    return changed


def _escaped(values: Sequence[str]) -> list[str]:
    """As they stand in JSON text."""
    return [value for value in dict.fromkeys(json.dumps(v)[1:-1] for v in values) if len(value) >= 3]


def redacted(body: dict[str, Any], gone: set[str], names: Sequence[str]) -> dict[str, Any]:
    """An answer whose sentences that cite an erased post are replaced; it keeps its place and its other sentences."""

    def clean(text: str) -> str:
        return REMOVED if any(name in text for name in names if len(name) >= 3) else text

    sentences = []
    for sentence in body.get("sentences", []):
        citations = [c for c in sentence["citations"] if c["post_id"] not in gone]
        text = REMOVED if len(citations) < len(sentence["citations"]) else clean(sentence["text"])
        sentences.append({**sentence, "text": text, "citations": [] if text == REMOVED else citations})
    before = [sentence["text"] for sentence in body.get("sentences", [])]
    after = [sentence["text"] for sentence in sentences]
    answer = body.get("answer", "")
    if before != after:
        answer = " ".join(after)
    return {
        **body,
        "question": clean(body.get("question", "")),
        "answer": clean(answer),
        "sentences": sentences,
    }
