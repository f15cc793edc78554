"""linnet provenance: which training posts contain the longest spans of a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.output import Json, Reader, printable, show, workspace_of

SHOWN_CHARACTERS = 200  # of one post


def register(app: typer.Typer) -> None:
    app.command()(provenance)


def provenance(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The text to look up.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="A UTF-8 file with the text.")] = None,
    reader: Reader = None,
    as_json: Json = False,
) -> None:
    """Show which training posts contain the longest spans of a text."""
    from linnet.wiring import Platform

    asked = _text(text, file)
    show(Platform(workspace_of(context)).provenance(asked, reader=reader), as_json, spans_and_posts)


def _text(text: str | None, file: Path | None) -> str:
    from linnet.errors import BadInput, WrongUse

    if (text is None) == (file is None):
        raise WrongUse(
            "give a text, or a file with one: linnet provenance TEXT, linnet provenance --file FILE"
        )
    try:
        text = text if file is None else file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8 at byte {error.start:,}: convert it first") from error
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}") from error
    if not text or not text.strip():
        raise WrongUse("the text to look up is empty")
    return text


def spans_and_posts(found: dict[str, Any]) -> str:
    """The text with [the covered parts] in brackets, then each span with the posts that contain it."""
    if not found["ready"]:
        return f"({found['notice']})"
    lines = [printable(_bracketed(found["text"], found["spans"])), ""]
    for number, span in enumerate(found["spans"], start=1):
        times = f"{span['count']:,} time{'' if span['count'] == 1 else 's'}"
        lines.append(f"[{number}] “{printable(span['text'])}” ({times} in the training posts)")
        lines += [f"    {post['post_id']}: {_short(post['text'])}" for post in span["posts"]]
        if span["withheld"]:
            posts = "1 post that is" if span["withheld"] == 1 else f"{span['withheld']:,} posts that are"
            lines.append(f"    and {posts} no longer shown")
    lines.append(
        f"{found['covered']:.0%} of the text stands word for word in training posts"
        if found["spans"]
        else "no span of five words or more stands word for word in the training posts"
    )
    return "\n".join(lines)


def _short(text: str) -> str:
    line = printable(text).replace("\n", " ")
    return line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + "…"


def _bracketed(text: str, spans: list[dict[str, Any]]) -> str:
    pieces, end = [], 0
    for start, stop in _merged(spans):
        pieces += [text[end:start], "[", text[start:stop], "]"]
        end = stop
    return "".join([*pieces, text[end:]])


def _merged(spans: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Spans may overlap; what they cover together does not."""
    covered: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda one: one["start"]):
        if covered and span["start"] < covered[-1][1]:
            covered[-1] = (covered[-1][0], max(covered[-1][1], span["end"]))
        else:
            covered.append((span["start"], span["end"]))
    return covered
