from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from linnet.errors import BadInput, LinnetError, NotReady
from linnet.training.adapters import (
    ADAPTER_FILE,
    AdapterConfig,
    bucket_folder,
    bucket_of,
    posts_by_bucket,
    train_adapters,
)
from linnet.training.learnt import posts_learnt
from linnet.training.merge import merge_adapters
from tests.training.tiny import random_model, write_posts

CONFIG = AdapterConfig(buckets=3, max_steps=4, batch_posts=4, learning_rate=1e-2, rank=4, threads=1)


AUTHORS = [f"author{number}" for number in range(8)]
GONE = AUTHORS[3]


@pytest.fixture(scope="module")
def base(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_model(tmp_path_factory.mktemp("base"), tokenizer)


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(corpus, adapters) with every author."""
    folder = tmp_path_factory.mktemp("adapters")
    corpus = write_posts(folder / "corpus", AUTHORS)
    report = train_adapters(corpus, base, folder / "out", config=CONFIG)
    assert (report.trained, report.posts, report.authors) == ((0, 1, 2), 24, 8)
    return corpus, folder / "out"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_author_has_one_bucket(trained: tuple[Path, Path]):
    posts = posts_by_bucket(trained[0], 3)
    assert len(posts) == 24
    for author, bucket in posts.select("author_id", "bucket").iter_rows():
        assert bucket == bucket_of(author, 3)
    assert {bucket_of(author, 3) for author in AUTHORS} == {0, 1, 2}
    assert [bucket_of(author, 64, seed=0) for author in AUTHORS] != [
        bucket_of(author, 64, seed=1) for author in AUTHORS
    ]


def test_a_bucket_learnt_from_its_own_authors_alone(trained: tuple[Path, Path]):
    every_post = [f"{author}-{number}" for author in AUTHORS for number in range(3)]
    for bucket in range(3):
        own = {post for post in every_post if bucket_of(post.split("-")[0], 3) == bucket}
        assert posts_learnt(bucket_folder(trained[1], bucket), every_post) == own
    assert posts_learnt(trained[1], [*every_post, "other"]) == set(every_post)


def test_forgetting_an_author_trains_one_bucket_again_and_exactly(
    trained: tuple[Path, Path], base: Path, tmp_path: Path
):
    corpus = write_posts(tmp_path / "corpus", [author for author in AUTHORS if author != GONE])
    touched = bucket_of(GONE, 3)
    report = train_adapters(corpus, base, tmp_path / "next", config=CONFIG, previous=trained[1])
    assert report.trained == (touched,)
    scratch = train_adapters(corpus, base, tmp_path / "scratch", config=CONFIG)
    assert scratch.trained == (0, 1, 2)
    for bucket in range(3):
        now, before, never_saw = (
            contents(bucket_folder(folder, bucket))
            for folder in (tmp_path / "next", trained[1], tmp_path / "scratch")
        )
        assert now == never_saw
        assert (now == before) == (bucket != touched)
        assert (now[ADAPTER_FILE] == before[ADAPTER_FILE]) == (bucket != touched)
    assert posts_learnt(tmp_path / "next", [f"{GONE}-0"]) == set()


def test_nothing_runs_when_nothing_changed_and_an_interrupted_run_goes_on(
    trained: tuple[Path, Path], base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    corpus, adapters = trained
    out = shutil.copytree(adapters, tmp_path / "out")
    half_written = bucket_folder(out, 1).rename(out / "bucket-01.part")
    (half_written / ADAPTER_FILE).write_bytes(b"half")
    before = contents(bucket_folder(out, 0))
    assert train_adapters(corpus, base, out, config=CONFIG).trained == (1,)
    assert contents(bucket_folder(out, 0)) == before
    assert contents(bucket_folder(out, 1)) == contents(bucket_folder(adapters, 1))
    assert not half_written.exists()

    def no_worker(*arguments: Any, **named: Any) -> None:
        raise LinnetError("a worker was started")

    monkeypatch.setattr("linnet.training.adapters.run_worker", no_worker)
    assert train_adapters(corpus, base, out, config=CONFIG).trained == ()
    with pytest.raises(LinnetError, match="worker"):
        train_adapters(corpus, base, out, config=AdapterConfig(buckets=3, max_steps=5))


def test_no_buckets_need_no_model(tmp_path: Path):
    (tmp_path / "out" / "bucket-00").mkdir(parents=True)
    report = train_adapters(tmp_path, tmp_path, tmp_path / "out", config=AdapterConfig())
    assert report.buckets == 0
    assert not (tmp_path / "out" / "bucket-00").exists()
    assert posts_learnt(tmp_path / "out", ["1"]) == set()


def test_peft_reads_an_adapter_and_it_changes_the_model(trained: tuple[Path, Path], base: Path):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(base / "hf")
    ids = torch.arange(20).unsqueeze(0)
    with torch.inference_mode():
        before = model(input_ids=ids).logits.clone()
        adapted = PeftModel.from_pretrained(model, bucket_folder(trained[1], 0))
        assert (adapted(input_ids=ids).logits - before).abs().max() > 1e-4


def test_merging_one_bucket_equals_peft(trained: tuple[Path, Path], base: Path, tmp_path: Path):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    one = tmp_path / "adapters"
    shutil.copytree(bucket_folder(trained[1], 2), bucket_folder(one, 2))
    merge_adapters(base, one, tmp_path / "merged")
    merged: Any = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")
    plain: Any = AutoModelForCausalLM.from_pretrained(base / "hf")
    theirs: Any = PeftModel.from_pretrained(plain, bucket_folder(one, 2)).merge_and_unload()
    ids = torch.arange(20).unsqueeze(0)
    with torch.inference_mode():
        assert torch.allclose(merged(input_ids=ids).logits, theirs(input_ids=ids).logits, atol=1e-5)


def test_merging_takes_the_mean_by_posts(trained: tuple[Path, Path], base: Path, tmp_path: Path):
    import torch
    from safetensors.torch import load_file

    name = "model.layers.0.mlp.up_proj.weight"
    before = load_file(base / "hf" / "model.safetensors")[name]
    expected, posts = torch.zeros_like(before), 0
    for bucket in range(3):
        alone = tmp_path / f"alone-{bucket}"
        shutil.copytree(bucket_folder(trained[1], bucket), bucket_folder(alone, bucket))
        merge_adapters(base, alone, tmp_path / "one")
        size = json.loads((bucket_folder(alone, bucket) / "bucket.json").read_text())["posts"]
        expected += size * (load_file(tmp_path / "one" / "model.safetensors")[name] - before)
        posts += size
    merge_adapters(base, trained[1], tmp_path / "all")
    change = load_file(tmp_path / "all" / "model.safetensors")[name] - before
    assert change.abs().max() > 1e-4
    assert torch.allclose(change, expected / posts, atol=1e-6)


def test_it_says_what_is_missing(trained: tuple[Path, Path], base: Path, tmp_path: Path):
    with pytest.raises(NotReady, match="train one first"):
        train_adapters(trained[0], tmp_path, tmp_path / "out", config=CONFIG)
    with pytest.raises(NotReady, match="no adapter"):
        merge_adapters(base, tmp_path, tmp_path / "out")
    broken = shutil.copytree(trained[1], tmp_path / "broken")
    (bucket_folder(broken, 0) / "bucket.json").write_text("{")
    with pytest.raises(BadInput, match=r"bucket\.json"):
        merge_adapters(base, broken, tmp_path / "out")


@pytest.mark.parametrize("wrong", [{"buckets": -1}, {"rank": 0}, {"learning_rate": 1.0}, {"max_epochs": 0}])
def test_wrong_settings_are_named(wrong: dict[str, Any]):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AdapterConfig(**wrong)
