from __future__ import annotations

import json
from pathlib import Path

import pytest

from linnet.apps.search import search
from linnet.errors import BadInput, WrongUse
from tests.retrieval.fakes import post
from tests.retrieval.test_hybrid import Platform


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    folder: Path = tmp_path_factory.mktemp("search")
    platform = Platform(folder, [post(f"p{i}", f"cat number{i}", f"a{i}", i) for i in range(3)])
    platform.feed.put(post("new", "a cat that is not embedded yet", "a9", 9))
    platform.sync(vectors=False)
    return platform


def test_the_json_of_a_search(platform: Platform) -> None:
    result = search("cat lang:en", retriever=platform.retriever, limit=2, reader=None).to_json()
    json.dumps(result)
    assert set(result) == {"hits", "query", "filters", "coverage", "notes", "seconds"}
    assert len(result["hits"]) == 2
    assert set(result["hits"][0]) == {
        "post_id", "author_id", "author_name", "created_at", "text", "language", "score",
    }  # fmt: skip
    assert result["hits"][0]["created_at"].endswith("Z")
    assert result["query"] == "cat lang:en" and result["filters"] == {"lang": ["en"]}
    assert result["coverage"] == {"lexical": 1.0, "vectors": 0.75}
    assert any("75%" in note for note in result["notes"])


def test_an_explained_search_says_how_it_took_the_query_and_what_each_hit_has(platform: Platform) -> None:
    found = search("Cat  LANG:en", retriever=platform.retriever, limit=2).to_json(explain=True)
    assert found["understood"] == "Cat lang:en"
    assert all(hit["score_parts"]["bm25"] > 0 for hit in found["hits"])


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_outside_1_to_1000_is_wrong_use(platform: Platform, limit: int) -> None:
    with pytest.raises(WrongUse):
        search("cat", retriever=platform.retriever, limit=limit, reader=None)


def test_limits_at_the_edge_and_an_empty_query(platform: Platform) -> None:
    assert len(search("cat", retriever=platform.retriever, limit=1, reader=None).hits) == 1
    assert len(search("cat", retriever=platform.retriever, limit=1000, reader=None).hits) == 4
    empty = search("  ", retriever=platform.retriever, limit=5, reader=None)
    assert empty.hits == () and empty.notes


def test_the_purpose_reaches_the_retriever(tmp_path: Path) -> None:
    platform = Platform(tmp_path, [post("p1", "cat", "a1"), post("p2", "cat two", "a2")])
    platform.feed.deny("a2", "generate")
    platform.sync()
    found = {
        purpose: {hit.post_id for hit in search("cat", retriever=platform.retriever, purpose=purpose).hits}
        for purpose in ("retrieve", "generate")
    }
    assert found == {"retrieve": {"p1", "p2"}, "generate": {"p1"}}


def test_a_bad_date_is_bad_input(platform: Platform) -> None:
    with pytest.raises(BadInput):
        search("cat since:soon", retriever=platform.retriever, limit=5, reader=None)
