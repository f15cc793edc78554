"""A post that asks the same thing is no evidence; what it states beside its question is."""

from __future__ import annotations

import pytest

from linnet.apps.assistant.context import stated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry runs again from Monday", "The ferry runs again from Monday"),
        ("When does the ferry run again?", ""),
        ("When does the ferry run? I was at work.", "I was at work."),
        ("フェリーはいつですか？", ""),
        ("متى تعود العبارة؟", ""),
        ("It opens at 9! Who comes along?", "It opens at 9!"),
    ],
)
def test_questions_are_left_out(text, expected):
    assert stated(text).strip() == expected
