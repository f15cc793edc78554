"""A post against its author's state reaches no document, no index hit, no prompt and no answer."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from linnet.apps.assistant import ask
from linnet.apps.search.app import search
from linnet.corpus.curate import curate
from linnet.corpus.settings import CurateConfig
from linnet.posts.ingest import VersionFold
from linnet.records import Deletion, Preference
from linnet.retrieval.hybrid import HybridConfig, HybridRetriever
from linnet.retrieval.index import open_index, sync_lexical, sync_vectors
from tests.apps.assistant.canned import ScriptedModel
from tests.factories import NOON, make_batch, make_post, make_store
from tests.retrieval.fakes import WordEmbedder

SECRET = "wombat"  # a word that only the post in question has
HARBOUR = "The Harbour Bridge closes on 12 May for repairs"
POST_ID = "at://did:plc:ann/app.bsky.feed.post/1"
AUTHOR = "did:plc:ann"


def said(purpose="*", state="deny", source="operator", scope=""):
    return Preference(
        author_id=AUTHOR, purpose=purpose, state=state, declared_at=NOON, source=source, scope=scope
    )


def prefer(*preferences):
    return lambda store: VersionFold(store).take(make_batch(preferences=preferences))


ALL_WAYS = ("train", "retrieve", "embed", "generate")


@pytest.mark.parametrize("indexed_before", [False, True], ids=["before-indexing", "after-indexing"])
@pytest.mark.parametrize(
    "against",
    [
        pytest.param(prefer(said()), id="author"),
        pytest.param(prefer(said(scope=f"post:{POST_ID}")), id="post"),
        pytest.param(prefer(said(scope="collection:app.bsky.feed.post")), id="collection"),
        pytest.param(prefer(*(said(use, "deny", "mastodon:bio") for use in ALL_WAYS)), id="each-use"),
        pytest.param(prefer(said(state="allow"), said(source="x:protected")), id="allow-and-deny"),
        pytest.param(lambda store: store.delete([Deletion(post_id=POST_ID)]), id="withdrawn"),
    ],
)
def test_nowhere(tmp_path, against, indexed_before):
    posts = [
        make_post(POST_ID, f"{HARBOUR}, says my {SECRET}", author_id=AUTHOR, source="csv"),
        make_post("other", f"{HARBOUR}, the city says", minutes=1, author_id="city"),
        make_post("re", "", minutes=2, author_id="bob", repost_of=POST_ID),
    ]
    store = make_store(tmp_path / "w", *posts)
    embedder, index = WordEmbedder(dimensions=2048), tmp_path / "index"

    def follow():
        sync_lexical(store, index)
        sync_vectors(store, index, embedder)

    if indexed_before:
        follow()
    against(store)
    if not indexed_before:
        follow()
    retriever = HybridRetriever(
        open_index(index), embedder=embedder, gate=store, feed=store, config=HybridConfig(min_similarity=0.1)
    )
    for query in (SECRET, HARBOUR):
        found = [hit.post_id for hit in search(query, retriever=retriever).hits]
        assert POST_ID not in found and "re" not in found
        assert ("other" in found) == (query == HARBOUR)  # the search itself works
    model = ScriptedModel("nothing")
    for capable in (True, False):
        model.capable = capable
        answer = ask(
            f"When does the Harbour Bridge close, {SECRET}?",
            retriever=retriever,
            embedder=embedder,
            language_model=model,
            reader=None,
            now=NOON + timedelta(days=1),
        )
        assert POST_ID not in {cited.post_id for sentence in answer.sentences for cited in sentence.citations}
        assert f"my {SECRET}" not in answer.answer
    assert all(f"my {SECRET}" not in prompt for prompt in model.prompts)
    curate(store, tmp_path / "corpus", config=CurateConfig(heldout_share=0.0))
    for kind in ("documents", "posts", "dropped"):
        for file in (tmp_path / "corpus").glob(f"{kind}-*.parquet"):
            assert SECRET not in str(pl.read_parquet(file).to_dicts())
            assert POST_ID not in str(pl.read_parquet(file).to_dicts())
