from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.serving.text_assembler import TextAssembler


def assemble(pieces: list[bytes], stop: tuple[str, ...] = ()) -> tuple[list[str], bool]:
    assembler = TextAssembler(stop)
    texts = [assembler.feed(piece) for piece in pieces]
    return [*texts, assembler.finish()], assembler.stopped


def test_a_character_is_shown_when_all_its_bytes_are_there() -> None:
    first, second = "🐦".encode()[:2], "🐦".encode()[2:]
    assert assemble([b"a", first, second + b"b"])[0] == ["a", "", "🐦b", ""]


def test_half_a_character_at_the_end_is_dropped() -> None:
    assert assemble([b"a" + "é".encode()[:1]])[0] == ["a", ""]


@pytest.mark.parametrize(
    ("pieces", "stop", "text", "stopped"),
    [
        (["one two three"], ("two",), "one ", True),
        (["one t", "w", "o three"], ("two",), "one ", True),
        (["one t", "w", "in"], ("two",), "one twin", False),
        (["one tw"], ("two",), "one tw", False),
        (["abab", "abc"], ("ababc",), "ab", True),
        (["x END y STOP"], ("STOP", "END"), "x ", True),
        (["aaa", "ab"], ("aab",), "aa", True),
        (["nothing"], (), "nothing", False),
        (["two"], ("two",), "", True),
    ],
)
def test_stop_strings(pieces: list[str], stop: tuple[str, ...], text: str, stopped: bool) -> None:
    texts, was_stopped = assemble([piece.encode() for piece in pieces], stop)
    assert ("".join(texts), was_stopped) == (text, stopped)


@given(
    text=st.text(alphabet="abé🐦", max_size=30),
    stop=st.lists(st.text(alphabet="abé🐦", min_size=1, max_size=4), max_size=3),
    cuts=st.lists(st.integers(1, 5), min_size=1, max_size=60),
)
def test_the_cut_into_tokens_never_matters(text: str, stop: list[str], cuts: list[int]) -> None:
    data, pieces = text.encode(), []
    for cut in cuts:
        pieces.append(data[:cut])
        data = data[cut:]
    pieces.append(data)
    found = [place for word in stop if (place := text.find(word)) >= 0]
    streamed = "".join(assemble(pieces, tuple(stop))[0])
    if not found:
        assert streamed == text
    else:
        # A stop string that ends first may hide one that begins earlier: both are right, neither shows a stop string.
        assert text.startswith(streamed) and len(streamed) >= min(found)
        assert not any(word in streamed for word in stop)
