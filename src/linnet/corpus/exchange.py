"""Rows that one chunk has and another needs, through files: a shuffle that needs no more memory than one chunk.

Each chunk writes one file, its rows sorted by where they go (`send`); each receiver reads its range out of all of
them (`receive`). What goes where is known by the senders' lists, so no file is opened in vain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

TARGET = "_target"
ROW_GROUP = 20_000  # rows; a receiver decodes no more than this beyond its own


@dataclass(frozen=True)
class Parcel:
    """Some rows of one file, for one receiver."""

    path: str
    start: int
    rows: int


def send(rows: pl.DataFrame, path: Path) -> dict[int, Parcel]:
    """Write `rows` (with a column TARGET) sorted by target; the order within a target stays. target -> parcel."""
    rows = rows.sort(TARGET, maintain_order=True)
    counts = rows.group_by(TARGET, maintain_order=True).len()
    write_whole(rows.drop(TARGET), path, row_group_size=ROW_GROUP, compression="lz4")
    parcels: dict[int, Parcel] = {}
    start = 0
    for target, count in counts.iter_rows():
        parcels[int(target)] = Parcel(str(path), start, int(count))
        start += int(count)
    return parcels


def receive(parcels: Sequence[Parcel]) -> pl.DataFrame | None:
    """The rows of the parcels, in their order; None when there are none."""
    if not parcels:
        return None
    frames = [
        pl.scan_parquet(parcel.path, glob=False).slice(parcel.start, parcel.rows).collect()
        for parcel in parcels
    ]
    return pl.concat(frames)


def by_receiver(sent: Sequence[dict[int, Parcel]], receivers: int) -> list[list[Parcel]]:
    """For each receiver, its parcels in the order of the senders."""
    mail: list[list[Parcel]] = [[] for _ in range(receivers)]
    for parcels in sent:
        for target, parcel in parcels.items():
            mail[target].append(parcel)
    return mail


def write_whole(
    frame: pl.DataFrame, path: Path, *, compression: str = "zstd", row_group_size: int | None = None
) -> None:
    """The file is there whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    frame.write_parquet(temporary, compression=compression, row_group_size=row_group_size)  # type: ignore[arg-type]
    temporary.replace(path)
