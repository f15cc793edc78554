"""The page of a training run in a real browser: its charts, live, at both widths, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_console import LOW_CONTRAST

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_run(fake_console_url: str, open_page: Open, width: int, scheme: str) -> None:
    page = open_page(fake_console_url + "/training", width=width, color_scheme=scheme)
    page.wait_for_selector(".run-charts .chart svg")
    page.wait_for_function("document.querySelectorAll('.chart svg').length === 5")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(LOW_CONTRAST) == []
    left = page.inner_text(".run-left")
    page.wait_for_function("before => document.querySelector('.run-left') !== before",
                           arg=page.query_selector(".run-left"), timeout=20_000)  # fmt: skip
    assert page.inner_text(".run-left") == left  # drawn anew; the fake run stands still
    page.get_by_role("link", name="The base model in use").click()
    page.wait_for_url("**/training?run=base")
    page.wait_for_selector("[aria-labelledby=loss-title] .chart svg")
    page.get_by_role("link", name="Logarithmic").click()
    page.wait_for_url("**/training?run=base&scale=log")
    assert "finished" in page.inner_text(".run")
    page.locator(".run-table summary").click()
    assert page.locator(".run-table tbody tr").count() == 24
