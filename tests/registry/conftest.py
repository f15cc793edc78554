"""One platform after two builds, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from linnet.workspace import Workspace
from tests.registry import platform


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """v0001 was served, v0002 is."""
    folder = tmp_path_factory.mktemp("registry") / "platform"
    workspace = platform.make(folder)
    assert platform.build(workspace, seed=1).outcome == "passed"
    assert platform.build(workspace, seed=2).outcome == "passed"
    return folder


@pytest.fixture
def workspace(template: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(template, tmp_path / "w")
    return Workspace(tmp_path / "w")
