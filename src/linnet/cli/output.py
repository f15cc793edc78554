"""How every command speaks: one JSON object on standard output with --json, a short text otherwise.

Messages and progress go to standard error. Exit code 0 done, 1 failed, 2 wrong use.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.records import to_json

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Reader = Annotated[
    str | None, typer.Option("--as", metavar="AUTHOR_ID", help="Read as this author; anonymous without it.")
]


def show(value: Any, as_json: bool, human: Callable[[Any], str]) -> None:
    """Print `value` as JSON or as the text that `human` makes of it."""
    if as_json:
        import orjson

        sys.stdout.write(orjson.dumps(to_json(value), option=orjson.OPT_NON_STR_KEYS).decode() + "\n")
    else:
        sys.stdout.write(human(value).rstrip("\n") + "\n")
    sys.stdout.flush()


def say(line: str) -> None:
    """A message for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


def table(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A plain table of rows with the same keys."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(header_style="bold", box=None, pad_edge=False)
    for name in rows[0] if rows else []:
        numeric = all(isinstance(row[name], int | float) or row[name] is None for row in rows)
        drawn.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*[Text(_cell(value)) for value in row.values()])
    console = Console(width=None if sys.stdout.isatty() else 120)
    with console.capture() as captured:
        console.print(drawn)
    return (f"{one_line(title)}\n" if title else "") + (captured.get() if rows else "")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return printable(str(value))


def printable(text: str) -> str:
    """Text from a post without what could move the cursor or reorder a terminal line."""
    return "".join(
        character if character == "\n" or (character.isprintable() and character not in BIDI) else "�"
        for character in text
    )


def one_line(text: str) -> str:
    """The same on one line, for messages and titles."""
    return printable(text).replace("\n", "�")


BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def workspace_of(context: typer.Context) -> Any:
    """The workspace that --workspace names, or the nearest one."""
    from linnet.workspace import find_workspace

    root: Path | None = context.find_root().params.get("workspace")
    return find_workspace(root)
