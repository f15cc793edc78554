"""Where the pieces of curation run: in this process, in a few processes (Daft's native runner), or on Ray.

A piece of work is a function at the top of a module and its arguments; it reads files and writes one file,
whole or not at all, so it may run twice and on any machine that sees the workspace. Daft hands the pieces out. A
worker that dies takes only its piece with it: what is not done is handed out again.
"""

from __future__ import annotations

import logging
import os
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from linnet.errors import LinnetError, WrongUse
from linnet.progress import SILENT, Progress
from linnet.workspace import settings_for

RUNNERS = ("native", "ray")
_runner: str | None = None  # what Daft was started with in this process

PARTITIONS_A_CPU = 4
MOST_ATTEMPTS = 4  # times that pieces are handed out again after workers were lost


@dataclass(frozen=True, kw_only=True)
class EngineConfig:
    """The [engine] table of linnet.toml. The result never depends on it."""

    runner: str = "native"  # "native": this machine; "ray": a Ray cluster
    address: str = ""  # of the Ray cluster, as ray.init takes it; empty: one on this machine
    workers: int = 0  # processes, or Ray's CPUs on this machine; 0: one for each core

    def __post_init__(self) -> None:
        if self.runner not in RUNNERS:
            raise WrongUse(f'[engine] runner is "{self.runner}"; it must be one of {", ".join(RUNNERS)}')
        if self.workers < 0:
            raise WrongUse(f"[engine] workers is {self.workers}; it must be 0 or more")

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> EngineConfig:
        try:
            return cls(**settings_for(cls, settings))
        except ValueError as error:
            raise WrongUse(f"[engine] in linnet.toml cannot be used: {error}") from error


@dataclass(frozen=True)
class Task:
    """One piece of work: `function(*arguments)`, importable by name wherever it runs. `size` is for progress."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    size: int = 1


class Engine:
    def __init__(self, config: EngineConfig | None = None) -> None:
        self.config = config or EngineConfig()
        self.worker_cpu_seconds = 0.0  # spent by pieces outside this process

    def map(self, tasks: Sequence[Task], *, progress: Progress = SILENT, processes: bool = True) -> list[Any]:
        """The results in the order of the tasks.

        `processes` says whether the pieces are worth processes of their own. On this machine they else run in this
        one, as a single piece always does; on Ray they else share the process of Ray's worker.
        Raises what a piece raised.
        """
        if self.config.runner == "native" and (len(tasks) < 2 or not processes):
            results = []
            for task in tasks:
                results.append(task.function(*task.arguments))
                progress.advance(task.size)
            return results
        return self._map_with_daft(tasks, progress, processes) if tasks else []

    def _map_with_daft(self, tasks: Sequence[Task], progress: Progress, processes: bool) -> list[Any]:
        self._start()
        done: dict[int, Any] = {}
        for attempt in range(MOST_ATTEMPTS):
            waiting = {number: task for number, task in enumerate(tasks) if number not in done}
            try:
                for number, outcome in self._hand_out(waiting, processes):
                    self.worker_cpu_seconds += outcome.cpu_seconds
                    if outcome.error is not None:
                        raise _PieceFailed(outcome.error)
                    done[number] = outcome.result
                    progress.advance(tasks[number].size)
                break
            except _PieceFailed as failed:  # it would fail again
                raise failed.error from None
            except Exception:  # Daft has no error of its own for a worker that is gone
                if attempt + 1 == MOST_ATTEMPTS:
                    raise
                time.sleep(0.5 * 2**attempt)
        return [done[number] for number in range(len(tasks))]

    def _hand_out(self, tasks: dict[int, Task], processes: bool) -> Iterator[tuple[int, Outcome]]:
        import daft

        run = daft.func(run_packed, return_dtype=daft.DataType.binary(), use_process=processes)
        rows = daft.from_pydict(
            {
                "number": list(tasks),
                "task": [pickle.dumps((task.function, task.arguments)) for task in tasks.values()],
            }
        )
        # Few pieces at a time to a worker, so that a slow one does not hold up many others.
        if self.config.runner == "ray":
            rows = rows.into_partitions(min(len(tasks), PARTITIONS_A_CPU * _ray_cpus()))
        rows = rows.into_batches(1)
        for row in rows.select(rows["number"], run(rows["task"]).alias("outcome")).iter_rows(
            results_buffer_size=None
        ):
            yield row["number"], pickle.loads(row["outcome"])

    def _start(self) -> None:
        """Daft keeps its first runner as long as the process lives."""
        global _runner
        if _runner is None:
            import daft

            if self.config.runner == "ray":
                start_ray(self.config)
                daft.set_runner_ray()
            else:
                daft.set_runner_native(self.config.workers or None)
            _runner = self.config.runner
        if _runner != self.config.runner:
            raise WrongUse(
                f"this process works on the {_runner} runner already; start another for {self.config.runner}"
            )

    def cpu_seconds(self) -> float:
        """Spent so far by this process and by the pieces that ran elsewhere."""
        return time.process_time() + self.worker_cpu_seconds


def _ray_cpus() -> int:
    import ray

    return max(int(ray.cluster_resources().get("CPU", 1)), 1)


def start_ray(config: EngineConfig) -> None:
    """Join the Ray cluster, or start one in this machine that listens to nobody else and reports nothing."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault(
        "RAY_AUTH_MODE", "disabled"
    )  # else its first start writes a token into the home folder
    try:
        import ray
    except ImportError as error:
        raise WrongUse(
            '[engine] runner is "ray", and Ray is not installed: pip install "linnet[ray]"'
        ) from error
    if ray.is_initialized():
        return
    if config.address:
        ray.init(address=config.address, log_to_driver=False)
        return
    ray.init(
        num_cpus=config.workers or os.cpu_count() or 1,
        include_dashboard=False,
        object_store_memory=200_000_000,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )


@dataclass(frozen=True)
class Outcome:
    result: Any
    error: BaseException | None
    cpu_seconds: float


class _PieceFailed(Exception):
    def __init__(self, error: BaseException) -> None:
        self.error = error


def run_packed(packed: bytes) -> bytes:
    """Runs in a worker. What the piece raises travels back as a value, so that a lost worker is told apart from it."""
    started = time.process_time()
    result, error = None, None
    try:
        function, arguments = pickle.loads(packed)
        result = function(*arguments)
    except BaseException as raised:  # Polars' panics are no Exception
        error = raised if isinstance(raised, LinnetError | OSError) else RuntimeError(repr(raised))
    return pickle.dumps(Outcome(result, error, time.process_time() - started))
