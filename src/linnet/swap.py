"""A folder is made in `<folder>.next` and takes the old one's place whole."""

from __future__ import annotations

import shutil
from pathlib import Path

from linnet.lineage import MANIFEST_FILE


def next_folder(out: Path) -> Path:
    return out.with_name(out.name + ".next")


def _old_folder(out: Path) -> Path:
    return out.with_name(out.name + ".old")


def swap_in(out: Path) -> None:
    """Put `<out>.next`, which is whole, in the place of `out`."""
    old = _old_folder(out)
    if out.exists():
        out.rename(old)
    next_folder(out).rename(out)
    shutil.rmtree(old, ignore_errors=True)


def recover(out: Path) -> None:
    """Finish or undo a swap that a crash interrupted."""
    old, work = _old_folder(out), next_folder(out)
    if (work / MANIFEST_FILE).exists():
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
        swap_in(out)
    elif not out.exists() and old.exists():
        old.rename(out)
    shutil.rmtree(old, ignore_errors=True)
