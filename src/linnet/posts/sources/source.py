"""What every source is: a name, the batches, and a hint of how much there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linnet.posts.sources.config import SourceConfig
from linnet.records import SourceBatch

_SAMPLE_BYTES = 1024 * 1024


class Source:
    """One file, folder or archive that posts are read from. `read` may be called again."""

    name: str  # the format: "x-archive", "csv" ...; becomes the `source` of its posts
    platform = "file"

    def __init__(self, path: Path, config: SourceConfig) -> None:
        self.path = path
        self.config = config
        self.notes: tuple[
            str, ...
        ] = ()  # what was assumed in reading, for the report: "read as Windows-1252"

    def read(self) -> Iterator[SourceBatch]:
        raise NotImplementedError

    def note(self, text: str | None) -> None:
        """Add to `notes` what reading brought up, once."""
        if text is not None and text not in self.notes:
            self.notes = (*self.notes, text)

    def row_count_hint(self) -> int | None:
        """About how many rows there are, for a progress bar; None when that is not cheap to know."""
        return None


def estimated_lines(path: Path) -> int | None:
    """The number of lines, counted in a small file and estimated from the first MiB of a larger one."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE_BYTES)
    lines = sample.count(b"\n") + (not sample.endswith(b"\n"))
    if not sample or lines < 2:
        return None
    return lines if size == len(sample) else round(lines * size / len(sample))
