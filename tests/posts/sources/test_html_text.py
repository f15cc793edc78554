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
