"""Every rule at its boundaries."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from linnet.registry.gates import (
    GATES,
    Figures,
    answers,
    bits_per_byte,
    erasure_debt,
    loads,
    memorisation,
    tokenizer,
)

GOOD = Figures(
    served="v0001",
    vocabulary="a",
    vocabulary_registered="a",
    vocabulary_of_base="a",
    highest_token=9,
    embeddings=10,
    bits_per_byte=2.0,
    bits_per_byte_served=2.0,
    heldout_posts=100,
    answers=4,
    answers_ended=2,
    served_ended_share=1.0,
    owed=0,
    owed_served=0,
)


def test_a_good_version_passes_all_and_every_result_shows_its_figures() -> None:
    results = [gate(GOOD) for gate in GATES]
    assert all(result.passed for result in results)
    assert len({result.gate for result in results}) == len(GATES)
    for result in results:
        assert result.version >= 1 and result.reason and result.figures
        assert all(value == getattr(GOOD, name) for name, value in result.figures.items())


@pytest.mark.parametrize(
    ("gate", "changes", "passed"),
    [
        (loads, {"load_error": "no file"}, False),
        (loads, {"logits_finite": False}, False),
        (tokenizer, {"vocabulary": "b"}, False),
        (tokenizer, {"vocabulary_of_base": "b"}, False),
        (tokenizer, {"vocabulary_of_base": None}, True),
        (tokenizer, {"highest_token": 10}, False),
        (bits_per_byte, {"bits_per_byte": 2.02}, True),
        (bits_per_byte, {"bits_per_byte": 2.0201}, False),
        (bits_per_byte, {"bits_per_byte": 1.0}, True),
        (bits_per_byte, {"bits_per_byte": math.nan}, False),
        (bits_per_byte, {"bits_per_byte_served": None}, False),
        (bits_per_byte, {"bits_per_byte": None, "heldout_posts": 0, "not_comparable": "no base"}, False),
        (bits_per_byte, {"bits_per_byte": None, "bits_per_byte_served": None, "heldout_posts": 0}, True),
        (bits_per_byte, {"bits_per_byte": 9.0, "served": None}, True),
        (answers, {"answers": 0}, False),
        (answers, {"answers_with_special_tokens": 1}, False),
        (answers, {"answers_ended": 0}, False),
        (answers, {"answers_ended": 0, "served_ended_share": 0.25}, True),
        (answers, {"answers_ended": 0, "served_ended_share": None}, True),
        (memorisation, {"extraction_rate": None}, True),
        (memorisation, {"extraction_rate": 0.03, "control_rate": 0.025}, True),
        (memorisation, {"extraction_rate": 0.03, "control_rate": 0.01}, False),
        (memorisation, {"extraction_rate": 0.02, "control_rate": None}, False),
        (erasure_debt, {"owed": None}, False),
        (erasure_debt, {"owed": 1}, False),
        (erasure_debt, {"owed": 1, "owed_served": 2}, True),
        (erasure_debt, {"owed": 2, "owed_served": 2}, False),
        (erasure_debt, {"owed": 1, "owed_served": None}, True),
        (erasure_debt, {"owed": 1, "owed_served": 2, "is_newest": False}, False),
        (erasure_debt, {"owed": 1, "served": None, "owed_served": None}, False),
    ],
)
def test_a_gate(gate, changes, passed) -> None:
    assert gate(replace(GOOD, **changes)).passed is passed
