"""What a bio denies, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from linnet.posts.sources.bio_markers import uses_denied_by

ALL, NO_AI, NO_INDEX = (
    ("train", "retrieve", "embed", "generate"),
    ("train", "embed", "generate"),
    ("train", "retrieve", "embed"),
)


@pytest.mark.parametrize(
    ("bio", "denied"),
    [
        ("gardener. #nobot", ALL),
        ("#NoBots #cats", ALL),
        ("she/her, #NoAI.", NO_AI),
        ("#noindex", NO_INDEX),
        ("#NoSearch", NO_INDEX),
        ("#noml", ("train",)),
        ("#nobot #noai", ALL),
        ("Do not use my posts to train AI models.", ("train",)),
        ("Please don't train on my posts", ("train",)),
        ("No AI training, thanks", ("train",)),
        ("not for AI training", ("train",)),
        ("no AI scraping!", NO_AI),
        ("Ne pas utiliser mes messages pour l'IA", ("train",)),
        ("Kein KI-Training mit meinen Texten", ("train",)),
        ("Nicht für das KI-Training freigegeben", ("train",)),
        ("No usar mis textos para entrenar IA", ("train",)),
        ("Não usem meus posts para treinar IA", ("train",)),
        ("Non utilizzare i miei post per addestrare IA", ("train",)),
        ("AI学習禁止", ("train",)),
        ("イラストの無断学習禁止です", ("train",)),
        ("禁止用于AI训练", ("train",)),
        ("AI 학습 금지", ("train",)),
        # what says nothing about the author's own posts
        ("I train AI models for a living", ()),
        ("I don't train my dog on Sundays", ()),
        ("not a bot", ()),
        ("nobot", ()),
        ("#nobotany #noaide", ()),
        ("https://example.org/page#noindex", ()),
        ("fan of #AI and #bots", ()),
        ("No idea what I am doing here. AI researcher.", ()),
        ("no bueno para IA", ()),
        ("", ()),
    ],
)
def test_bio(bio: str, denied: tuple[str, ...]) -> None:
    assert uses_denied_by(bio) == denied


def account(**more: Any) -> dict[str, Any]:
    return {"id": "7", "acct": "ann", "username": "ann", **more}


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": "101",
        "created_at": "2026-01-01T00:00:00Z",
        "content": "<p>hello</p>",
        "visibility": "public",
        "account": account(**more),
    }


TAG = '<p>cats <a href="https://m.example/tags/nobot" class="mention hashtag">#<span>nobot</span></a></p>'


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"note": TAG}, "deny"),
        ({"note": "<p>cats</p>"}, "unset"),
        ({"note": "", "fields": [{"name": "bots", "value": "#nobot"}]}, "deny"),
        ({"note": "", "fields": 3}, "unset"),
    ],
)
def test_a_mastodon_account_in_a_status(more: Any, state: str, write: Any, read: Any) -> None:
    result = read(write("s.json", status(**more)))
    assert {(one.purpose, one.state, one.source) for one in result.preferences} == {
        (use, state, "mastodon:bio") for use in ALL
    }


def test_discoverable_says_nothing_about_posts(write: Any, read: Any) -> None:
    assert not read(write("s.json", status(discoverable=False))).preferences


def test_an_activitypub_actor(write: Any, read: Any) -> None:
    actor = {"id": "https://m.example/users/ann", "type": "Person", "summary": TAG}
    update = {"type": "Update", "actor": actor["id"], "object": actor}
    assert {(one.purpose, one.state) for one in read(write("a.json", update)).preferences} == {
        (use, "deny") for use in ALL
    }


def test_x_users_of_both_versions(write: Any, read: Any) -> None:
    v1 = {"id_str": "1", "full_text": "hi", "created_at": "Sat Feb 18 12:33:11 +0000 2023",
          "user": {"id_str": "9", "screen_name": "a", "description": "#noai"}}  # fmt: skip
    v2 = {"data": [{"id": "1700000000000000000", "text": "hi", "author_id": "9", "created_at": "2023-02-18T12:00:00Z"}],
          "includes": {"users": [{"id": "9", "username": "a", "description": "#noai"}]}}  # fmt: skip
    for name, value in (("v1.json", v1), ("v2.json", v2)):
        denied = {one.purpose for one in read(write(name, value)).preferences if one.state == "deny"}
        assert denied == set(NO_AI)
