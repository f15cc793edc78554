from __future__ import annotations

import pytest

from linnet.model.documents import DocumentText
from linnet.training.preferences.engagement import ReplyFacts, engagement_pairs


def pairs_of(rows: list[tuple[str, str, str, str | None, int]], *, without: str = ""):
    """Rows are (post id, author, text, answers, likes)."""
    document = DocumentText(
        document_id="d",
        post_ids=tuple(row[0] for row in rows),
        author_ids=tuple(row[1] for row in rows),
        texts=tuple(row[2] for row in rows),
        language="en",
    )
    facts = {row[0]: ReplyFacts(reply_to=row[3], popularity=row[4]) for row in rows if row[0] != without}
    return list(engagement_pairs([document], facts))


ASKS = ("q", "ada", "Where do I get bread?", None, 0)
ONE, TWO = ("r1", "ben", "At the mill.", "q", 1), ("r2", "cid", "Ha, bread!", "q", 900)


def test_the_thanked_reply_is_chosen_however_popular_the_other_is():
    (pair,) = pairs_of([ASKS, ONE, ("t", "ada", "Thank you!", "r1", 0), TWO])
    assert (pair.chosen, pair.rejected, pair.source) == (ONE[2], TWO[2], "engagement")
    assert pair.prompt[0].content == ASKS[2]
    assert pair.weight == 0.5  # popularity disagrees: it counts for less, and the same side is chosen
    assert pair.post_ids == ("q", "r1", "r2", "t")


def test_popularity_alone_makes_no_pair():
    assert pairs_of([ASKS, ONE, TWO]) == []


@pytest.mark.parametrize(
    ("said", "weight"),
    [("merci beaucoup", 1.0), ("ありがとう", 1.0), ("شكرا", 1.0), ("And on Sundays?", 0.5)],
)
def test_what_the_asker_says_back_weighs(said: str, weight: float):
    (pair,) = pairs_of([ASKS, ONE, ("t", "ada", said, "r1", 0), (*TWO[:4], 0)])
    assert (pair.chosen, pair.weight) == (ONE[2], weight)


@pytest.mark.parametrize(
    "rows",
    [
        [("q", "ada", "Bread is good.", None, 0), ONE, ("t", "ada", "thanks", "r1", 0), TWO],  # asks nothing
        [ASKS, ONE, ("t", "eve", "thanks", "r1", 0), TWO],  # not the asker's thanks
        [ASKS, ONE, ("t", "ada", "no thanks", "r1", 0), TWO],
        [ASKS, ONE, ("t", "ada", "thanks", "r1", 0), ("r2", "ben", "Or not.", "q", 0)],  # one author
        [ASKS, ONE, ("t", "ada", "thanks", "r1", 0), ("r2", "ada", "Found it.", "q", 0)],  # the asker's own
        [ASKS, ONE, ("t", "ada", "thanks", "r1", 0), TWO, ("u", "ada", "thanks to you", "r2", 0)],  # both
    ],
)
def test_what_makes_no_pair(rows: list[tuple[str, str, str, str | None, int]]):
    assert pairs_of(rows) == []


@pytest.mark.parametrize("gone", ["q", "r1", "r2", "t"])
def test_a_post_without_facts_is_in_no_pair(gone: str):
    rows = [ASKS, ONE, ("t", "ada", "thanks", "r1", 0), TWO]
    assert pairs_of(rows, without=gone) == []
