"""linnet model: the versions of the platform's model, and which of them is served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.layout import register_layout
from linnet.cli.output import Json, one_line, show, table, workspace_of

Force = Annotated[
    str | None,
    typer.Option(
        "--force", metavar="REASON", help="Whatever the gates say; the reason is kept in the ledger."
    ),
]
REFUSED = 1  # exit code: a gate said no


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Versions of the platform's model: which is served, and why.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(list_)
    group.command("show")(show_)
    group.command()(promote)
    group.command()(rollback)
    group.command()(export)
    register_layout(group)
    app.add_typer(group, name="model")


def list_(context: typer.Context, as_json: Json = False) -> None:
    """Every version that is kept, newest first."""
    from linnet.registry.listing import overview_of

    show(overview_of(workspace_of(context)), as_json, _listed)


def show_(
    context: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="As in linnet model list.")],
    as_json: Json = False,
) -> None:
    """One version, and every decision about it."""
    from linnet.registry.listing import show_version

    show(show_version(workspace_of(context), version), as_json, _shown)


def promote(
    context: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="As in linnet model list.")],
    force: Force = None,
    as_json: Json = False,
) -> None:
    """Serve a version, if it passes the gates. A running `linnet serve` takes it up by itself."""
    from linnet.progress import terminal_progress
    from linnet.registry.decisions import promote as run

    workspace = workspace_of(context)
    with terminal_progress() as progress:
        decision = run(workspace, version, force=force, progress=progress)
    _tell(decision, as_json)


def rollback(context: typer.Context, force: Force = None, as_json: Json = False) -> None:
    """Serve the version that was served before this one."""
    from linnet.progress import terminal_progress
    from linnet.registry.decisions import rollback as run

    workspace = workspace_of(context)
    with terminal_progress() as progress:
        decision = run(workspace, force=force, progress=progress)
    _tell(decision, as_json)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    version: Annotated[str | None, typer.Option(help="Which; default: the one that is served.")] = None,
    base: Annotated[
        bool, typer.Option("--base", help="The base model; default: the chat model, where there is one.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy a model to a folder that transformers, llama.cpp, Ollama and LM Studio load."""
    from linnet.registry.release import export_release

    show(export_release(workspace_of(context), folder, version=version, base=base), as_json, _released)


def _tell(decision: Any, as_json: bool) -> None:
    from linnet.registry.decisions import overview

    show(overview(decision), as_json, _decided)
    if decision.outcome == "failed":
        raise typer.Exit(REFUSED)


def _decided(value: dict[str, Any]) -> str:
    gates = [
        {"gate": g["gate"], "": "passed" if g["passed"] else "FAILED", "why": g["reason"]}
        for g in value["gates"]
    ]
    deleted = [f"{version} was deleted: {why}" for version, why in value["deleted"].items()]
    hint = 'to serve it all the same: --force "REASON"' if value["outcome"] == "failed" else ""
    return "\n".join(part for part in (table("", gates), one_line(value["line"]), *deleted, hint) if part)


def _listed(value: dict[str, Any]) -> str:
    if not value["versions"]:
        return "no version yet: run linnet build"
    rows = [
        {
            "version": row["version"],
            "made at": row["made_at"],
            "recipe": row["recipe"],
            "parameters": row["parameters"],
            "bits/byte": _figure(row["bits_per_byte"]),
            "chat loss": _figure(row["chat_loss"]),
            "posts learnt": "not known" if row["posts_learnt"] is None else f"{row['posts_learnt']:,}",
            "owed": "not known" if row["owed_posts"] is None else f"{row['owed_posts']:,}",
            "served": "now" if row["served"] else "",
            "size": _size(row["bytes"]),
        }
        for row in value["versions"]
    ]
    return table("", rows) + (
        f"{_size(value['disk_bytes'])} on disk in models/, shared files counted once\n"
        "bits/byte: of the base model on the held-out posts of its day; "
        "owed: posts learnt from that may not be trained on now"
    )


def _shown(value: dict[str, Any]) -> str:
    facts = {key: one for key, one in value.items() if key != "ledger"}
    lines = [f"{name.replace('_', ' '):<16} {'' if one is None else one}" for name, one in facts.items()]
    for entry in value["ledger"]:
        lines.append(
            f"{entry['at']}  {entry['event']} {entry.get('how') or entry.get('outcome') or ''}".rstrip()
        )
        lines += [
            f"    {'passed' if gate['passed'] else 'FAILED'}  {gate['gate']} {gate['version']}: {gate['reason']}"
            for gate in entry.get("gates", ())
        ]
        why = entry.get("forced_because") or entry.get("why")
        lines += [f"    because: {one_line(why)}"] if why else []
    return "\n".join(lines)


def _released(value: Any) -> str:
    which = f"the {value.model} model" + (f" of {value.version}" if value.version else "")
    lines = [f"{which}, {_size(value.bytes)}, is in {value.folder}"]
    if value.note:
        lines.append(f"without a GGUF: {value.note}")
    if value.owed_posts is None:
        lines.append("it does not say which posts it learnt from: count on every post")
    elif value.owed_posts:
        lines.append(f"it learnt from {value.owed_posts:,} posts that may not be trained on now")
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _size(size: int) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size = size / 1000  # type: ignore[assignment]
    return f"{size:.1f} TB"
