"""What tuning brings: losses on held-out conversations, task by task, before and after fine-tuning; and how often the
better of two held-out answers is preferred, before and after preference tuning.

python benchmarks/training.py tuning WORKSPACE                    a workspace with a corpus and a base model
python benchmarks/training.py tuning WORKSPACE --sections dpo     one with a chat model
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import describe

SECTIONS = ("sft", "dpo")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--sections", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--base", type=Path, help="another base model than the workspace's")
    parser.add_argument("--max-steps", type=int, default=100, help="of fine-tuning")
    parser.add_argument("--heldout", type=int, default=200, help="held-out conversations, the tasks evenly")
    parser.add_argument("--pairs", type=int, default=96, help="to tune on")
    parser.add_argument("--heldout-pairs", type=int, default=80)
    parser.add_argument("--dpo-learning-rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)


def run(args: argparse.Namespace) -> None:
    print(describe("torch", "transformers", "trl"))
    if "sft" in args.sections:
        run_sft(args)
    if "dpo" in args.sections:
        run_dpo(args)


def run_sft(args: argparse.Namespace) -> None:
    """The base model fine-tuned into a folder of its own; the workspace stays as it is."""
    from linnet.progress import terminal_progress
    from linnet.training.sft import SftConfig, sft

    config = SftConfig(
        max_steps=args.max_steps, max_heldout_conversations=args.heldout, seed=args.seed, threads=args.threads
    )
    with tempfile.TemporaryDirectory() as folder, terminal_progress() as progress:
        base = args.base or args.workspace / "base"
        report = sft(args.workspace / "corpus", base, Path(folder) / "chat", config=config, progress=progress)
    print(
        f"fine-tuning: {report.steps} steps, {report.conversations} conversations ({report.shortened} shortened, "
        f"{report.left_out} did not fit) from {report.posts} posts; {report.cpu_seconds:.0f} CPU seconds, "
        f"{report.seconds:.0f} s, {report.peak_memory_bytes / 2**30:.1f} GiB\n"
        "loss on held-out conversations, nats a token of the answer, with 95% intervals over conversations"
    )
    print(f"{'task':24}{'trained':>8}{'held out':>9}  {'before':22}{'after':22}change")
    for name, task in report.tasks.items():
        cells = [_interval(task.get(f"heldout_loss_{when}")) for when in ("before", "after", "change")]
        print(
            f"{name:24}{task['conversations']:8}{task['heldout_conversations']:9}  {cells[0]:22}{cells[1]:22}{cells[2]}"
        )
    if report.heldout_loss_before is not None and report.heldout_loss_after is not None:
        print(
            f"{'all':24}{report.conversations:8}{report.heldout_conversations:9}  "
            f"{report.heldout_loss_before:<22.2f}{report.heldout_loss_after:<22.2f}"
        )


def run_dpo(args: argparse.Namespace) -> None:
    """The workspace's chat model tuned into a folder of its own; the workspace stays as it is."""
    from linnet.pipeline import preference_sources
    from linnet.progress import terminal_progress
    from linnet.training.dpo import DpoConfig, dpo
    from linnet.workspace import Workspace

    config = DpoConfig(
        max_pairs=args.pairs,
        max_heldout_pairs=args.heldout_pairs,
        learning_rate=args.dpo_learning_rate,
        seed=args.seed,
        threads=args.threads,
    )
    workspace = Workspace(args.workspace)
    with tempfile.TemporaryDirectory() as folder, terminal_progress() as progress:
        report = dpo(
            workspace.stage_path("corpus"),
            workspace.stage_path("chat"),
            Path(folder) / "aligned",
            config=config,
            sources=preference_sources(workspace),
            progress=progress,
        )
    print(
        f"preference tuning: {report.steps} steps, {report.pairs} pairs {dict(report.pairs_by_source)}, held out "
        f"{report.heldout_pairs} {dict(report.heldout_by_source)}; {report.cpu_seconds:.0f} CPU seconds, "
        f"{report.seconds:.0f} s, {report.peak_memory_bytes / 2**30:.1f} GiB\n"
        f"kept: {report.kept} ({report.why})"
    )
    if report.heldout_loss_after is not None:
        print(
            f"DPO loss on held-out pairs {report.heldout_loss_before:.4f} -> {report.heldout_loss_after:.4f}"
        )
    if report.bits_per_byte_after is not None:
        print(
            f"bits per byte, held out {report.bits_per_byte_before:.4f} -> {report.bits_per_byte_after:.4f}"
        )
    print(f"{'better answer preferred by':28}share (95% interval)")
    of_source = {f"reward_after, {name}": found for name, found in report.heldout_accuracy_of_source.items()}
    for name, found in {**report.heldout_accuracy, **of_source}.items():
        print(f"{name:28}{found['share']:.3f} ({found['low']:.3f}, {found['high']:.3f}) of {found['pairs']}")


def _interval(found: Mapping[str, Any] | None) -> str:
    return f"{found['value']:.2f} ({found['low']:.2f}, {found['high']:.2f})" if found else ""
