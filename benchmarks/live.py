"""Kill -9 at random moments of `linnet listen`, while events come at a given rate; then the store is compared.

    python benchmarks/live.py --rate 2000 --seconds 300 --kills 50

A Jetstream server of our own, in its own process, sends creates (about 90 in 100), deletions of recent posts, edits,
duplicates, account events and consent. Whoever listens is killed and started again `--kills` times. At the end the
store must hold exactly what the events say. Every deletion is timed from its sending to the moment the store's
gate says no.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe

TICK_SECONDS = 0.02
WORDS = [
    "the",
    "a",
    "rain",
    "train",
    "bird",
    "signal",
    "garden",
    "market",
    "photo",
    "light",
    "water",
    "night",
    "coffee",
    "music",
    "north",
    "river",
]


def uri(did: str, key: str) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


# --- the server's process --------------------------------------------------------------------------------------


def serve(log_path: Path, rate: float, seconds: float, seed: int, ready: Any, start: Any, over: Any) -> None:
    """Send events at `rate` for `seconds`; each stands in the log with the moment of its sending."""
    from linnet.simulator.jetstream_server import JetstreamServer

    events = Events(seed)
    with JetstreamServer() as server, log_path.open("w", encoding="utf-8") as log:
        ready.put(server.url)
        start.wait()
        began, sent = time.monotonic(), 0
        while (spent := time.monotonic() - began) < seconds:
            due = round(rate * spent) - sent
            if due:
                made = [events.next() for _ in range(due)]
                times = server.emit_many(event for event, _ in made)
                for (_, line), time_us in zip(made, times, strict=True):
                    log.write(json.dumps([time_us, *line]) + "\n")
                log.flush()
                sent += due
            time.sleep(TICK_SECONDS)
        log.write("[0]\n")
        log.flush()
        over.wait()


class Events:
    """What happens on the platform, and how the truth notes it: [kind, id, text]."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._recent: list[tuple[str, str, dict[str, Any]]] = []
        self._closed: set[str] = set()  # accounts that are deleted: nothing comes from them any more
        self._number = 0

    def next(self) -> tuple[dict[str, Any], list[Any]]:
        from linnet.simulator.jetstream_server import account_event, post_event

        dice = self._dice
        what = dice.random()
        if not self._recent or what < 0.90:
            self._number += 1
            did, key = self._account(), f"3k{self._number:011d}"
            text = f"{' '.join(dice.choices(WORDS, k=12))} {self._number}"
            event = post_event(did, key, text, langs=["en"])
            self._recent.append((did, key, event))
            del self._recent[:-20_000]
            return event, ["create", uri(did, key), text]
        place = dice.randrange(len(self._recent))
        did, key, event = self._recent[place]
        if what < 0.95:
            self._recent.pop(place)
            return post_event(did, key, "", operation="delete"), ["delete", uri(did, key)]
        if what < 0.97:
            text = f"edited {' '.join(dice.choices(WORDS, k=12))} {dice.random()}"
            self._recent[place] = (did, key, post_event(did, key, text, langs=["en"]))
            return post_event(did, key, text, operation="update", langs=["en"]), ["edit", uri(did, key), text]
        if what < 0.98:
            return event, ["again", uri(did, key), event["commit"]["record"]["text"]]
        if what < 0.9895:
            away = dice.random() < 0.5
            status = "deactivated" if away else None
            return account_event(did, active=not away, status=status), ["account", did]
        if what < 0.99:
            self._closed.add(did)
            self._recent = [one for one in self._recent if one[0] != did]
            return account_event(did, active=False, status="deleted"), ["account deleted", did]
        stated = {"preferences": {"training": {"allow": dice.random() < 0.5}}}
        preference = post_event(did, "self", "", collection="community.lexicon.preference.ai", **stated)
        return preference, ["consent", did]

    def _account(self) -> str:
        while (did := f"did:plc:{self._dice.randrange(20_000):024d}") in self._closed:
            pass
        return did


# --- the truth -------------------------------------------------------------------------------------------------


