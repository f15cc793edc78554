"""One simulated platform, built once with the pico recipe through the command line, and served."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from linnet.wiring import Platform
from linnet.workspace import Workspace

COMMAND = [sys.executable, "-m", "linnet.cli.main"]
NUM_POSTS = 1_500


@dataclass
class Built:
    """A built workspace and what its commands printed."""

    root: Path
    simulated: Path
    ingested: dict[str, Any]
    build: dict[str, Any]

    def linnet(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [*COMMAND, "--workspace", str(self.root), *arguments, "--json"],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @cached_property
    def platform(self) -> Platform:
        """The same, in this process: what the command line and the service call."""
        return Platform(Workspace(self.root))

    def questions(self) -> list[dict[str, Any]]:
        lines = (self.simulated / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


def run_json(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [*COMMAND, *arguments, "--json"], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    folder = tmp_path_factory.mktemp("platform")
    simulated, root = folder / "simulated", folder / "w"
    run_json("simulate", str(simulated), "--posts", str(NUM_POSTS), "--seed", "3")
    run_json("init", str(root))
    ingested = run_json("--workspace", str(root), "ingest", str(simulated / "posts.parquet"))
    build = run_json("--workspace", str(root), "build", "--recipe", "pico")
    return Built(root, simulated, ingested, build)


@pytest.fixture
def copy_of(built, tmp_path) -> Built:
    """A copy that a test may change."""
    shutil.copytree(built.root, tmp_path / "w")
    return Built(tmp_path / "w", built.simulated, built.ingested, built.build)


@pytest.fixture(scope="session")
def service_url(built):
    """`linnet serve` on a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*COMMAND, "--workspace", str(built.root), "serve", "--port", str(port), "--no-embed"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                assert answer.status == 200
                break
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise AssertionError(
                    process.stderr.read() if process.stderr else "the service did not start"
                ) from None
            time.sleep(0.3)
    yield url
    process.terminate()
    process.wait(timeout=30)
