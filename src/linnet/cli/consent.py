"""linnet consent: what an author allows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.output import Json, printable, say, show, table, workspace_of

MAX_REJECTED_SAID = 20


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What each author allows.", no_args_is_help=True, rich_markup_mode=None)
    group.command("set")(set_preference)
    group.command("show")(show_preferences)
    group.command("import")(import_preferences)
    group.command("coverage")(show_coverage)
    group.command("where")(show_places)
    app.add_typer(group, name="consent")


def set_preference(
    context: typer.Context,
    author: Annotated[str, typer.Option(metavar="AUTHOR_ID", help="Whose posts.")],
    purpose: Annotated[str, typer.Option(help="train, retrieve, embed, generate, or * for all of them.")],
    state: Annotated[str, typer.Option(help="allow, deny or unset.")],
    post: Annotated[str | None, typer.Option(metavar="POST_ID", help="Only this post of the author.")] = None,
    as_json: Json = False,
) -> None:
    """Record what an author allows; it holds for search and answers from this instant."""
    from linnet.consent.defaults import USES
    from linnet.consent.preferences import PreferenceBook
    from linnet.errors import WrongUse
    from linnet.records import Preference
    from linnet.state import State

    author = author.strip()
    if not author or (post is not None and not post.strip()):
        raise WrongUse("the id of the author or of the post is empty; nothing was recorded")
    if purpose not in (*USES, "*"):
        raise WrongUse(f'purpose is "{purpose}"; it must be {", ".join(USES)} or *')
    book = PreferenceBook(State(workspace_of(context)))
    declared = Preference(
        author_id=author,
        purpose=purpose,
        state=state,  # type: ignore[arg-type]  # declare() checks it and says what is wrong
        declared_at=datetime.now(UTC),
        source="operator",
        scope=f"post:{post.strip()}" if post else "",
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


def import_preferences(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON Lines.")],
    as_json: Json = False,
) -> None:
    """Record a table of preferences: author_id, purpose, state, and if you like declared_at and post_id."""
    from linnet.consent.operator_table import read_preference_table
    from linnet.consent.preferences import PreferenceBook
    from linnet.errors import BadInput
    from linnet.state import State

    book = PreferenceBook(State(workspace_of(context)))
    preferences, rejected = read_preference_table(file)
    if rejected and not preferences:
        raise BadInput(
            f"{file} holds no line that can be used; line {rejected[0].line}: {rejected[0].reason}"
        )
    changed = book.declare(preferences)
    for one in rejected[:MAX_REJECTED_SAID]:
        say(printable(f"{file}, line {one.line}: {one.reason}"))
    if len(rejected) > MAX_REJECTED_SAID:
        say(f"and {len(rejected) - MAX_REJECTED_SAID:,} more lines like these; --json lists them all")
    show(
        {
            "file": str(file),
            "lines": len(preferences) + len(rejected),
            "changed": changed,
            "known": len(preferences) - changed,
            "rejected": [{"line": one.line, "reason": one.reason} for one in rejected],
        },
        as_json,
        lambda value: (
            f"{value['lines']:,} lines: {changed:,} changed something, {value['known']:,} were known,"
            f" {len(rejected):,} rejected"
        ),
    )


def show_coverage(context: typer.Context, as_json: Json = False) -> None:
    """How many posts each use may touch, and why not the others."""
    from linnet.posts.coverage import consent_coverage
    from linnet.posts.store import PostStore

    show(consent_coverage(PostStore(workspace_of(context))), as_json, _coverage_text)


def _coverage_text(coverage: dict[str, Any]) -> str:
    authors = coverage["authors"]
    parts = [
        f"{coverage['posts']:,} posts by {authors['total']:,} authors; {authors['declared']:,} of these declared"
        " what they allow"
    ]
    for purpose, found in coverage["purposes"].items():
        rows = [
            {"may": "yes" if reason["allowed"] else "no", "why": reason["reason"], "posts": reason["posts"]}
            for reason in found["reasons"]
        ]
        title = f"{purpose}: {found['allowed']:,} allowed, {found['denied']:,} denied"
        parts.append(table(title, rows) if rows else title)
    if coverage["by_source"]:
        parts.append(table("by source", coverage["by_source"]))
    return "\n\n".join(part.rstrip("\n") for part in parts)


def show_places(
    context: typer.Context,
    author: Annotated[str, typer.Option(metavar="AUTHOR_ID", help="Whose posts.")],
    as_json: Json = False,
) -> None:
    """In which places an author's posts are, and where they were used."""
    from linnet.wiring import Platform

    show(
        Platform(workspace_of(context)).consent_where(author),
        as_json,
        lambda value: table(f"{author}: {value['posts']:,} posts", value["places"]),
    )
