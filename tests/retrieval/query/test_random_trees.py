"""The index answers as the definition says, for any tree over any posts; and what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linnet.errors import BadInput
from linnet.records import Post
from linnet.retrieval.lexical import LexicalSnapshot
from linnet.retrieval.query import ParsedQuery, parse_query
from linnet.retrieval.query.evaluate import Context, matches, meets_conditions
from linnet.retrieval.query.nodes import And, From, Language
from tests.retrieval.query.posts import index_of, visible_to
from tests.retrieval.query.trees import QUERIES, random_posts

INDEXES = 12
READERS = (None, "1", "ann")


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[list[Post], LexicalSnapshot]]:
    made = []
    for seed in range(INDEXES):
        posts = random_posts(seed, 5 + 5 * seed)
        made.append((posts, index_of(tmp_path_factory.mktemp("index"), posts)))
    return made


@given(
    queries=st.lists(QUERIES, min_size=3, max_size=3),
    number=st.integers(0, INDEXES - 1),
    reader=st.sampled_from(READERS),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_index_equals_the_definition(
    indexes: list[tuple[list[Post], LexicalSnapshot]],
    queries: list[ParsedQuery],
    number: int,
    reader: str | None,
) -> None:
    posts, index = indexes[number]
    visible = visible_to(reader, posts)
    context = Context(reader=reader, posts=visible)
    for query in queries:
        found = [one.post_id for one in index.search(query, limit=1000, reader=reader)]
        assert sorted(found) == sorted(p.post_id for p in visible if matches(query, p, context=context))
        looked_up = index.lookup([p.post_id for p in posts], query=query, reader=reader)
        assert set(looked_up) == {p.post_id for p in visible if meets_conditions(query, p, context=context)}


@given(QUERIES)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_tree_that_is_written_is_read_as_one_that_means_the_same(query: ParsedQuery) -> None:
    try:
        once = parse_query(query.normal)
    except BadInput as error:  # a tree may ask for times that cannot be, and for too many to:
        assert "swap them" in str(error) or "4 at most" in str(error)
        return
    assert once.notes == () and same(parse_query(once.normal), once)
    posts = random_posts(1, 25)
    context = Context(reader="1", posts=visible_to("1", posts))
    alone = [part for node in query.required for part in (node.nodes if isinstance(node, And) else (node,))]
    if sum(isinstance(part, From | Language) for part in alone) < 2:  # for several become any of them
        for post in posts:
            assert matches(once, post, context=context) == matches(query, post, context=context)


def same(one: ParsedQuery, other: ParsedQuery) -> bool:
    return (one.optional, one.required, one.sort) == (other.optional, other.required, other.sort)


SYNTAX = st.lists(
    st.sampled_from(
        ["cat", "dog", "OR", "AND", "NOT", "|", "(", ")", "-", "+", '"', " ", "  ", "#t", "@ann", "$A", "!!", ":", "@", "me",
         "from:", "to:", "lang:en", "since:2020-01-01", "until:2020", "has:", "image", "url:", "domain:", "b.org", "foo:", "１",
         "sort:newest", "min_likes:3", "mentions:", "in:library", "during:2019", "\\", "'", "．", "\u200f", "猫", "\x00", "ß", "="]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(st.one_of(SYNTAX, st.text(max_size=300)))
@settings(max_examples=1000, deadline=None)
def test_any_text_is_read_and_written_back_or_refused_in_one_line(text: str) -> None:
    try:
        parsed = parse_query(text)
    except BadInput as error:
        assert "\n" not in str(error)
        return
    again = parse_query(parsed.normal)
    assert same(again, parsed), parsed.normal
    assert again.normal == parsed.normal
    for condition in parsed.conditions:
        assert parse_query(condition).required
    assert parsed.text == again.text and parsed.filters == again.filters
