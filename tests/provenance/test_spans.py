"""The spans that the index finds, against looking everywhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.errors import BadInput
from linnet.provenance.spans import MAX_POSTS, find_spans
from tests.provenance.corpora import Posts, build_index, longest_spans, occurrences

POSTS = {
    "en-1": "The harbour ferry leaves at seven every morning, rain or shine.",
    "en-2": "They say the harbour ferry leaves at seven every morning but I doubt it",
    "ja": "昨日は友達と一緒に新しいラーメン屋に行きました。とても美味しかったです。",
    "ar": "ذهبت أمس إلى السوق القديم مع صديقي واشترينا الكثير من الفواكه",
    "emoji": "what a game tonight 😀😀👍🏽 never saw such a goal before",
    "empty": "",
    "twice": "again and again and again and again and again and again",
}


@pytest.fixture(scope="module", params=[64_000_000, 100], ids=["one shard", "many shards"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    return build_index(tmp_path_factory.mktemp("index"), POSTS, shard_bytes=request.param)


def ids(span) -> list[str]:
    return [post_id for post_id, _ in span.posts]


def test_a_span_is_found_with_all_its_posts(index) -> None:
    text = "He said: the harbour ferry leaves at seven every morning."
    (span,) = find_spans(index, text)
    assert span.text == "the harbour ferry leaves at seven every morning"
    assert text[span.start : span.end] == span.text
    assert (span.count, span.posts) == (1, (("en-2", "d-en-2"),))
    (span,) = find_spans(index, "harbour ferry leaves at seven every morning")
    assert (span.count, ids(span)) == (2, ["en-1", "en-2"])


@pytest.mark.parametrize(
    ("text", "found", "post_id"),
    [
        ("私も友達と一緒に新しいラーメン屋に行った", "友達と一緒に新しいラーメン屋に行", "ja"),
        ("قال: إلى السوق القديم مع صديقي واشترينا خبزا", "إلى السوق القديم مع صديقي واشترينا", "ar"),
        ("this game tonight 😀😀👍🏽 never saw such rain", "game tonight 😀😀👍🏽 never saw such", "emoji"),
    ],
)
def test_other_scripts(index, text: str, found: str, post_id: str) -> None:
    (span,) = find_spans(index, text)
    assert (span.text, ids(span)) == (found, [post_id])


def test_repetitions_in_one_post_are_counted_and_the_post_is_named_once(index) -> None:
    (span,) = find_spans(index, "again and again and again")
    assert (span.count, ids(span)) == (4, ["twice"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "ferry leaves at seven",  # four words
        "新しいラーメン屋に行き",  # eleven characters
        "THE HARBOUR FERRY LEAVES AT SEVEN",  # another case is another text
        "nothing of this stands in there at all",
    ],
)
def test_nothing_is_found(index, text: str) -> None:
    assert find_spans(index, text) == []


def test_no_span_crosses_two_posts(tmp_path: Path) -> None:
    posts = {"a": "one two three four", "b": "five six seven eight"}
    index = build_index(tmp_path, posts)
    assert find_spans(index, "one two three four five six seven eight") == []
    for between in ("\n", " ", "\x00", "ÿ", "\ufffd"):
        assert find_spans(index, f"one two three four{between}five six seven eight") == []


def test_words_and_unspaced_characters_add_up(tmp_path: Path) -> None:
    index = build_index(tmp_path, {"a": "new iPhone event 新製品発表会"})
    (span,) = find_spans(index, "the new iPhone event 新製品発表!")  # 3 of 5 words, 5 of 12 characters
    assert span.text == "new iPhone event 新製品発表"
    assert find_spans(index, "the new iPhone event 新製品発") == []


def test_the_rarer_span_comes_first_and_max_spans_keeps_it(tmp_path: Path) -> None:
    posts = {f"p{number}": f"it is one of the {number}" for number in range(30)}
    posts["rare"] = "quartz obelisk hums beneath violet lanterns"
    index = build_index(tmp_path, posts)
    text = "it is one of the things: quartz obelisk hums beneath violet lanterns"
    spans = find_spans(index, text)
    assert [span.text for span in spans] == [
        "quartz obelisk hums beneath violet lanterns",
        "it is one of the",
    ]
    assert spans[0].rarity_bits > spans[1].rarity_bits
    assert spans[1].count == 30
    assert ids(spans[1]) == [f"p{number}" for number in range(MAX_POSTS)]
    assert find_spans(index, text, max_spans=1) == spans[:1]


def test_a_text_longer_than_every_post(index) -> None:
    text = "x " * 500 + POSTS["en-1"] + " y" * 500
    (span,) = find_spans(index, text)
    assert span.text == POSTS["en-1"]


def test_a_text_that_is_too_long_is_refused_in_one_line(index) -> None:
    with pytest.raises(BadInput, match="200,001 characters"):
        find_spans(index, "a" * 200_001)


words = st.sampled_from(["a", "b", "ab", "ß", "猫", "犬が", "😀", "e\u0301", "مع", ",", "\n", "don't", "🏽"])
texts = st.lists(words, max_size=12).flatmap(
    lambda some: st.sampled_from(["", " "]).map(lambda between: between.join(some))
)


@settings(max_examples=40, deadline=None)
@given(
    posts=st.lists(texts, min_size=1, max_size=6).map(
        lambda some: {f"p{number}": text for number, text in enumerate(some)}
    ),
    text=texts,
    shard_bytes=st.sampled_from([1, 20, 1_000]),
)
def test_equal_to_looking_everywhere(posts: Posts, text: str, shard_bytes: int) -> None:
    import unicodedata

    posts = {post_id: unicodedata.normalize("NFC", one) for post_id, one in posts.items()}
    text = unicodedata.normalize("NFC", text)
    with tempfile.TemporaryDirectory() as folder:
        index = build_index(Path(folder), posts, shard_bytes=shard_bytes)
        spans = find_spans(index, text, min_words=2, min_characters=3, max_spans=100)
    assert {(span.start, span.end) for span in spans} == longest_spans(
        posts, text, min_words=2, min_characters=3
    )
    for span in spans:
        found = occurrences(posts, span.text)
        assert (span.count, ids(span)) == (sum(found.values()), list(found))
