"""Kill -9 at random steps, and another number of ranks in the middle: what of the run changes.

A run that is killed ten times must end in the undisturbed run's weights, bit for bit. A run that goes on as two
processes and then as one again must see the same data in the same order; its losses may differ by rounding.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import describe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--optimizer", choices=("muon", "adamw"), default="muon")


def run(args: argparse.Namespace) -> None:
    from benchmarks.training_lines.speed import random_corpus

    print(describe("torch", "ai2-olmo-core"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        corpus = random_corpus(folder, 1024, args.steps * 1024)
        straight = _train(folder, "straight", corpus, args)
        print(f"undisturbed: {args.steps} steps, final loss {_losses(straight)[args.steps]:.6f}")
        if args.kills:
            _kill_drill(folder, corpus, straight, args)
        _ranks_drill(folder, corpus, straight, args)


def _job(folder: Path, name: str, corpus: tuple[Path, Path], args: argparse.Namespace) -> list[str]:
    code = (
        "import sys; from pathlib import Path; from linnet.training.pretrain import PretrainConfig, pretrain\n"
        "config = PretrainConfig(overrides={'d_model': 64, 'n_layers': 2, 'n_heads': 2, 'n_kv_heads': 2, "
        "'hidden_size': 128}, sequence_length=128, batch_tokens=1024, max_epochs=100.0, threads=1, "
        f"max_tokens={args.steps * 1024}, checkpoint_every_steps=10, optimizer={args.optimizer!r})\n"
        "pretrain(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), config=config)\n"
    )
    return [sys.executable, "-c", code, str(corpus[0]), str(corpus[1]), str(folder / name)]


def _train(folder: Path, name: str, corpus: tuple[Path, Path], args: argparse.Namespace) -> Path:
    subprocess.run(_job(folder, name, corpus, args), check=True)
    return folder / name


def _losses(out: Path) -> dict[int, float]:
    rows = map(json.loads, (out / "metrics.jsonl").read_text().splitlines())
    return {row["step"]: row["loss"] for row in rows}


def _weights(out: Path) -> bytes:
    return (out / "hf" / "model.safetensors").read_bytes()


def _kill_drill(folder: Path, corpus: tuple[Path, Path], straight: Path, args: argparse.Namespace) -> None:
    rng = random.Random(args.seed)
    out, killed_at = folder / "killed", []
    for step in sorted(rng.sample(range(2, args.steps - 2), args.kills)):
        child = subprocess.Popen(_job(folder, "killed", corpus, args), start_new_session=True)
        while child.poll() is None and _last_step(out) < step:
            time.sleep(0.02)
        if child.poll() is None:
            killed_at.append(_last_step(out))
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    _train(folder, "killed", corpus, args)
    same = _weights(out) == _weights(straight)
    different = sum(_losses(out)[step] != loss for step, loss in _losses(straight).items())
    print(
        f"kill -9 after steps {', '.join(map(str, killed_at))}: final weights {'equal' if same else 'DIFFER'}, ",
        end="",
    )
    print(f"{different} of {args.steps} losses differ", flush=True)


def _last_step(out: Path) -> int:
    try:
        return max(_losses(out), default=0)
    except (FileNotFoundError, ValueError):
        return 0


def _ranks_drill(folder: Path, corpus: tuple[Path, Path], straight: Path, args: argparse.Namespace) -> None:
    """One rank for a third of the steps, two for the next, one for the rest."""
    out = folder / "ranks"
    thirds = (args.steps // 3 // 10 * 10, 2 * args.steps // 3 // 10 * 10)
    child = subprocess.Popen(_job(folder, "ranks", corpus, args), start_new_session=True)
    _kill_at_checkpoint(child, out, thirds[0])
    two = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
        "-m", "linnet.training.pretrain_worker", str(out / "job.json"),
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with (folder / "two-ranks.log").open("w") as log:
        child = subprocess.Popen(two, start_new_session=True, env=environment, stdout=log, stderr=log)
        _kill_at_checkpoint(child, out, thirds[1])
    _train(folder, "ranks", corpus, args)
    reference, found = _losses(straight), _losses(out)
    apart = {step: abs(found[step] - loss) for step, loss in reference.items()}
    print(
        f"1 -> 2 -> 1 ranks at steps {thirds[0]} and {thirds[1]}: {len(found)} steps, losses at most "
        f"{max(apart.values()):.1e} apart, data order {'equal' if max(apart.values()) < 1e-3 else 'DIFFERS'}"
    )


def _kill_at_checkpoint(child: subprocess.Popen[Any], out: Path, step: int) -> None:
    deadline = time.monotonic() + 300
    while not (out / "checkpoints" / f"step{step}" / ".metadata.json").exists():
        if child.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the run in {out} never reached the checkpoint of step {step}")
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
