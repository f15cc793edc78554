"""The operator's own table of preferences: CSV, TSV or JSON Lines with the columns author_id, purpose, state.

`declared_at` (ISO 8601; a time without a zone is UTC) and `post_id` may follow. A line that means nothing is
rejected with its number; the others are taken.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from linnet.consent.defaults import USES
from linnet.errors import BadInput
from linnet.records import Preference, has_lone_surrogate

SOURCE = "operator"
COLUMNS = ("author_id", "purpose", "state", "declared_at", "post_id")
NEEDED = COLUMNS[:3]
MAX_CELL_CHARACTERS = 131_072  # the csv module's own limit, which other code in the process may raise


@dataclass(frozen=True)
class RejectedLine:
    line: int  # 1-based, as an editor shows it
    reason: str


def read_preference_table(path: Path) -> tuple[list[Preference], list[RejectedLine]]:
    """What the file declares, and the lines that cannot be used. BadInput when the file as a whole cannot be."""
    preferences: list[Preference] = []
    rejected: list[RejectedLine] = []
    now = datetime.now(UTC)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            is_json = path.suffix.lower() in (".jsonl", ".ndjson", ".json")
            for line, row in _json_rows(file) if is_json else _csv_rows(file, path):
                try:
                    preferences.append(_preference(row, now))
                except ValueError as error:
                    rejected.append(RejectedLine(line, str(error)))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error) as error:  # csv.Error: of the first line
        raise BadInput(f"{path} is no UTF-8 table: {error}; save it as UTF-8 CSV or JSON Lines") from error
    return preferences, rejected


def _csv_rows(file: TextIO, path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    first = file.readline()
    header = next(csv.reader([first], delimiter=(sign := _delimiter(first))), [])
    names = [name.strip().lower() for name in header]
    if missing := [name for name in NEEDED if name not in names]:
        raise BadInput(
            f"{path} has no column {', '.join(missing)}; its first line must name author_id, purpose, state"
            " (and, if you like, declared_at and post_id)"
        )
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise BadInput(f"{path} names the column {twice[0]} twice; which one is meant?")
    rows = csv.reader(file, delimiter=sign, strict=True)
    while True:
        line = rows.line_num + 2
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            unclosed = "unexpected end" in str(error)
            yield (
                line,
                "a quotation mark is never closed; this line and all after it were not read"
                if unclosed
                else str(error),
            )
            continue
        if not cells or not any(cell.strip() for cell in cells):
            continue
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            yield line, f"field larger than {MAX_CELL_CHARACTERS:,} characters"
        elif len(cells) > len(names):
            yield line, f"{len(cells)} cells, but the first line names {len(names)} columns"
        else:
            yield line, dict(zip(names, cells, strict=False))


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _json_rows(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            yield number, "not JSON: one object a line is expected"
            continue
        yield number, value if isinstance(value, dict) else "not a JSON object"


def _preference(row: Mapping[str, Any] | str, now: datetime) -> Preference:
    """Raises ValueError with what is wrong with the line."""
    if isinstance(row, str):
        raise ValueError(row)
    author, post = _id(row.get("author_id"), "author_id"), _id(row.get("post_id"), "post_id")
    if not author:
        raise ValueError("no author_id")
    purpose, state = (str(row.get(name) or "").strip().lower() for name in ("purpose", "state"))
    if purpose not in (*USES, "*"):
        raise ValueError(f'purpose is "{purpose}"; it must be {", ".join(USES)} or *')
    if state not in ("allow", "deny", "unset"):
        raise ValueError(f'state is "{state}"; it must be allow, deny or unset')
    return Preference(
        author_id=author,
        purpose=purpose,
        state=state,  # type: ignore[arg-type]
        declared_at=_time(row.get("declared_at"), now),
        source=SOURCE,
        scope=f"post:{post}" if post else "",
    )


def _id(value: Any, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise ValueError(f"{name} is a {type(value).__name__}; write it as a string")
    id = "" if value is None else str(value).strip()
    if has_lone_surrogate(id):
        raise ValueError(f"{name} holds half of a surrogate pair, which no id in the store has")
    return id


def _time(value: Any, now: datetime) -> datetime:
    if value is None or value == "":
        return now
    try:
        when = datetime.fromisoformat(value.strip())
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, AttributeError, OverflowError):
        raise ValueError(f'declared_at is "{value}"; write it as 2026-01-31T12:00:00Z') from None
