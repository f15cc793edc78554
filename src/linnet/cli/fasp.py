"""linnet fasp: this platform as an auxiliary service provider of Mastodon and other Fediverse servers."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.output import Json, printable, show, table, workspace_of

Named = Annotated[str, typer.Argument(metavar="SERVER", help="Its address, its host, or its id.")]
Category = Annotated[str, typer.Option(help="content or account.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Serve Fediverse servers as their auxiliary service provider.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("register")(register_at)
    group.command("list")(list_servers)
    group.command("subscribe")(subscribe)
    group.command("backfill")(backfill)
    group.command("fetch")(fetch)
    group.command("remove")(remove)
    app.add_typer(group, name="fasp")


def register_at(
    context: typer.Context,
    server: Annotated[str, typer.Argument(metavar="URL", help="The server, as https://mastodon.example.")],
    url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Where the server reaches this service's /fasp: https://ai.example/fasp."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="The name its administrator sees.")] = None,
    as_json: Json = False,
) -> None:
    """Ask a server to take this platform as its provider; its administrator then accepts it."""
    from linnet.doors.fasp.provider_info import provider_name
    from linnet.doors.fasp.registration import register as ask

    workspace, book = _book(context)
    done = ask(workspace, book, server, our_base_url=url, name=name or provider_name(workspace))
    value = {
        "server_id": done.server.server_id,
        "base_url": done.server.base_url,
        "completion_uri": done.completion_uri,
        "fingerprint": done.fingerprint,
    }
    show(
        value,
        as_json,
        lambda _: printable(
            f"registered at {done.server.base_url} as {done.server.fasp_id}\n"
            f"its administrator accepts it at {done.completion_uri}\n"
            f"where this fingerprint must stand: {done.fingerprint}"
        ),
    )


def list_servers(context: typer.Context, as_json: Json = False) -> None:
    """The servers that this platform is registered at."""
    from linnet.doors.fasp.announcement_book import AnnouncementBook
    from linnet.state import State

    workspace, book = _book(context)
    rows: list[dict[str, Any]] = [
        {
            "id": one.server_id,
            "server": one.base_url,
            "registered": one.registered_at,
            "capabilities": book.capabilities(one.server_id),
            "sources": book.sources(one.server_id),
        }
        for one in book.all()
    ]
    waiting = AnnouncementBook(State(workspace)).count()

    def human(_: Any) -> str:
        if not rows:
            return "registered nowhere yet: linnet fasp register URL --url URL"
        shown = [
            {**row, "capabilities": ", ".join(row["capabilities"]), "sources": len(row["sources"])}
            for row in rows
        ]
        return table("", shown) + f"{waiting:,} announced objects wait to be fetched"

    show({"servers": rows, "waiting": waiting}, as_json, human)


def subscribe(
    context: typer.Context, server: Named, category: Category = "content", as_json: Json = False
) -> None:
    """Ask a server to announce what is new, changed or gone from now on."""
    from linnet.doors.fasp.registration import subscribe as ask

    workspace, book = _book(context)
    known = book.named(server)
    _check(book, known, category)
    source_id = ask(workspace, book, known, category=category)
    show(
        {"subscription": source_id, "category": category},
        as_json,
        lambda _: f"subscribed to {category} of {known.base_url}",
    )


def backfill(
    context: typer.Context,
    server: Named,
    category: Category = "content",
    count: Annotated[int, typer.Option(help="Objects at most.", min=1, max=1_000_000)] = 1000,
    as_json: Json = False,
) -> None:
    """Ask a server for what it has already."""
    from linnet.doors.fasp.registration import backfill as ask

    workspace, book = _book(context)
    known = book.named(server)
    _check(book, known, category)
    source_id = ask(workspace, book, known, category=category, count=count)
    show(
        {"backfill_request": source_id, "category": category, "count": count},
        as_json,
        lambda _: f"asked {known.base_url} for {count:,} of its {category}; it announces them to the service",
    )


def fetch(context: typer.Context, as_json: Json = False) -> None:
    """Fetch what was announced and may be tried now; the service does it by itself."""
    from linnet.doors.fasp.announcement_book import AnnouncementBook
    from linnet.doors.fasp.intake import Intake
    from linnet.doors.fasp.routes import http_fetcher
    from linnet.posts.store import PostStore

    workspace, book = _book(context)
    store = PostStore(workspace)
    waiting = AnnouncementBook(store.state)
    report = Intake(workspace, store, waiting, http_fetcher(book)).run_once(limit=1000)
    show(
        report,
        as_json,
        lambda _: (
            f"{report.fetched:,} fetched, {report.accepted:,} accepted, {report.updated:,} updated, "
            f"{report.gone:,} gone, {report.failed:,} to be tried again, {report.given_up:,} set aside"
        ),
    )


def remove(context: typer.Context, server: Named, as_json: Json = False) -> None:
    """Forget a server: it may call no more. Its administrator removes us there."""
    _, book = _book(context)
    known = book.named(server)
    book.remove(known.server_id)
    show({"removed": known.base_url}, as_json, lambda _: f"removed {known.base_url}; what came from it stays")


def _book(context: typer.Context) -> tuple[Any, Any]:
    from linnet.doors.fasp.server_book import ServerBook
    from linnet.state import State

    workspace = workspace_of(context)
    return workspace, ServerBook(State(workspace))


def _check(book: Any, server: Any, category: str) -> None:
    from linnet.errors import NotReady, WrongUse

    if category not in ("content", "account"):
        raise WrongUse(f'category is "{category}"; it must be content or account')
    if "data_sharing" not in book.capabilities(server.server_id):
        raise NotReady(
            f"{server.base_url} has not switched data_sharing on for us: its administrator does, with the service running"
        )
