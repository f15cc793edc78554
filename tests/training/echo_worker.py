"""A worker for tests: does what the job says without any training."""

from __future__ import annotations

import errno
import time
from typing import Any

from linnet import errors
from linnet.training.worker import WorkerChannel, worker_main


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    print("library chatter")
    channel.start("Working", 2, "steps")
    channel.advance(1, "loss 1.00")
    channel.advance(1, "loss 0.50")
    channel.finish()
    time.sleep(job.get("sleep", 0))
    if job.get("fail") == "NotReady":
        raise errors.NotReady("ingest first")
    if job.get("fail") == "full disk":
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise RuntimeError("a shard of the checkpoint could not be written") from error
    if job.get("fail") == "crash":
        raise ZeroDivisionError
    return {"answer": job.get("answer")}


if __name__ == "__main__":
    worker_main(work)
