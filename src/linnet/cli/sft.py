"""linnet sft: teach the base model to answer, or look at what it would be taught."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.build import RecipeName
from linnet.cli.output import Json, printable, show, table, workspace_of


def register(app: typer.Typer) -> None:
    app.command()(sft)


def sft(
    context: typer.Context,
    recipe: RecipeName = None,
    base: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Another base model than the workspace's; needs --out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --base: where its chat model goes.")
    ] = None,
    shown: Annotated[
        int | None,
        typer.Option(
            "--show", metavar="N", min=1, help="Only print so many examples of each task; nothing is trained."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Teach the base model to answer, from threads and tasks made of the posts; `linnet build` does it too."""
    from linnet.errors import WrongUse
    from linnet.pipeline import STAGES, run_stage
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_of
    from linnet.training.sft import sft as fine_tune

    workspace = workspace_of(context)
    chosen = recipe_of(workspace, recipe)
    if (base is None) != (out is None):
        raise WrongUse("--base and --out go together: a base model and the folder for its chat model")
    if shown is not None:
        show(_examples(workspace, base, chosen.sft.seed, shown), as_json, _shown)
        return
    if base is not None and out is not None:
        with terminal_progress() as progress:
            report = fine_tune(
                workspace.stage_path("corpus"), base, out, config=chosen.sft, progress=progress
            )
        show(report, as_json, lambda told: _tuned(vars(told)))
        return
    stage = next(stage for stage in STAGES if stage.name == "sft")
    with workspace.writing("build"), terminal_progress() as progress:
        result = run_stage(workspace, stage, chosen, progress=progress)
    show({**result.counts, "skipped": result.skipped}, as_json, _tuned)


def _examples(workspace: Any, base: Path | None, seed: int, count: int) -> dict[str, Any]:
    import json

    from linnet.posts.store import PostStore
    from linnet.training.tasks.catalogue import BRIEF_BELOW_TOKENS
    from linnet.training.tasks.look import corpus_seq_of, look_at

    corpus = workspace.stage_path("corpus")
    folder = base or workspace.stage_path("base")
    paths = [path for path in (folder / "hf/config.json", folder / "config.json") if path.exists()]
    context_length = json.loads(paths[0].read_text())["max_position_embeddings"] if paths else None
    examples = look_at(
        corpus,
        PostStore(workspace),
        count=count,
        brief=context_length is not None and context_length < BRIEF_BELOW_TOKENS,
        corpus_seq=corpus_seq_of(corpus),
        seed=seed,
    )
    return {
        "context_length": context_length,
        "tasks": {
            name: [
                {
                    "messages": [
                        {"role": message.role, "content": message.content} for message in one.messages
                    ],
                    "post_ids": one.post_ids,
                    "author_ids": one.author_ids,
                    "checks": one.checks,
                }
                for one in found
            ]
            for name, found in examples.items()
        },
    }


def _shown(value: dict[str, Any]) -> str:
    blocks = []
    for name, examples in value["tasks"].items():
        blocks.append(f"== {name}" + ("" if examples else ": the corpus bears none"))
        for example in examples:
            blocks.append(
                "\n".join(
                    f"{message['role']}: {printable(message['content'])}" for message in example["messages"]
                )
            )
    return "\n\n".join(blocks)


def _tuned(value: dict[str, Any]) -> str:
    rows = [
        {
            "task": name,
            "conversations": task["conversations"],
            "held out": task["heldout_conversations"],
            **{title: _interval(task.get(key)) for title, key in COLUMNS.items()},
        }
        for name, task in value["tasks"].items()
    ]
    left_out = f", {value['left_out']:,} did not fit" if value["left_out"] else ""
    title = (
        f"{value['steps']:,} steps on {value['conversations']:,} conversations ({value['shortened']:,} shortened"
        f"{left_out}); loss on held-out ones in nats a token, with 95% intervals"
    )
    return table(title, rows)


COLUMNS = {"before": "heldout_loss_before", "after": "heldout_loss_after", "change": "heldout_loss_change"}


def _interval(found: dict[str, float] | None) -> str:
    return f"{found['value']:.2f} ({found['low']:.2f} to {found['high']:.2f})" if found else ""
