"""Tables that become lists of labelled facts on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from linnet.console.elements import tag

Cell = str | Callable[[], object]  # plain text, or what draws the cell


@contextmanager
def table(head: Sequence[str], *, caption: str, numbers: int = 0) -> Iterator[Callable[..., None]]:
    """Yields `row(*cells)`. The last `numbers` columns hold numbers. The first cell names its row."""
    with tag("table", css="table"):
        tag("caption", caption, css="sr-only")
        with tag("thead"), tag("tr"):
            for position, title in enumerate(head):
                tag("th", title, scope="col", css=_css(position, len(head), numbers))
        with tag("tbody"):

            def row(*cells: Cell) -> None:
                with tag("tr"):
                    for position, (title, cell) in enumerate(zip(head, cells, strict=True)):
                        with tag(
                            "th" if position == 0 else "td",
                            cell if isinstance(cell, str) else "",
                            css=_css(position, len(head), numbers),
                            scope="row" if position == 0 else None,
                            data_label=title if position else None,
                        ):
                            if not isinstance(cell, str):
                                cell()

            yield row


def _css(position: int, columns: int, numbers: int) -> str:
    return "number-cell" if position >= columns - numbers else ""
