from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from linnet.errors import BadInput
from linnet.retrieval.claims.copies import group_copies
from linnet.retrieval.claims.features import FEATURES
from linnet.retrieval.claims.fusion import Fusion, learn_fusion, read_fusion, shipped_fusion
from linnet.retrieval.claims.lexical import K1, Bm25, character_runs, stems
from linnet.retrieval.claims.said import MAX_CHARACTERS, said


@pytest.mark.parametrize(
    ("raw", "text", "author"),
    [
        ("Bees vanish! https://t.co/x — Ann Lee (@ann_lee) May 3, 2019", "Bees vanish!", "Ann Lee"),
        ("Look pic.twitter.com/abc #ClimateHoax by @HouseGOP", "Look Climate Hoax by House GOP", ""),
        ("a — b (c) is no signature", "a — b (c) is no signature", ""),
        ("пчёлы — Анна (@anna) мая 3, 2019", "пчёлы", "Анна"),
        ("", "", ""),
    ],
)
def test_what_a_post_says(raw: str, text: str, author: str) -> None:
    found = said(raw)
    assert (found.text, found.author, found.raw) == (text, author, raw)


def test_a_post_made_to_hang_does_not() -> None:
    import time

    started = time.process_time()
    for hostile in ("— " * 100_000, "- x (@" * 50_000, "#" * 200_000, "https://" * 50_000):
        assert len(said(hostile).text) <= MAX_CHARACTERS * 2
    assert time.process_time() - started < 5


def test_bm25_by_hand() -> None:
    bm25 = Bm25(["the bees bees", "flower", "bee flower flower flower"], stems(), b=0.5)
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    average = (2 + 1 + 4) / 3
    expected = idf * 2 * (K1 + 1) / (2 + K1 * (0.5 + 0.5 * 2 / average))
    assert bm25.scores("Bees' and the honey") == pytest.approx([expected, 0, bm25.scores("bee")[2]])
    assert bm25.scores("unknown").tolist() == [0, 0, 0]
    assert bm25.query_coverage("bees flowers") == pytest.approx([0.5, 0.5, 1.0])
    assert bm25.document_coverage("bees") == pytest.approx([1, 0, 0.5])


def test_no_words_at_all_are_no_error() -> None:
    bm25 = Bm25(["", "!!"], character_runs)
    assert bm25.scores("anything").tolist() == [0, 0]
    assert bm25.query_coverage("").tolist() == [0, 0]


def test_runs_of_characters() -> None:
    assert character_runs("A-bc") == [" a b", "a bc", " bc "]


def test_copies_stand_behind_the_first() -> None:
    texts = ['He said "no".', "Another", "he said 'no'", "HE SAID NO!", "Another one"]
    assert group_copies(texts) == ([0, 1, 4], {0: [2, 3]})


def test_a_fusion_learns_what_tells() -> None:
    rng = np.random.default_rng(0)
    values, relevant = [], []
    for _ in range(200):
        x = rng.normal(size=(10, 3))
        best = int((2 * x[:, 0] - x[:, 1]).argmax())
        values.append(x * np.array([1.0, 100.0, 1.0]))  # scales make no difference
        relevant.append(np.arange(10) == best)
    fusion = learn_fusion(
        values, relevant, features=("bm25_both", "late_query", "cosine_text"), learnt_from="a test"
    )
    right = [int(fusion.score(x).argmax()) == int(y.argmax()) for x, y in zip(values, relevant, strict=True)]
    assert np.mean(right) > 0.9
    a, b, noise = fusion.weights
    assert a > -b > 5 * abs(noise)
    again = Fusion.from_json(json.dumps(fusion.to_json()), where="memory")
    assert again == fusion


def test_nothing_to_learn_from_is_said() -> None:
    with pytest.raises(BadInput, match="nothing to learn from"):
        learn_fusion([np.ones((2, 1))], [np.zeros(2, bool)], features=("a",), learnt_from="x")


def test_the_shipped_fusion_has_features_that_exist() -> None:
    fusion = shipped_fusion()
    assert fusion.features and set(fusion.features) <= set(FEATURES)
    assert "CheckThat! 2020" in fusion.learnt_from


ROW = '{"name": "%s", "mean": 0, "deviation": %s, "weight": 1}'


@pytest.mark.parametrize(
    "features",
    [
        "",
        '{"name": "late_query"}',
        ROW % ("nonsense", 1),
        ROW % ("late_query", 0),
        ROW % ("late_query", "NaN"),
    ],
)
def test_a_damaged_fusion_is_one_line(tmp_path: Path, features: str) -> None:
    (tmp_path / "f.json").write_text(f'{{"learnt_from": "x", "features": [{features}]}}')
    with pytest.raises(BadInput, match=r"f\.json is no learnt fusion"):
        read_fusion(tmp_path / "f.json")
    for content in (b"{}", b"no json", b"\xff\xfe"):
        (tmp_path / "f.json").write_bytes(content)
        with pytest.raises(BadInput, match=r"f\.json is no learnt fusion"):
            read_fusion(tmp_path / "f.json")
