"""The command line. Each group of commands is a thin file beside this one; heavy imports wait inside them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from linnet import __version__
from linnet.cli import (
    ask,
    build,
    consent,
    corpus,
    demo,
    dpo,
    evaluate,
    fasp,
    forget,
    ingest,
    listen,
    mcp,
    model,
    pretrain,
    provenance,
    receipt,
    serve,
    sft,
    simulate,
    status,
    tokenizer,
)
from linnet.cli.output import one_line
from linnet.errors import LinnetError
from linnet.records import has_lone_surrogate

app = typer.Typer(
    name="linnet",
    help="A social platform's own AI, on its own hardware, from its own posts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"linnet {__version__}")
        raise typer.Exit


@app.callback()
def root(
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            metavar="DIR",
            help="The workspace; default: the nearest folder with a linnet.toml.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A social platform's own AI, on its own hardware, from its own posts."""


for group in (
    demo,
    simulate,
    ingest,
    listen,
    consent,
    forget,
    receipt,
    build,
    tokenizer,
    pretrain,
    sft,
    dpo,
    corpus,
    status,
    ask,
    provenance,
    evaluate,
    model,
    serve,
    mcp,
    fasp,
):
    group.register(app)


def main() -> None:
    """Run the command line; an error meant for a person is one line on standard error."""
    try:
        app()
    except LinnetError as error:
        print(f"linnet: {one_line(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("linnet: stopped; run the same command again to go on", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if isinstance(error, UnicodeEncodeError) and any(has_lone_surrogate(one) for one in sys.argv):
            print("linnet: an argument holds bytes that are not UTF-8; write it in UTF-8", file=sys.stderr)
            sys.exit(2)
        if os.environ.get("LINNET_TRACEBACK"):
            raise
        # The first line only: the rest may hold what stands in a post.
        line = one_line(next(iter(str(error).splitlines()), "")[:300])
        what = line if isinstance(error, OSError) and line else f"{type(error).__name__}: {line}"
        print(f"linnet: {what} (LINNET_TRACEBACK=1 shows where)", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
