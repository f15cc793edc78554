from hypothesis import given
from hypothesis import strategies as st

from linnet.console.spans import numbered_spans, pieces

TEXT = "abcdefghij"


def span(start: int, end: int) -> dict[str, object]:
    return {"start": start, "end": end, "count": 1, "posts": []}


def test_overlapping_spans_share_a_piece() -> None:
    spans = numbered_spans(TEXT, [span(4, 8), span(2, 6)])
    assert [(each.number, each.start, each.end) for each in spans] == [(1, 2, 6), (2, 4, 8)]
    assert [(piece.text, piece.inside, piece.ending) for piece in pieces(TEXT, spans)] == [
        ("ab", (), ()), ("cd", (1,), ()), ("ef", (1, 2), (1,)), ("gh", (2,), (2,)), ("ij", (), ()),
    ]  # fmt: skip


def test_spans_outside_the_text_are_left_out() -> None:
    wrong = [span(-1, 3), span(3, 3), span(5, 4), span(8, 11)]
    assert numbered_spans(TEXT, wrong) == ()
    assert [piece.text for piece in pieces(TEXT, ())] == [TEXT]
    assert pieces("", ()) == []


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), max_size=8))
def test_the_pieces_are_the_text(borders: list[tuple[int, int]]) -> None:
    spans = numbered_spans(TEXT, [span(*border) for border in borders])
    cut = pieces(TEXT, spans)
    assert "".join(piece.text for piece in cut) == TEXT
    for each in spans:
        inside = "".join(piece.text for piece in cut if each.number in piece.inside)
        assert inside == TEXT[each.start : each.end]
        assert sum(each.number in piece.ending for piece in cut) == 1
