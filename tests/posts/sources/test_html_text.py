import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.posts.sources.html_text import _parsed_text, plain_text

LINK = (
    '<p>Read <a href="https://example.org/a/long/path?x=1&amp;y=2" rel="nofollow" target="_blank">'
    '<span class="invisible">https://</span><span class="ellipsis">example.org/a/long</span>'
    '<span class="invisible">/path?x=1&amp;y=2</span></a></p>'
)


@pytest.mark.parametrize(
    ("html", "text", "links"),
    [
        ("<p>plain</p>", "plain", []),
        ("no markup &amp; more", "no markup & more", []),
        ("<p>one<br>two<br />three</p><p>four</p>", "one\ntwo\nthree\n\nfour", []),
        (LINK, "Read https://example.org/a/long/path?x=1&y=2", ["https://example.org/a/long/path?x=1&y=2"]),
        ('<p><a href="https://a.example/x">words</a></p>', "words", ["https://a.example/x"]),
        (
            '<p><span class="h-card"><a href="https://m.example/@bo" class="u-url mention">@<span>bo</span></a></span>'
            ' <a href="https://m.example/tags/Cats" class="mention hashtag" rel="tag">#<span>Cats</span></a></p>',
            "@bo #Cats",
            [],
        ),
        ("<p>1 &lt; 2 &amp;amp; <b>bold</b></p>", "1 < 2 &amp; bold", []),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>", []),
        ("<p>x</p><script>alert(1)</script>", "x", []),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b", []),
        ('<p class="quote-inline">RE: <a href="https://q.example/1">link</a></p><p>mine</p>', "mine", []),
        ("<p>open <b>never closed", "open never closed", []),
        ("", "", []),
    ],
)
def test_plain_text(html: str, text: str, links: list[str]) -> None:
    assert plain_text(html) == (text, links)


PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<br />", "<br>", "a", " b", "&amp;", "&lt;p&gt;", "<em>", "</em>", "\n",
         '<a href="https://a.example/?a=1&amp;b=2" rel="tag">', "</a>", '<span class="invisible">', "</span>",
         '<a href="https://a.example/@x" class="u-url mention">']
    ),
    max_size=12,
)  # fmt: skip


@given(PIECES)
def test_the_fast_way_gives_what_the_parser_gives(pieces: list[str]) -> None:
    html = "".join(pieces)
    assert plain_text(html) == _parsed_text(html)


@pytest.mark.parametrize(
    "piece", ['<a x="', "<a", "<a ", "<!--", "</", "<![x[", "<a/", "<a 'x=\"' >", '<a x="1" ']
)
@pytest.mark.parametrize("size", [1024 * 1024, 4000])
def test_what_is_never_closed_costs_no_more_than_its_length(piece: str, size: int) -> None:
    html = "<p>words</p>" + piece * (size // len(piece))
    started = time.process_time()
    text, links = plain_text(html)
    assert time.process_time() - started < (1 if size > 4000 else 0.05)
    assert text.startswith("words") and links == []


def test_a_long_post_keeps_its_markup() -> None:
    html = f"<!-- x --><p class='a b'>{'long ' * 2000}</p><p>1 < 2 <br/>{LINK}<script>x<y</script></p>"
    text, links = plain_text(html)
    assert text.startswith("long long") and text.endswith("Read https://example.org/a/long/path?x=1&y=2")
    assert "1 < 2" in text and len(links) == 1


def test_a_declaration_that_cannot_be() -> None:
    assert plain_text("<p>a</p><![x[ b")[0].startswith("a")
