"""docs/posts.md names tests: they exist."""

from __future__ import annotations

import re
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SHORT = re.compile(r"`([A-Z])/` is\s+`(tests/[\w/]+\.py)`")
NAMED = re.compile(r"`(?:([A-Z])/|(tests/[\w/]+\.py)(?:::|`))(test_\w+)?(\.\.\.)?")


def test_every_test_that_the_page_names_exists() -> None:
    page = (REPO / "docs" / "posts.md").read_text(encoding="utf-8")
    files = dict(SHORT.findall(page))
    rows = [
        line
        for line in page.splitlines()
        if line.startswith("|") and not line.startswith(("| input", "| ---"))
    ]
    assert len(rows) > 40 and len(files) == 6
    for row in rows:
        found = NAMED.findall(row.split("|")[-2])
        assert found, row
        for letter, path, name, cut in found:
            tests = (REPO / (path or files[letter])).read_text(encoding="utf-8")
            assert not name or f"def {name}" + ("" if cut else "(") in tests, (
                f"{path or files[letter]}: {name}"
            )