@dataclass
class Truth:
    """What must stand, from the log of what was sent."""

    path: Path
    lines: list[list[Any]] = field(default_factory=list)
    finished: bool = False
    _read: int = 0

    def catch_up(self) -> list[list[Any]]:
        """The lines that were written since the last look."""
        with self.path.open("rb") as log:
            log.seek(self._read)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        new = [json.loads(line) for line in whole.splitlines()]
        self.finished = self.finished or any(line == [0] for line in new)
        new = [line for line in new if line != [0]]
        self.lines += new
        return new

    def standing(self, until_us: int | None = None) -> tuple[dict[str, str], set[str]]:
        """(posts that stand, posts that are gone) after the events up to `until_us`."""
        posts: dict[str, str] = {}
        gone: set[str] = set()
        for time_us, kind, what, *text in self.lines:
            if until_us is not None and time_us > until_us:
                break
            if kind in ("create", "edit"):
                if what not in gone:
                    posts[what] = text[0]
            elif kind == "delete":
                gone.add(what)
                posts.pop(what, None)
            elif kind == "account deleted":
                theirs = [one for one in posts if one.startswith(f"at://{what}/")]
                gone.update(theirs)
                for one in theirs:
                    del posts[one]
        return posts, gone


# --- under fire ------------------------------------------------------------------------------------------------


class Watch(threading.Thread):
    """Times each deletion from its sending until the gate hides the post."""

    def __init__(self, workspace: Path, truth: Truth) -> None:
        super().__init__(daemon=True)
        self.workspace, self.truth = workspace, truth
        self.seen: list[tuple[float, float]] = []  # sent, invisible
        self.outstanding: dict[str, float] = {}
        self.lags: list[float] = []
        self.end = False

    def run(self) -> None:
        from linnet.posts.live.cursors import CursorBook
        from linnet.posts.store import PostStore
        from linnet.protocols import Candidate
        from linnet.workspace import Workspace

        store = PostStore(Workspace(self.workspace))
        cursors = CursorBook(store.state)
        while not self.end:
            for time_us, kind, what, *_ in self.truth.catch_up():
                if kind == "delete":
                    self.outstanding[what] = time_us / 1e6
            asked = [
                Candidate(post_id=one, author_id=one.split("/")[2], visibility="public")
                for one in self.outstanding
            ]
            if asked:
                shown = store.visible(asked, purpose="moderate", reader=None, index_seq=2**60)
                now = time.time()
                for one in set(self.outstanding) - shown:
                    self.seen.append((self.outstanding.pop(one), now))
            self.lags += [row["lag_seconds"] for row in cursors.all()]
            time.sleep(0.05)


