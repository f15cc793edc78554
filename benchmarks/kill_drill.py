"""Kill -9 at random moments of ingest and build; what stands at the end must equal an undisturbed run.

    python benchmarks/kill_drill.py --posts 4000 --kills 10

One workspace is made in peace, another under fire: each command is killed after a random time and started again
until it has been killed `--kills` times, then left to finish. Then the posts, the documents, the tokenizer, the
weights and the index of both are compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe


def linnet(workspace: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "linnet.cli.main", "--workspace", str(workspace), *arguments]


def run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def run_under_fire(
    command: list[str], kills: int, typical_seconds: float, dice: random.Random
) -> list[float]:
    """Start the command, kill its whole group after a random time, `kills` times; then let it finish.

    A run that ends before its bullet does not count; the next one is fired earlier.
    """
    moments: list[float] = []
    reach = typical_seconds
    while len(moments) < kills:
        wait = dice.uniform(0.3, reach)
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            moments.append(round(wait, 2))
        else:
            reach = max(reach * 0.85, 1.0)
            if reach <= 1.0:
                break
    run(command)
    return moments


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    import os

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def state_of(workspace: Path) -> dict[str, Any]:
    """Digests of everything that must be equal."""
    from linnet.posts.store import PostStore
    from linnet.retrieval.embedder import MiniLMEmbedder
    from linnet.retrieval.index import open_index
    from linnet.workspace import Workspace

    posts = PostStore(Workspace(workspace)).known_versions().sort("post_id")
    state: dict[str, Any] = {"posts": len(posts), "posts twice": len(posts) - posts["post_id"].n_unique()}
    state["post contents"] = hashlib.sha256(
        posts.select("post_id", "digest").write_csv().encode()
    ).hexdigest()[:16]
    files = {
        "documents": sorted((workspace / "corpus").glob("documents-*.parquet")),
        "dropped": sorted((workspace / "corpus").glob("dropped-*.parquet")),
        "tokenizer": [workspace / "tokenizer" / "tokenizer.json"],
        "base weights": [workspace / "base" / "hf" / "model.safetensors"],
        "chat weights": [workspace / "chat" / "hf" / "model.safetensors"],
        "GGUF": sorted((workspace / "served").glob("*.gguf")),
    }
    for name, paths in files.items():
        state[name] = (
            hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]
            if paths
            else "none"
        )
    index = open_index(workspace / "index")
    snapshot = index.lexical.snapshot()
    state["indexed by words"] = snapshot.post_count if snapshot else 0
    rows = index.vectors(MiniLMEmbedder(workspace / "index" / "models")).rows()
    ids = pl.DataFrame(rows.select(["post_id"])).sort("post_id")
    state["indexed by meaning"] = len(ids)
    state["vectors twice"] = len(ids) - ids["post_id"].n_unique()
    state["vector ids"] = hashlib.sha256(ids.write_csv().encode()).hexdigest()[:16]
    return state


def drill(posts: int, kills: int, seed: int, folder: Path) -> dict[str, Any]:
    dice = random.Random(seed)
    simulated = folder / "simulated"
    run(
        [sys.executable, "-m", "linnet.cli.main", "simulate", str(simulated), "--posts", str(posts), "--json"]
    )
    ingest = ["ingest", str(simulated / "posts.parquet"), "--json"]
    build = ["build", "--recipe", "pico", "--json"]
    calm, fired = folder / "calm", folder / "fired"
    for workspace in (calm, fired):
        run([sys.executable, "-m", "linnet.cli.main", "init", str(workspace), "--json"])
    seconds = {}
    for name, command in (("ingest", ingest), ("build", build)):
        started = time.monotonic()
        run(linnet(calm, *command))
        seconds[name] = time.monotonic() - started
    moments = {
        "ingest": run_under_fire(linnet(fired, *ingest), kills, seconds["ingest"], dice),
        "build": run_under_fire(linnet(fired, *build), kills, seconds["build"] * 0.35, dice),
    }
    again = run(linnet(fired, *ingest))
    return {
        "kills": {name: len(times) for name, times in moments.items()},
        "killed after seconds": moments,
        "undisturbed seconds": {name: round(value, 1) for name, value in seconds.items()},
        "ingest once more": {name: again[name] for name in ("accepted", "updated", "duplicates", "rejected")},
        "calm": state_of(calm),
        "fired": state_of(fired),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=4_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = drill(chosen.posts, chosen.kills, chosen.seed, Path(folder))
    result["equal"] = result["calm"] == result["fired"]
    if chosen.json:
        print(json.dumps(result))
    else:
        print(describe("deltalake", "ai2-olmo-core", "tantivy", "lancedb"))
        print(
            f"{chosen.posts:,} posts; kills: {result['kills']}; after seconds: {result['killed after seconds']}"
        )
        print(f"undisturbed: {result['undisturbed seconds']}; ingest once more: {result['ingest once more']}")
        width = max(len(name) for name in result["calm"])
        for name, calm in result["calm"].items():
            fired = result["fired"][name]
            print(
                f"{name:<{width}}  {calm!s:>18}  {fired!s:>18}  {'equal' if calm == fired else 'DIFFERENT'}"
            )
    sys.exit(0 if result["equal"] else 1)


if __name__ == "__main__":
    main()
