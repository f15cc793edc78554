"""The page about serving names every setting, path and error code."""

from __future__ import annotations

import re
from pathlib import Path

import linnet
from linnet.serving.api.router import create_api
from linnet.serving.engines import SETTINGS
from linnet.serving.engines.canned import CannedModel
from tests.serving.conftest import FakeEmbedder

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")


def test_every_engine_and_setting_is_on_the_page() -> None:
    for engine, settings in SETTINGS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{engine}`"))
        assert [name for name in settings if f"`{name}`" not in row] == []


def test_every_path_and_error_code_is_on_the_page() -> None:
    router = create_api(language_model=CannedModel(), embedder=FakeEmbedder())
    paths = {getattr(route, "path", "") for route in router.routes}
    assert [path for path in paths if path.split("{")[0].rstrip("/") not in PAGE] == []
    package = Path(linnet.__file__).parent / "serving" / "api"
    codes = {code for path in package.glob("*.py") for code in re.findall(r'code="(\w+)"', path.read_text())}
    assert len(codes) >= 6
    assert [code for code in codes if code not in PAGE] == []
