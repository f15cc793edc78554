import re
from pathlib import Path

import pytest

import linnet.console
from linnet.console.texts import CATALOGUES, Texts, accepted_language, choose_language

PLACEHOLDER = re.compile(r"\{(\w*)\}")
SOURCES = [
    path for path in Path(linnet.console.__file__).parent.glob("*.py") if not path.name.startswith("texts_")
]


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_key_in_every_catalogue(language: str) -> None:
    assert set(CATALOGUES[language]) == set(CATALOGUES["en"])
    assert all(text.strip() or key == "format.group" for key, text in CATALOGUES[language].items())


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_same_placeholders(language: str) -> None:
    for key, text in CATALOGUES["en"].items():
        assert set(PLACEHOLDER.findall(CATALOGUES[language][key])) == set(PLACEHOLDER.findall(text)), key


def test_a_plural_has_both_forms_and_no_plain_text_beside_it() -> None:
    keys = set(CATALOGUES["en"])
    for key in keys:
        stem, _, form = key.rpartition(".")
        if form in ("one", "other"):
            assert {f"{stem}.one", f"{stem}.other"} <= keys
            assert stem not in keys


def test_every_key_in_the_source_exists_and_every_key_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    families = tuple(re.findall(r'f"([a-z_.]+\.)\{', source))
    keys = set(CATALOGUES["en"])
    stems = keys | {key.rpartition(".")[0] for key in keys if key.endswith((".one", ".other"))}
    asked = set(re.findall(r'texts\(\s*"([a-z_.]+)"', source))
    assert asked <= stems
    # A key is used when it stands in the source, alone or as the family of a key made from data.
    unused = {
        key
        for key in keys
        if f'"{key}"' not in source
        and not re.search(rf"""["']{re.escape(re.sub(r"[.](one|other)$", "", key))}["']""", source)
        and not key.startswith(families)
    }
    assert unused == set()


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("en", 0, "0 results in 1 s"), ("en", 1, "1 result in 1 s"), ("en", 2, "2 results in 1 s"),
        ("fr", 0, "0 résultat en 1 s"), ("fr", 1, "1 résultat en 1 s"), ("fr", 1234, "1\u202f234 résultats en 1 s"),
    ],
)  # fmt: skip
def test_plurals(language: str, count: int, text: str) -> None:
    assert Texts(language)("search.count", count=count, duration="1 s") == text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB,fr;q=0.9", "en"), ("de,fr;q=0.3,en;q=0.2", "fr"),
        ("fr;q=0,en;q=0.1", "en"), ("*", "en"), ("de", None), ("", None), (";;,q=;fr;q=x", None), ("FR", "fr"),
    ],
)  # fmt: skip
def test_accepted_language(header: str, language: str | None) -> None:
    assert accepted_language(header) == language


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() -> None:
    assert choose_language("fr", "en", "en") == "fr"
    assert choose_language("xx", "fr", "en") == "fr"
    assert choose_language(None, "../fr", "fr") == "fr"
    assert choose_language(None, None, "de") == "en"
