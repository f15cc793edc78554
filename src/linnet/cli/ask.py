"""linnet search, ask."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.output import Json, Reader, printable, show, workspace_of
from linnet.cli.provenance import spans_and_posts


def register(app: typer.Typer) -> None:
    app.command()(search)
    app.command()(ask)


def search(
    context: typer.Context,
    query: Annotated[
        str,
        typer.Argument(
            help='Words, "phrases", OR, -word, +word, (groups), #tag, @handle, from: to: since: until: lang: '
            "has: is: url: domain: conversation: min_likes: sort:newest ... docs/search.md lists all."
        ),
    ],
    limit: Annotated[int, typer.Option(help="Hits at most.")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="How the query was understood, and each hit's scores.")
    ] = False,
    reader: Reader = None,
    as_json: Json = False,
) -> None:
    """Find posts."""
    from linnet.wiring import Platform

    platform = Platform(workspace_of(context))
    show(platform.search(query, limit=limit, reader=reader, explain=explain), as_json, _hits)


def _hits(result: dict[str, Any]) -> str:
    lines = [f"understood: {printable(result['understood'])}"] if "understood" in result else []
    for hit in result["hits"]:
        who = hit["author_name"] or hit["author_id"]
        lines.append(f"{printable(str(who))} · {hit['created_at'][:16].replace('T', ' ')} · {hit['post_id']}")
        lines.append("  " + printable(hit["text"]).replace("\n", "\n  "))
        if parts := hit.get("score_parts"):
            lines.append("  " + ", ".join(f"{name} {value}" for name, value in parts.items()))
    if not result["hits"]:
        lines.append("no posts found")
    lines += [f"({printable(note)})" for note in result["notes"]]
    return "\n".join(lines)


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument()],
    reader: Reader = None,
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Look the answer's words up in the training posts.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Answer a question from the posts, with the posts that say so."""
    from linnet.wiring import Platform

    platform = Platform(workspace_of(context))
    show(platform.ask(question, reader=reader, provenance=provenance), as_json, _answer)


def _answer(answer: dict[str, Any]) -> str:
    lines = [printable(answer["answer"]), ""]
    numbers: dict[str, int] = {}
    for sentence in answer["sentences"]:
        for citation in sentence["citations"]:
            number = numbers.setdefault(citation["post_id"], len(numbers) + 1)
            lines.append(f"  [{number}] {citation['post_id']}: “{printable(citation['quote'])}”")
    if answer["notice"]:
        lines.append(f"({answer['notice']})")
    if answer.get("provenance"):
        lines += ["", "In the training posts:", spans_and_posts(answer["provenance"])]
    return "\n".join(lines)
