"""The resolver, as a table of cases."""

from __future__ import annotations

import pytest

from linnet.consent.resolver import THE_AUTHOR, Ask, ConsentDefaults, resolve

OPEN = ConsentDefaults()
CLOSED = ConsentDefaults(train="deny", retrieve="deny", embed="deny", generate="deny")


@pytest.mark.parametrize(
    ("purpose", "visibility", "preference", "reader", "defaults", "allowed"),
    [
        # a public post, nothing declared: the operator's default decides
        ("train", "public", "unset", None, OPEN, True),
        ("train", "public", "unset", None, CLOSED, False),
        ("retrieve", "public", "unset", None, OPEN, True),
        ("generate", "public", "unset", None, CLOSED, False),
        ("embed", "public", "unset", None, OPEN, True),
        # what the author declared decides over the default
        ("train", "public", "deny", None, OPEN, False),
        ("train", "public", "allow", None, CLOSED, True),
        ("retrieve", "public", "deny", "bob", OPEN, False),
        ("generate", "public", "allow", None, CLOSED, True),
        # what is not public is its author's alone
        ("retrieve", "followers", "unset", None, OPEN, False),
        ("retrieve", "followers", "unset", "bob", OPEN, False),
        ("retrieve", "followers", "unset", "ada", OPEN, True),
        ("retrieve", "private", "unset", "ada", OPEN, True),
        ("retrieve", "private", "unset", THE_AUTHOR, OPEN, True),
        ("retrieve", "unlisted", "unset", None, OPEN, False),
        ("retrieve", "unlisted", "unset", "ada", OPEN, True),
        ("generate", "private", "unset", "bob", OPEN, False),
        # and is never trained on or embedded, not even when its author allows it
        ("train", "followers", "allow", "ada", OPEN, False),
        ("embed", "private", "allow", "ada", OPEN, False),
        ("train", "unlisted", "allow", None, OPEN, False),
        # an unknown visibility is the most restrictive
        ("retrieve", "friends-of-friends", "allow", "ada", OPEN, False),
        # moderation sees everything
        ("moderate", "private", "deny", None, CLOSED, True),
    ],
)
def test_case(purpose, visibility, preference, reader, defaults, allowed):
    ask = Ask(
        purpose=purpose,
        visibility=visibility,
        author_id="ada",
        preference=preference,
        reader=reader,
        defaults=defaults,
    )
    assert resolve(ask).allowed is allowed


def test_an_unknown_purpose_is_refused():
    with pytest.raises(ValueError, match="curiosity"):
        resolve(Ask(purpose="curiosity", visibility="public", author_id="ada"))


def test_a_default_must_be_allow_or_deny():
    with pytest.raises(ValueError, match="maybe"):
        ConsentDefaults(train="maybe")
