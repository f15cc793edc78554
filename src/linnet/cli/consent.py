"""linnet consent: what an author allows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from linnet.cli.output import Json, show, table, workspace_of


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What each author allows.", no_args_is_help=True, rich_markup_mode=None)
    group.command("set")(set_preference)
    group.command("show")(show_preferences)
    app.add_typer(group, name="consent")


def set_preference(
    context: typer.Context,
    author: Annotated[str, typer.Option(metavar="AUTHOR_ID", help="Whose posts.")],
    purpose: Annotated[str, typer.Option(help="train, retrieve, embed, generate, or * for all of them.")],
    state: Annotated[str, typer.Option(help="allow, deny or unset.")],
    as_json: Json = False,
) -> None:
    """Record what an author allows; it holds for search and answers from this instant."""
    from linnet.consent.preferences import PreferenceBook
    from linnet.records import Preference
    from linnet.state import State

    book = PreferenceBook(State(workspace_of(context)))
    declared = Preference(
        author_id=author,
        purpose=purpose,
        state=state,  # type: ignore[arg-type]  # declare() checks it and says what is wrong
        declared_at=datetime.now(UTC),
        source="operator",
    )
    changed = book.declare([declared])
    show(
        {"author_id": author, "purpose": purpose, "state": state, "changed": bool(changed)},
        as_json,
        lambda value: (
            "recorded; the models follow with the next `linnet build`" if changed else "nothing to change"
        ),
    )


def show_preferences(
    context: typer.Context,
    author: Annotated[str, typer.Option(metavar="AUTHOR_ID", help="Whose preferences.")],
    as_json: Json = False,
) -> None:
    """What an author declared, and where."""
    from linnet.consent.preferences import PreferenceBook
    from linnet.state import State

    rows = PreferenceBook(State(workspace_of(context))).of_author(author)
    show(
        {"author_id": author, "preferences": rows},
        as_json,
        lambda value: (
            table(author, value["preferences"]) if rows else f"{author} declared nothing; defaults apply"
        ),
    )
