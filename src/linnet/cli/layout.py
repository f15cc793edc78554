"""linnet model layout: whether a preset fits on a number of accelerators, built and counted on this machine."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.output import Json, show, table


def register_layout(group: typer.Typer) -> None:
    group.command("layout")(layout)


def layout(
    preset: Annotated[str, typer.Option(help="Shape of the model: nano, micro, small, 1b, 7b, 70b or 300b.")],
    ranks: Annotated[int, typer.Option(help="Accelerators.")],
    tp: Annotated[int | None, typer.Option(help="Ranks that share each matrix.")] = None,
    pp: Annotated[int, typer.Option(help="Pipeline ranks.")] = 1,
    cp: Annotated[int, typer.Option(help="Ranks that share each sequence.")] = 1,
    dp_shard: Annotated[int | None, typer.Option(help="Ranks that share one copy of the weights.")] = None,
    microbatch: Annotated[int | None, typer.Option(help="Sequences that a rank takes at a time.")] = None,
    checkpointing: Annotated[
        bool | None, typer.Option(help="Whether activations are computed again in the backward pass.")
    ] = None,
    sequence_length: Annotated[int | None, typer.Option(help="Tokens of a sequence.")] = None,
    batch: Annotated[int | None, typer.Option(help="Sequences of an optimizer step.")] = None,
    memory_gb: Annotated[float, typer.Option(help="Memory of an accelerator, 10^9 bytes.")] = 80.0,
    as_json: Json = False,
) -> None:
    """Build a training layout at its real number of ranks, without an accelerator, and count each rank's memory."""
    import dataclasses

    from linnet.progress import terminal_progress
    from linnet.training.layout import default_layout
    from linnet.training.layout_check import check_layout

    chosen = default_layout(preset, ranks, tp=tp, pp=pp, cp=cp)
    if dp_shard is not None:
        chosen = dataclasses.replace(
            chosen, dp_shard=dp_shard, dp_replicate=max(1, chosen.dp // max(1, dp_shard))
        )
    if microbatch is not None:
        chosen = dataclasses.replace(chosen, microbatch=microbatch)
    if checkpointing is not None:
        chosen = dataclasses.replace(chosen, activation_checkpointing="full" if checkpointing else "none")
    with terminal_progress() as progress:
        report = check_layout(
            preset, chosen, ranks, sequence_length,
            batch_sequences=batch, memory_gb=memory_gb, progress=progress,
        )  # fmt: skip
    value = {
        **dataclasses.asdict(report),
        "rank_memory": [
            {**dataclasses.asdict(one), "state": one.state, "total": one.total} for one in report.rank_memory
        ],
    }
    show(value, as_json, lambda _: _told(report))


def _told(report: Any) -> str:
    chosen = report.layout
    title = (
        f"{report.preset}, {report.parameters / 1e9:,.2f} billion parameters, on {report.ranks:,} ranks: {chosen}, "
        f"batch of {report.batch_tokens:,} tokens in sequences of {report.sequence_length:,}"
    )
    rows = [
        {
            "rank": one.rank,
            "layers": one.layers,
            "weights": one.weights / 1e9,
            "gradients": one.gradients / 1e9,
            "optimizer": one.optimizer / 1e9,
            "gathered": one.working / 1e9,
            "activations": one.activations / 1e9,
            "GB in all": one.total / 1e9,
            "state by formula": one.formula_state / 1e9,
        }
        for one in report.rank_memory
    ]
    waits = f"; ranks of the pipeline wait {report.pipeline_bubble:.0%} of a step" if chosen.pp > 1 else ""
    return (
        table(title, rows)
        + f"fits {report.memory_gb:,.0f} GB{waits}; built and checked in {report.seconds:.0f} s\n"
        "state: weights, gradients and optimizer together; gathered: weights to compute with, gradients not yet reduced"
    )
