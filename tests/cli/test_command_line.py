"""The command line as people and scripts meet it."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

COMMAND = [sys.executable, "-m", "linnet.cli.main"]


def linnet(*arguments, cwd=None):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, cwd=cwd
    )


def test_help_is_quick():
    """Under half a second of CPU time; the best of three, since the machine may be busy."""
    import resource

    best = 9.0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert linnet("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert best < 0.5


def test_no_heavy_library_is_imported_for_help():
    code = "import sys, linnet.cli.main; print([m for m in ('torch', 'polars', 'deltalake', 'fastapi', 'sqlalchemy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_init_ingest_status(tmp_path):
    workspace = tmp_path / "w"
    assert linnet("init", workspace).returncode == 0
    posts = tmp_path / "posts.csv"
    posts.write_text("who,said,at\nada,the ferry runs again,2026-03-01T12:00:00Z\nada,,2026-03-01\n")
    done = linnet(
        "--workspace", workspace, "ingest", posts, "--map", "author=who,text=said,created_at=at", "--json"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [report[key] for key in ("accepted", "updated", "duplicates", "rejected")] == [1, 0, 0, 1]
    assert report["seconds"] >= 0
    aside = json.loads(linnet("--workspace", workspace, "quarantine", "--json").stdout)
    assert aside["total"] == 1 and aside["rows"][0]["reason"]
    status = json.loads(linnet("--workspace", workspace, "status", "--json").stdout)
    assert (status["posts"], status["authors"], status["quarantined"]) == (1, 1, 1)
    assert {stage["state"] for stage in status["stages"]} == {"missing"}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--workspace", "nowhere", "status"), 2, "linnet init"),
        (("status",), 2, "no linnet.toml here or above"),
        (("--workspace", "w", "ingest", "missing.csv"), 1, "missing.csv"),
        (
            (
                "--workspace",
                "w",
                "ingest",
                "missing.csv",
                "posts.csv",
                "--map",
                "author=who,text=said,created_at=at",
            ),
            1,
            "missing.csv",
        ),
        (("--workspace", "w", "ingest", "posts.csv", "--map", "text=nothing"), 2, "nothing"),
        (("--workspace", "w", "ingest", "posts.csv", "--map", "colour=said"), 2, "colour"),
        (("--workspace", "w", "build", "--recipe", "giant"), 2, "nano"),
        (("--workspace", "w", "build", "--recipe", "pico"), 1, "no post may be trained on"),
        (("--workspace", "w", "trace", "unknown"), 1, "unknown"),
        (("--workspace", "w", "search", "x", "--limit", "0"), 2, "limit"),
        (("--workspace", "w", "search", "since:yesterdayish"), 1, "yesterdayish"),
        (
            ("--workspace", "w", "consent", "set", "--author", "a", "--purpose", "fun", "--state", "deny"),
            2,
            "fun",
        ),
        (("--workspace", "w", "serve", "--host", "0.0.0.0"), 2, "loopback"),
        (("no-such-command",), 2, "no-such-command"),
    ],
)
def test_wrong_use_is_one_clear_line(tmp_path, arguments, code, says):
    linnet("init", tmp_path / "w")
    (tmp_path / "posts.csv").write_text("who,said\nada,hello there\n")
    done = linnet(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "" or json.loads(done.stdout)


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(tmp_path):
    """On a small file system of its own; needs the right to mount one."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a file system")
    try:
        import polars as pl

        posts = tmp_path / "few.parquet"
        few = pl.DataFrame(
            {"author_id": ["a"] * 50, "text": [f"the first post number {i}" for i in range(50)]}
        )
        few.with_columns(pl.lit("2026-03-01T12:00:00Z").alias("created_at")).write_parquet(posts)
        import hashlib

        many = tmp_path / "many.parquet"
        noise = [hashlib.sha512(str(i).encode()).hexdigest() * 2 for i in range(40_000)]
        pl.DataFrame({"author_id": ["b"] * len(noise), "text": noise}).with_columns(
            pl.lit("2026-03-01T12:00:00Z").alias("created_at")
        ).write_parquet(many)
        assert linnet("init", small / "w").returncode == 0
        assert (
            json.loads(linnet("--workspace", small / "w", "ingest", posts, "--json").stdout)["accepted"] == 50
        )
        full = linnet("--workspace", small / "w", "ingest", many, "--json")
        assert full.returncode == 1
        assert "full" in full.stderr and "Traceback" not in full.stderr
        again = json.loads(linnet("--workspace", small / "w", "ingest", posts, "--json").stdout)
        assert (again["accepted"], again["duplicates"]) == (0, 50)
    finally:
        for _ in range(5):
            if subprocess.run(["umount", str(small)], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.5)


def test_what_nobody_expected_is_one_line_too(tmp_path):
    assert linnet("init", tmp_path).returncode == 0
    (tmp_path / "state.sqlite").write_text("this is no database" * 100)
    failed = linnet("-w", tmp_path, "status", "--json")
    assert failed.returncode == 1 and failed.stdout == ""
    (line,) = failed.stderr.splitlines()
    assert line.startswith("linnet: ")
