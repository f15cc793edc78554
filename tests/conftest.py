"""Tests run offline: no model hub, no browser of their own download."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data for development; it is no part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data for development is not beside the project (../shared/data)")
    return SHARED_DATA
