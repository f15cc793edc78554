from __future__ import annotations

import polars as pl

from linnet.corpus.templates import author_frame, skeleton, templated


def keys(expression, **columns):
    return pl.DataFrame(columns).select(expression.alias("key"))["key"].to_list()


def test_a_skeleton_is_the_text_with_every_number_alike():
    texts = ["bremen 21 degrees at 14 00", "bremen 7 degrees at 9 30", "no number here", "٣ قوارب"]
    found = keys(skeleton(pl.col("text")), text=texts)
    assert found == ["bremen 0 degrees at 0 0", "bremen 0 degrees at 0 0", None, "0 قوارب"]


def test_a_frame_is_an_author_and_the_outer_words_of_a_long_text():
    long = "i just earned the seven day streak badge on ferryapp today"
    other = "i just earned a very different and much longer badge on ferryapp today"
    found = keys(
        author_frame(pl.col("author"), pl.col("text")),
        author=["ada", "ada", "bob", "ada"],
        text=[long, other, long, "too short to be one"],
    )
    assert found[0] == found[1] != found[2]
    assert found[3] is None


def test_the_first_examples_of_a_template_stay():
    shared = pl.Series([7, None, 7, 7, 1, 7], dtype=pl.UInt64)
    rows, examples = templated(shared, at_least=4, examples=2)
    assert rows.tolist() == [3, 5]
    assert examples.tolist() == [0, 0]
    assert not len(templated(shared, at_least=5, examples=2)[0])
