"""kill -9 at random moments; afterwards the index equals the store."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from linnet.retrieval.index import IndexConfig, sync_lexical, sync_vectors
from linnet.retrieval.lexical import LexicalIndex, LexicalWriter
from linnet.retrieval.query import parse_query
from tests.retrieval.fakes import MemoryFeed, WordEmbedder, post
from tests.retrieval.test_index import assert_equal_to_store

CONFIG = IndexConfig(max_embedded=200, batch_rows=10, commit_rows=40, lexical_threads=1)
ROUNDS = 4


def store(round_number: int) -> MemoryFeed:
    """The store as it stands in a round: it goes on changing between the kills."""
    feed = MemoryFeed([post(f"p{i}", f"text number {i}", f"a{i % 5}", i) for i in range(400)], batch_rows=50)
    for n in range(round_number):
        feed.remove(*(f"p{i}" for i in range(n * 7, n * 7 + 5)))
        feed.put(*(post(f"q{n}-{i}", f"new {n} {i}", f"a{i % 5}", 500 + n) for i in range(20)))
        feed.put(*(post(f"p{i}", f"edited {n} {i}", f"a{i % 5}", i) for i in range(200 + n, 205 + n)))
    return feed


class LoggingEmbedder(WordEmbedder):
    """Slow enough to be killed in the middle; notes what it was given."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.log = log

    def embed(self, texts):
        time.sleep(0.01)
        with self.log.open("a") as file:
            file.write(json.dumps(list(texts)) + "\n")
        return super().embed(texts)


def child(out: str, log: str, round_number: int) -> None:
    feed, embedder = store(round_number), LoggingEmbedder(Path(log))
    sync_vectors(MemoryFeed(), Path(out) / "warm-up", embedder)  # imports
    print("ready", flush=True)
    while True:
        sync_lexical(feed, Path(out), config=CONFIG)
        if sync_vectors(feed, Path(out), embedder, config=CONFIG).backlog == 0:
            break
    time.sleep(5)


def many_segments(out: str) -> None:
    """Leaves an index that will merge its segments at the next opening, and dies before it can do so now."""
    writer = LexicalWriter(Path(out), heap_bytes=30_000_000, threads=1)
    for n in range(8):
        writer.upsert([post(f"{n}-{i}", f"text {n} {i}").to_row() for i in range(5)])
        if n == 7:
            writer.remove(["0-4"])
        writer.commit(n + 1)
    os.kill(os.getpid(), signal.SIGKILL)


def run_child(code: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", f"from tests.retrieval import test_index_kills as t; t.{code}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True, cwd=root)


def test_the_first_deletion_after_a_kill_is_not_lost(tmp_path: Path) -> None:
    for attempt in range(3):  # a merge that starts at opening races with the deletion
        out = tmp_path / str(attempt)
        with run_child(f"many_segments({str(out)!r})") as process:
            pass
        assert process.returncode == -signal.SIGKILL
        writer = LexicalWriter(out, heap_bytes=30_000_000, threads=1)
        writer.remove(["0-0"])
        writer.upsert([post("new", "text").to_row()])
        writer.commit(10)
        writer.close()
        snapshot = LexicalIndex(out).snapshot()
        assert snapshot is not None
        left = {one.post_id for one in snapshot.search(parse_query(""), limit=100, reader=None)}
        assert "new" in left and not left & {"0-0", "0-4"} and len(left) == 39


def test_kill_at_any_moment(tmp_path: Path) -> None:
    random_source = random.Random(11)
    log, out = tmp_path / "embedded.jsonl", tmp_path / "index"
    for round_number in range(ROUNDS):
        with run_child(f"child({str(out)!r}, {str(log)!r}, {round_number})") as process:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
            time.sleep(random_source.uniform(0.02, 0.6))
            process.kill()
    feed, embedder = store(ROUNDS), LoggingEmbedder(log)
    sync_lexical(feed, out, config=CONFIG)
    while sync_vectors(feed, out, embedder, config=CONFIG).backlog:
        pass
    assert_equal_to_store(out, feed, embedder)
    counts = Counter(text for line in log.read_text().splitlines() for text in json.loads(line))
    again = sum(count - 1 for count in counts.values())
    assert again <= ROUNDS * CONFIG.batch_rows  # only a batch that was killed before its commit
