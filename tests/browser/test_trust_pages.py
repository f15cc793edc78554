"""The pages that make the platform's AI accountable, in a real browser: provenance, corpus, consent, erasure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linnet.console.links import ask_url, dropped_url, erasure_url, provenance_url
from tests.browser.test_console import LOW_CONTRAST
from tests.console.fake_platform import ANSWER, BUS

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
HOSTILE_WORDS = "<script>document.title='owned'</script>"
PAGES = [
    provenance_url(f"{ANSWER} {HOSTILE_WORDS}"),
    dropped_url(),
    "/consent?author=did:plc:ada",
    erasure_url(author_id="did:plc:ada"),
]


def test_the_menu_leads_to_all_five(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + "/search", width=390)
    menu = page.locator("[data-menu]")
    links = menu.get_by_role("link")
    assert links.count() == 0  # hidden until it is opened
    menu.locator("summary").click()
    assert links.all_inner_texts() == [
        "Where words come from",
        "What was left out",
        "Training",
        "Consent",
        "Erasure",
    ]
    page.keyboard.press("Escape")
    assert links.count() == 0
    menu.locator("summary").click()
    page.get_by_role("link", name="Consent").click()
    page.wait_for_url("**/consent")
    page.wait_for_selector("#coverage-title")
    assert page.locator(".nav-group summary").get_attribute("aria-current") == "true"


def test_consent(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + "/consent")
    page.wait_for_selector(".chart svg")
    assert "97,300 (75.8%)" in page.inner_text("[aria-labelledby=purposes-title]")
    assert "Denied: the source reserves training" in page.inner_text(".legend")
    page.get_by_label("Author’s id").fill("did:plc:ada")
    page.keyboard.press("Enter")
    page.wait_for_url("**/consent?author=*")
    page.wait_for_selector(".where table")
    where = page.inner_text(".where")
    assert "41 posts by did:plc:ada are here." in where
    assert "in 18 documents" in where and "Search index – words" in where
    page.get_by_role("link", name="Erase this author’s posts…").click()
    page.wait_for_selector(".confirm")
    assert page.get_by_label("Author’s id").input_value() == "did:plc:ada"


def test_nothing_is_erased_without_the_confirmation(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + erasure_url(author_id="a.b+c-d{1}"))
    page.wait_for_selector(".request")
    before = page.locator(".request").count()
    erase = page.get_by_role("button", name="Erase for good")
    for typed in ("", "a.b+c-d{2}", "axb+c-d{1}"):
        page.locator("[name=again]").fill(typed)
        erase.click()
        assert page.evaluate("document.querySelector('[name=again]').validity.valid") is False
    # A browser that lets the form through all the same meets the server's own check.
    page.evaluate("document.querySelector('.confirm').noValidate = true")
    erase.click()
    page.wait_for_selector("text=Nothing was erased")
    assert page.locator(".request").count() == before
    page.evaluate("document.querySelector('.confirm').noValidate = false")
    page.locator("[name=again]").fill("a.b+c-d{1}")
    erase.click()
    page.wait_for_selector("text=Erasing; this may take some minutes")
    page.wait_for_selector("#done-title")
    page.wait_for_function("count => document.querySelectorAll('.request').length === count + 1", arg=before)
    assert page.locator(".confirm").count() == 0
    assert "the base model saw 3 of these posts" in page.inner_text("[aria-labelledby=done-title]")


def test_several_posts_are_confirmed_by_their_number(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + "/erasure")
    page.wait_for_selector(".request")
    assert page.locator(".confirm").count() == 0
    page.get_by_label("Or the ids of posts, one a line").fill(f"{BUS}\n\n  never \n{BUS}")
    page.get_by_role("button", name="Show what will happen").click()
    page.wait_for_selector(".confirm")
    assert "2 posts will be erased:" in page.inner_text(".what")
    page.locator("[name=again]").fill("2")
    page.get_by_role("button", name="Erase for good").click()
    page.wait_for_selector("[role=alert]")
    assert "no post has the id never" in page.get_by_role("alert").inner_text()


def test_a_receipt_comes_as_a_file(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + "/erasure")
    page.wait_for_selector(".request")
    request = page.locator(".request", has_text="b71c")
    assert "receipt valid" in request.inner_text()
    assert "receipt not valid" in page.locator(".request", has_text="a90f").inner_text()
    with page.expect_download() as download:
        request.get_by_role("link", name="Download the receipt").click()
    assert download.value.suggested_filename == "b71c.json"


def test_what_was_left_out(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + dropped_url())
    page.wait_for_selector(".chart svg")
    assert page.locator(".table tbody tr").count() == 4
    page.get_by_role("link", name="Near copies 2,911").click()
    page.wait_for_url("**/corpus?reason=near_duplicate*")
    page.wait_for_selector(".table")
    assert page.locator(".table tbody tr").count() == 2
    assert page.locator(".choices [aria-current]").inner_text().split("\n")[0] == "Near copies"
    page.get_by_role("link", name="this post").first.click()
    page.wait_for_selector(".timeline")
    page.goto(fake_console_url + dropped_url("unready"))
    page.wait_for_selector("[role=alert]")
    assert "linnet curate" in page.locator(".command code").inner_text()


def test_words_lead_to_their_posts(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + ask_url("until when"))
    page.get_by_role("link", name="Where do these words come from?").click()
    page.wait_for_selector(".spans-text")
    assert page.get_by_label("The text").input_value().startswith(ANSWER)
    # Pieces and numbers aside, the text is whole, and overlaps are marked as such.
    shown = page.evaluate(
        "[...document.querySelectorAll('.spans-text > :not(.cite)')].map((e) => e.textContent).join('')"
    )
    assert shown.startswith(ANSWER)
    assert page.locator(".found-twice").first.inner_text() == "line 7 now runs until 2 am on weekends."
    line = "getComputedStyle(document.querySelector('.found')).textDecorationLine"
    assert page.evaluate(line) == "underline"
    page.get_by_role("link", name="Passage 1: go to its posts").click()
    first = page.locator("#span-1")
    assert "3 occurrences" in first.inner_text()
    assert first.locator("article").count() == 1  # the other one may no longer be shown
    assert first.locator("mark").inner_text() == "The night bus on line 7 now runs until 2 am on weekends."
    assert "may be shown to everyone now" in page.locator("#span-4").inner_text()
    page.goto(fake_console_url + provenance_url("unready"))
    page.wait_for_selector(".command")
    assert "linnet build" in page.locator(".command code").inner_text()


@pytest.mark.parametrize("address", [PAGES[0], PAGES[1], "/consent?author=" + HOSTILE_WORDS])
def test_hostile_text_stays_text(fake_console_url: str, open_page: Open, address: str) -> None:
    page = open_page(fake_console_url + address)
    page.wait_for_selector(".spans-text, .post-text, .where p")
    assert HOSTILE_WORDS in page.inner_text("main")
    assert "owned" not in page.title()
    assert page.locator("main :is(script, img, iframe, object)").count() == 0


@pytest.mark.parametrize("address", PAGES)
def test_narrow_screens_and_contrast(fake_console_url: str, open_page: Open, address: str) -> None:
    page = open_page(fake_console_url + address, locale="fr-FR", width=320)
    page.wait_for_selector(".spans-text, .table, .confirm")
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.locator("[data-menu] summary").click()
    for width in (320, 390, 700, 900, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function("width => innerWidth === width", arg=width)
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
    for color_scheme in ("light", "dark"):
        page.emulate_media(color_scheme=color_scheme)
        assert page.evaluate(LOW_CONTRAST) == [], color_scheme


def test_french(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + PAGES[3], locale="fr-FR")
    page.wait_for_selector(".request")
    body = page.inner_text("main")
    assert "Ce qui va se passer" in body and "Effacements jusqu’ici" in body and "reçu valide" in body
    assert "41 messages de cet auteur sont ici en ce moment." in body


def test_charts_take_the_colours_of_the_theme(fake_console_url: str, open_page: Open) -> None:
    page = open_page(fake_console_url + "/consent", color_scheme="light")
    page.wait_for_selector(".chart svg")
    colours = """() => [...document.querySelectorAll('.chart svg path')].map((e) => e.getAttribute('fill'))"""
    page.wait_for_function(f"({colours})().includes('#16705e')")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"({colours})().includes('#67c5ae')")
    assert "#16705e" not in page.evaluate(colours)
    assert "#ef9c5f" in page.evaluate(colours)
