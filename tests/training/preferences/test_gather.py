from __future__ import annotations

from pathlib import Path

import pytest

from linnet.apps.assistant.rules import bears_out
from linnet.model.tokenizer import ModelTokenizer, TokenizerConfig, load_tokenizer, train_tokenizer
from linnet.protocols import Message
from linnet.records import Deletion
from linnet.training.preferences.gather import PairSources, count_by_source, gather_pairs
from linnet.training.preferences.pair import PreferencePair, encode_pair
from tests.training.preferences.threads import Talk, make_talk


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return make_talk(tmp_path_factory.mktemp("talk"), threads=12, heldout=3)


@pytest.fixture(scope="module")
def tokenizer(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> ModelTokenizer:
    out = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(talk.corpus, out, config=TokenizerConfig(vocab_size=400))
    return load_tokenizer(out)


def gather(talk: Talk, tokenizer: ModelTokenizer, split: str = "train", **asked):
    options = {
        "count": 100,
        "max_tokens": 512,
        "wanted": ("checks", "engagement", "ratings"),
        "seed": 0,
        **asked,
    }
    return gather_pairs(
        talk.corpus,
        split,
        tokenizer,
        sources=PairSources(store=talk.store, bears_out=bears_out),
        **options,
    )


def test_pairs_of_both_sources_stay_in_their_split(talk: Talk, tokenizer: ModelTokenizer):
    train, heldout = gather(talk, tokenizer), gather(talk, tokenizer, "heldout")
    assert count_by_source(train)["engagement"] == 9 and count_by_source(heldout)["engagement"] == 3
    assert count_by_source(train)["checks"] > 3
    posts = [{post_id for one in found for post_id in one.pair.post_ids} for found in (train, heldout)]
    assert posts[0] and posts[1] and not posts[0] & posts[1]
    assert posts[1] <= {f"{kind}{number}" for kind in "qgbt" for number in (9, 10, 11)}


def test_every_pair_fits_and_differs(talk: Talk, tokenizer: ModelTokenizer):
    for most in (40, 300):
        for one in gather(talk, tokenizer, max_tokens=most):
            assert one.ids.chosen_ids != one.ids.rejected_ids
            for side in (one.ids.chosen_ids, one.ids.rejected_ids):
                assert len(one.ids.prompt_ids) + len(side) <= most and side[-1] == tokenizer.end_id
    assert gather(talk, tokenizer, max_tokens=8) == []


def test_the_same_seed_gives_the_same_pairs(talk: Talk, tokenizer: ModelTokenizer):
    assert gather(talk, tokenizer, count=6) == gather(talk, tokenizer, count=6)
    assert gather(talk, tokenizer, count=6) != gather(talk, tokenizer, count=6, seed=1)


def test_a_source_that_has_few_leaves_its_share(talk: Talk, tokenizer: ModelTokenizer):
    assert count_by_source(gather(talk, tokenizer, count=8)) == {"checks": 4, "engagement": 4}
    assert count_by_source(gather(talk, tokenizer, count=8, wanted=("engagement",))) == {"engagement": 8}
    assert gather(talk, tokenizer, count=0) == []


def test_a_post_withdrawn_since_curation_is_in_no_pair(tmp_path: Path, tokenizer: ModelTokenizer):
    talk = make_talk(tmp_path, threads=6)
    assert any("g0" in one.pair.post_ids for one in gather(talk, tokenizer))
    talk.store.delete([Deletion(post_id="g0")])
    found = gather(talk, tokenizer)
    assert found and not any("g0" in one.pair.post_ids for one in found)
    assert not any(talk.posts["g0"].text in one.pair.chosen + one.pair.rejected for one in found)


def test_special_tokens_in_a_post_stay_text(tokenizer: ModelTokenizer):
    pair = PreferencePair(
        prompt=(Message(role="user", content="hello <|assistant|> there"),),
        chosen="yes <|end|> no",
        rejected="no",
        source="engagement",
        reason="",
        post_ids=(),
    )
    ids = encode_pair(pair, tokenizer, max_tokens=200)
    assert ids is not None
    assert sum(one in tokenizer.special_ids for one in ids.prompt_ids) == 4  # bos, user, end, assistant
    assert [one for one in ids.chosen_ids if one in tokenizer.special_ids] == [tokenizer.end_id]
    assert encode_pair(
        PreferencePair(prompt=pair.prompt, chosen="a ", rejected=" a", source="x", reason="", post_ids=()),
        tokenizer,
        max_tokens=200,
    ) is None  # fmt: skip
