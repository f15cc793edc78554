import polars as pl
import pytest

from linnet.posts.sources.languages import NAMES, language_column, language_tag


@pytest.mark.parametrize(
    ("declared", "tag"),
    [
        ("en", "en"), ("EN", "en"), ("en_gb", "en-GB"), ("zh-hans", "zh-Hans"), ("pt-BR", "pt-BR"),
        ("English", "en"), ("russian", "ru"), ("Farsi (Persian)", "fa"), ("Tagalog (Filipino)", "tl"),
        ("Simplified Chinese", "zh-Hans"), ("Pushto", "ps"), ("in", "id"), ("iw", "he"),
        ("und", None), ("qme", None), ("zxx", None), ("LANGUAGE UNDEFINED", None), ("Klingon", None), ("", None),
    ],
)  # fmt: skip
def test_tags(declared: str, tag: str | None) -> None:
    assert language_tag(declared) == tag


def test_every_name_gives_a_tag() -> None:
    assert len(NAMES) > 100
    for name, tag in NAMES.items():
        assert language_tag(name) == tag
        assert language_tag(name.title()) == tag


def test_a_column_agrees_with_single_values() -> None:
    column = pl.Series(["English", "de", "Klingon", None, "English"])
    assert language_column(column).to_list() == ["en", "de", None, None, "en"]
