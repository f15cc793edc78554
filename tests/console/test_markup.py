import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.console.links import post_url, search_url
from linnet.console.markup import is_web_address, one_line, post_html, query_words, quote_html, visible_text

REL = 'rel="nofollow noopener noreferrer ugc"'


class Outline(HTMLParser):
    """Which tags and attributes a browser would see, and the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    parser.close()
    return parser


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "</div></article><iframe src=//evil.example>",
        "[click](javascript:alert(1)) javascript:alert(1)",
        "<a href='javascript:alert(1)'>x</a>",
        "&lt;script&gt; &#60;b&#62;",
        "data:text/html,<script>alert(1)</script>",
        "ftp://files.example/ //evil.example/x http:///nohost",
    ],
)
def test_nothing_in_a_post_becomes_html(text: str) -> None:
    seen = outline(post_html(text, ["alert", "script"]))
    assert {tag for tag, _ in seen.tags} <= {"mark"}
    assert seen.text == text


def test_web_addresses_become_links() -> None:
    html = post_html("see https://a.example/x?b=1&c=2, (http://b.example/y_(z)) and HTTPS://C.example.")
    hrefs = [attributes["href"] for tag, attributes in outline(html).tags if tag == "a"]
    assert hrefs == ["https://a.example/x?b=1&c=2", "http://b.example/y_(z)", "HTTPS://C.example"]
    assert html.count(REL) == 3
    assert "target=" not in html


@pytest.mark.parametrize(
    "text",
    [
        'https://a.example/"onmouseover="alert(1)',
        "https://a.example/'onclick='x",
        "https://a.example/<b>x</b>",
    ],
)
def test_an_address_cannot_leave_its_attribute(text: str) -> None:
    seen = outline(post_html(text, ["alert"]))
    assert [attributes for tag, attributes in seen.tags if tag == "a"] == [
        {"href": "https://a.example/", "rel": "nofollow noopener noreferrer ugc"}
    ]
    assert seen.text == text


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example", True), ("http://[::1]/", True), ("javascript:alert(1)", False), ("https://", False),
        ("https://bank.example@evil.example/", False), ("https://[bad", False), ("mailto:a@b.example", False),
    ],
)  # fmt: skip
def test_is_web_address(address: str, safe: bool) -> None:
    assert is_web_address(address) is safe


def test_bidi_controls_are_taken_out_or_shown() -> None:
    assert visible_text("a\u202egpj.exe\u202c b") == "a⟦RLO⟧gpj.exe b"
    assert visible_text("\u2067x\u2069\u202ay\u202b") == "xy"
    assert visible_text("tab\tline\nnul\x00\x07 lone\ud800") == "tab\tline\nnul lone"
    assert not re.search(
        "[\u202a-\u202e\u2066-\u2069]", post_html("\u202e\u2066https://a.example/\u2069\u202c")
    )


def test_one_line_is_one_line() -> None:
    assert one_line(" a\n\u202eb\t c ") == "a ⟦RLO⟧b c"
    assert one_line("x" * 100, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        (
            "Night buses at night",
            ["night", "bus"],
            "<mark>Night</mark> <mark>buses</mark> at <mark>night</mark>",
        ),
        ("columbus", ["bus"], "columbus"),
        (
            "ÉTÉ, e\u0301te\u0301 et etE",
            ["été"],
            "<mark>ÉTÉ</mark>, <mark>e\u0301te\u0301</mark> et <mark>etE</mark>",
        ),
        ("深夜バスは", ["バス"], "深夜<mark>バス</mark>は"),
        ("a cat at a", ["a"], "<mark>a</mark> cat at <mark>a</mark>"),
        ("R&D <R>", ["r"], "<mark>R</mark>&amp;D &lt;<mark>R</mark>&gt;"),
        ("Straße STRASSE", ["strasse"], "<mark>Straße</mark> <mark>STRASSE</mark>"),
        ("nothing", [], "nothing"),
        ("a.c abc", ["a.c"], "<mark>a.c</mark> abc"),
    ],
)
def test_words_are_marked(text: str, words: list[str], html: str) -> None:
    assert post_html(text, words) == html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('visa -card "rate hike" from:ann since:2017-01-01 lang:en', ["visa", "rate", "hike"]),
        ('note:this -"not this" FROM:bo l\'été', ["note", "this", "l'été"]),
        ("from:ada", []),
    ],
)
def test_query_words(query: str, words: list[str]) -> None:
    assert query_words(query) == words


def test_a_quote_is_marked_where_it_stands() -> None:
    assert quote_html("a <b> c", "<b>") == "a <mark>&lt;b&gt;</mark> c"
    assert quote_html("a <b> c", "no such words") == "a &lt;b&gt; c"


@given(
    st.text(alphabet=st.sampled_from("ab<>&\"'é\u0301\u202e\u2066 :/.htps\n"), max_size=60),
    st.text(max_size=5),
)
def test_any_text_comes_out_as_it_went_in(text: str, word: str) -> None:
    seen = outline(post_html(text, [word]))
    assert seen.text == visible_text(text)
    assert {tag for tag, _ in seen.tags} <= {"mark", "a"}
    assert all(is_web_address(str(attributes["href"])) for tag, attributes in seen.tags if tag == "a")


def test_addresses_of_pages_encode_everything() -> None:
    assert post_url("at://did:plc:a/x?y#z %2F") == "/post/at%3A%2F%2Fdid%3Aplc%3Aa%2Fx%3Fy%23z%20%252F"
    assert search_url("été & co") == "/search?q=%C3%A9t%C3%A9%20%26%20co"
