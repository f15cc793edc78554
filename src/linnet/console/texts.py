"""The words of the console in the reader's language, and which language that is.

One catalogue file a language (`texts_en.py`, `texts_fr.py`): a new language is one such file and a line in
CATALOGUES. A key with `.one` and `.other` is a plural, chosen by the value of `count`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linnet.console import texts_en, texts_fr

CATALOGUES: dict[str, Mapping[str, str]] = {"en": texts_en.TEXTS, "fr": texts_fr.TEXTS}
DEFAULT_LANGUAGE = "en"
LANGUAGE_COOKIE = "linnet_language"
LANGUAGE_PARAMETER = "lang"


def is_singular(language: str, count: float) -> bool:
    """CLDR's plural rule for the languages of CATALOGUES: 0 and 1.5 are singular in French, not in English."""
    return 0 <= count < 2 if language == "fr" else count == 1


class Texts:
    """Looks up texts in one language. Whole numbers among the values are written as the language writes them."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = CATALOGUES[language]

    def __call__(self, key: str, **values: Any) -> str:
        if key not in self._catalogue:
            key += ".one" if is_singular(self.language, values["count"]) else ".other"
        shown = {
            name: self.integer(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return self._catalogue[key].format(**shown)

    def get(self, key: str, default: str) -> str:
        """The text of a key made from data (a stage's name, a language code), `default` when there is none."""
        return self._catalogue.get(key, default)

    def integer(self, value: int) -> str:
        return f"{value:,}".replace(",", self._catalogue["format.group"])


def choose_language(parameter: str | None, cookie: str | None, accept_language: str | None) -> str:
    """The language of a page: asked for in the address, remembered in the cookie, or sent by the browser."""
    for asked in (parameter, cookie):
        if asked in CATALOGUES:
            return str(asked)
    return accepted_language(accept_language or "") or DEFAULT_LANGUAGE


def accepted_language(header: str) -> str | None:
    """The best language we have for an Accept-Language header; None when there is none."""
    ranked: list[tuple[float, int, str]] = []
    for position, item in enumerate(header.split(",")):
        tag, _, parameter = item.strip().partition(";")
        language = tag.split("-")[0].strip().lower()
        name, _, value = parameter.strip().partition("=")
        try:
            quality = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            quality = 0.0
        if quality > 0 and (language in CATALOGUES or language == "*"):
            ranked.append((-quality, position, DEFAULT_LANGUAGE if language == "*" else language))
    return min(ranked)[2] if ranked else None
