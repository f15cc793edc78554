"""A headless Chromium on the service of a real workspace: search, ask, a post and its life."""

from __future__ import annotations

import urllib.parse

import pytest

pytestmark = pytest.mark.browser


def test_from_a_search_to_a_posts_life(service_url, open_page):
    page = open_page(service_url)
    assert "up to date" in page.inner_text("#content")
    page.get_by_role("searchbox").fill("bus lang:en")
    page.keyboard.press("Enter")
    page.wait_for_selector(".results article")
    assert "bus" in page.inner_text(".results").lower()
    page.locator("a.when").first.click()
    page.wait_for_selector(".timeline")
    steps = " ".join(page.locator(".timeline .step-head").all_inner_texts())
    assert "Ingested" in steps and "Consent" in steps


def test_an_answer_with_its_sources(service_url, built, open_page):
    questions = [row["question"] for row in built.questions() if row["post_ids"]]
    question = next(text for text in questions if not built.platform.ask(text)["abstained"])
    page = open_page(f"{service_url}/ask?" + urllib.parse.urlencode({"q": question}))
    page.wait_for_selector(".answer")
    chip = page.get_by_role("button", name="Source 1").first
    chip.click()
    assert page.locator(".source:visible mark").first.inner_text().strip()
    assert "Quoted from posts, word for word" in page.inner_text(".answer")


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_real_posts_do_not_scroll_sideways(service_url, open_page, width):
    for address in ("/", "/search?q=lang:ja", "/search?q=tram"):
        page = open_page(service_url + address, width=width)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
