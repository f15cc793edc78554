"""A short kill -9 drill; benchmarks/kill_drill.py runs the long one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

DRILL = Path(__file__).resolve().parents[2] / "benchmarks" / "kill_drill.py"


def test_what_stands_after_kills_equals_an_undisturbed_run():
    done = subprocess.run(
        [sys.executable, str(DRILL), "--posts", "800", "--kills", "2", "--seed", "5", "--json"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    assert result["calm"] == result["fired"]
    assert result["calm"]["posts"] == 800
    assert result["calm"]["posts twice"] == result["calm"]["vectors twice"] == 0
    assert result["ingest once more"] == {"accepted": 0, "updated": 0, "duplicates": 800, "rejected": 0}
    assert result["kills"]["build"] == 2
