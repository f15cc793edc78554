"""The resolver, as a table of cases."""

from __future__ import annotations

import pytest

from linnet.consent.resolver import THE_AUTHOR, Ask, ConsentDefaults, resolve
from linnet.errors import WrongUse
from linnet.workspace import init_workspace

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


LICENSED = ConsentDefaults(x_api="allow")
LIVE = ConsentDefaults(train_live="allow")
PUBLIC = {"visibility": "public", "author_id": "ada"}


@pytest.mark.parametrize(
    ("purpose", "source", "preference", "defaults", "allowed", "reason", "basis"),
    [
        # a source carries its terms; they are about training, and no author's allow lifts them
        ("train", "x-api-v2", "unset", OPEN, False, "source terms: X API", None),
        ("train", "x-api-v1", "allow", OPEN, False, "source terms: X API", None),
        ("train", "x-api-v2-live", "allow", LIVE, False, "source terms: X API", None),
        ("train", "x-api-v2", "deny", OPEN, False, "author denies", None),
        ("train", "x-api-v2", "unset", LICENSED, True, "operator default", "operator"),
        ("train", "x-api-v2", "allow", LICENSED, True, "author allows", "author"),
        ("retrieve", "x-api-v2", "unset", OPEN, True, "operator default", "operator"),
        ("generate", "x-api-v1", "allow", OPEN, True, "author allows", "author"),
        ("train", "x-archive", "unset", OPEN, True, "own archive", "archive"),
        ("train", "activitypub", "unset", OPEN, True, "own archive", "archive"),
        ("train", "csv", "unset", OPEN, True, "operator default", "operator"),
        # a live network: training is opt-in, by the author or by the operator
        ("train", "jetstream-live", "unset", OPEN, False, "live network: opt-in", None),
        ("train", "jetstream-live", "allow", OPEN, True, "author allows", "author"),
        ("train", "jetstream-live", "unset", LIVE, True, "live network", "network"),
        ("train", "mastodon-live", "deny", LIVE, False, "author denies", None),
        ("train", "jetstream-live", "unset", ConsentDefaults(train="deny", train_live="allow"), False,
         "operator default", None),
        ("train", "jetstream", "unset", OPEN, True, "operator default", "operator"),
        ("embed", "jetstream-live", "unset", OPEN, True, "live network", "network"),
        ("retrieve", "jetstream-live", "unset", CLOSED, False, "operator default", None),
        ("moderate", "x-api-v2", "deny", CLOSED, True, "moderation", "moderation"),
    ],
)  # fmt: skip
def test_sources(purpose, source, preference, defaults, allowed, reason, basis):
    verdict = resolve(Ask(purpose=purpose, source=source, preference=preference, defaults=defaults, **PUBLIC))
    assert (verdict.allowed, verdict.reason, verdict.basis) == (allowed, reason, basis)


def test_what_is_not_public_stays_so_whatever_its_source():
    for source in ("x-archive", "jetstream-live", "x-api-v2"):
        ask = Ask(purpose="train", visibility="followers", author_id="ada", source=source, defaults=LICENSED)
        assert resolve(ask).reason == "not public"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"default_train": "maybe"}, 'default_train is "maybe"'),
        ({"default_train_live": "ask"}, 'default_train_live is "ask"'),
        ({"terms": {"x-api": "yes"}}, 'terms.x-api is "yes"'),
        ({"terms": {"y-api": "allow"}}, "knows only x-api"),
        ({"terms": "allow"}, "terms is a table"),
        ({"entities": "example.org"}, "entities is a list"),
        ("allow", "no table"),
    ],
)
def test_settings_that_mean_nothing_are_said(settings, message):
    with pytest.raises(WrongUse, match=message):
        ConsentDefaults.from_settings(settings)


def test_every_setting_counts_as_a_change():
    settings = [
        {},
        *({f"default_{use}": "deny"} for use in ("train", "retrieve", "embed", "generate")),
        {"default_train_live": "allow"},
        {"terms": {"x-api": "allow"}},
        {"entities": ["example.org"]},
    ]
    digests = {ConsentDefaults.from_settings(one).digest for one in settings}
    assert len(digests) == len(settings) and all(0 <= digest < 2**63 for digest in digests)
    assert ConsentDefaults.from_settings({"default_train": "allow"}).digest == ConsentDefaults().digest


def test_the_template_of_a_workspace_holds_the_defaults(tmp_path):
    settings = init_workspace(tmp_path).settings()["consent"]
    assert ConsentDefaults.from_settings(settings) == ConsentDefaults()