class Listener:
    """`linnet listen` as a process; sums up the CPU time of all its lives."""

    def __init__(self, workspace: Path, url: str) -> None:
        self.command = [
            sys.executable, "-m", "linnet.cli.main", "--workspace", str(workspace), "listen", url, "--no-index",
            "--json",
        ]  # fmt: skip
        self.cpu_seconds = 0.0

    def start(self, *more: str) -> None:
        self.process = subprocess.Popen(
            [*self.command, *more], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def kill(self) -> None:
        import psutil

        times = psutil.Process(self.process.pid).cpu_times()
        self.cpu_seconds += times.user + times.system
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def cursor_of(workspace: Path, url: str) -> tuple[int, str]:
    """(acknowledged up to, when)."""
    from linnet.posts.live.cursors import CursorBook
    from linnet.state import State
    from linnet.workspace import Workspace

    rows = [row for row in CursorBook(State(Workspace(workspace))).all() if row["url"] == url]
    return (int(rows[0]["cursor"]), rows[0]["updated_at"]) if rows else (0, "")


def raw_rows(workspace: Path) -> list[tuple[str, str]]:
    """Every readable row, so that one that stands twice is seen twice."""
    from linnet.posts.store import PostStore
    from linnet.workspace import Workspace

    rows = PostStore(Workspace(workspace)).read(purpose="moderate", columns=["post_id", "text"])
    return list(rows.iter_rows())


def drill(rate: float, seconds: float, kills: int, seed: int, folder: Path) -> dict[str, Any]:
    from linnet.workspace import init_workspace

    workspace = init_workspace(folder / "w").root
    context = multiprocessing.get_context("spawn")
    ready, start, over = context.Queue(), context.Event(), context.Event()
    log = folder / "sent.jsonl"
    sender = context.Process(target=serve, args=(log, rate, seconds, seed, ready, start, over))
    sender.start()
    url = ready.get(timeout=60)
    truth, dice = Truth(log), random.Random(seed)
    watch, listener = Watch(workspace, truth), Listener(workspace, url + "?cursor=1")
    listener.start()
    start.set()
    began = time.time()
    watch.start()
    moments = sorted(dice.uniform(1.0, seconds - 1.0) for _ in range(kills))
    down: list[tuple[float, float]] = []  # killed, committed again
    missing_acknowledged = 0
    try:
        for number, moment in enumerate(moments):
            time.sleep(max(began + moment - time.time(), 0.0))
            listener.kill()
            killed = time.time()
            cursor, before = cursor_of(workspace, url)
            listener.start()
            if number % 5 == 0:  # what was acknowledged must be there, whatever was read after it
                missing_acknowledged += _missing(workspace, truth, cursor)
            while cursor_of(workspace, url)[1] == before and time.time() < killed + 30:
                time.sleep(0.05)
            down.append((killed, time.time()))
        while not truth.finished:
            time.sleep(0.1)
        newest = truth.lines[-1][0]
        sent_seconds = (newest - truth.lines[0][0]) / 1e6  # their times are when the server sent them
        while cursor_of(workspace, url)[0] < newest and time.time() < began + seconds + 120:
            time.sleep(0.05)
        caught_up = time.time() - began
        os.killpg(listener.process.pid, signal.SIGTERM)
        report = json.loads(listener.process.communicate(timeout=60)[0])
        time.sleep(0.5)
        watch.end = True
        watch.join()
    finally:
        over.set()
        if listener.process.poll() is None:
            listener.kill()
        sender.join(10)
        if sender.is_alive():
            sender.kill()
    rows = raw_rows(workspace)
    expected, gone = truth.standing()
    found = dict(rows)
    in_restart = [b - a for a, b in watch.seen if any(a < up and b > killed for killed, up in down)]
    while_up = [b - a for a, b in watch.seen if not any(a < up and b > killed for killed, up in down)]
    return {
        "events": len(truth.lines),
        "sent per second": round(len(truth.lines) / sent_seconds),
        "committed per second": round(len(truth.lines) / caught_up),
        "kills": len(down),
        "down seconds, median": _share([b - a for a, b in down], 0.5),
        "posts": len(rows),
        "twice": len(rows) - len(found),
        "missing": len(expected.keys() - found.keys()),
        "too many": len(found.keys() - expected.keys()),
        "deleted and still there": len(gone & found.keys()),
        "other text": sum(found[one] != text for one, text in expected.items() if one in found),
        "acknowledged and missing after a kill": missing_acknowledged,
        "deletions": len(watch.seen) + len(watch.outstanding),
        "deletions never seen": len(watch.outstanding),
        "delete to invisible, listener up": _shares(while_up),
        "delete to invisible, over a restart": _shares(in_restart),
        "lag seconds p50": _share(watch.lags, 0.5),
        "lag seconds p95": _share(watch.lags, 0.95),
        "cpu seconds": round(listener.cpu_seconds + report["cpu_seconds"], 1),
        "wall seconds": round(caught_up, 1),
        "last run": {
            name: report[name] for name in ("events", "accepted", "updated", "duplicates", "rejected")
        },
    }


def _missing(workspace: Path, truth: Truth, cursor: int) -> int:
    """Posts acknowledged at `cursor` that are neither there nor taken away by a later event."""
    acknowledged, _ = truth.standing(cursor)
    found = dict(raw_rows(workspace))
    _, gone = truth.standing()
    return len(acknowledged.keys() - found.keys() - gone)


def _share(values: list[float], share: float) -> float | None:
    return round(sorted(values)[int(share * (len(values) - 1))], 2) if values else None


def _shares(values: list[float]) -> dict[str, Any]:
    return {
        "n": len(values), "p50": _share(values, 0.5), "p95": _share(values, 0.95), "max": _share(values, 1.0),
    }  # fmt: skip


FAULTS = (
    "twice", "missing", "too many", "deleted and still there", "other text", "deletions never seen",
    "acknowledged and missing after a kill",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=float, default=2_000, help="events per second")
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = drill(chosen.rate, chosen.seconds, chosen.kills, chosen.seed, Path(folder))
    result["sound"] = not any(result[name] for name in FAULTS)
    if chosen.json:
        print(json.dumps(result))
    else:
        print(describe("websockets", "deltalake", "polars"))
        width = max(map(len, result))
        for name, value in result.items():
            print(f"{name:<{width}}  {value}")
    sys.exit(0 if result["sound"] else 1)


if __name__ == "__main__":
    main()
