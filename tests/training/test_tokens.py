from __future__ import annotations

from pathlib import Path

import numpy as np

from linnet.model.documents import document_files, read_documents
from linnet.model.tokenizer import load_tokenizer
from linnet.progress import SILENT
from linnet.training.tokens import token_dtype, tokenize_corpus

BOS_ID, END_ID = 0, 1


def test_shards_hold_every_train_document_once(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    model_tokenizer = load_tokenizer(tokenizer)
    shards = tokenize_corpus(corpus, model_tokenizer, tmp_path, seed=0, progress=SILENT)
    assert [Path(shard.path).name for shard in shards] == ["documents-00000.bin", "documents-00001.bin"]
    found = []
    for shard in shards:
        ids = np.fromfile(shard.path, dtype="<u2")
        assert len(ids) == shard.num_tokens
        starts = np.flatnonzero(ids == BOS_ID)
        assert len(starts) == shard.num_documents
        found += [tuple(part.tolist()) for part in np.split(ids, starts[1:])]
    documents = list(read_documents(document_files(corpus), "train"))
    expected = [
        tuple(model_tokenizer.encode_document(document.texts, document.author_ids, document.controls))
        for document in documents
    ]
    assert sorted(found) == sorted(expected)
    assert found != expected  # shuffled
    assert all(ids[0] == BOS_ID and ids[-1] == END_ID for ids in found)


def test_the_order_follows_the_seed(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    model_tokenizer = load_tokenizer(tokenizer)

    def shard_bytes(name: str, seed: int) -> bytes:
        shards = tokenize_corpus(corpus, model_tokenizer, tmp_path / name, seed=seed, progress=SILENT)
        return b"".join(Path(shard.path).read_bytes() for shard in shards)

    assert shard_bytes("a", 0) == shard_bytes("b", 0) != shard_bytes("c", 1)


def test_a_half_written_shard_is_made_again(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    model_tokenizer = load_tokenizer(tokenizer)
    shards = tokenize_corpus(corpus, model_tokenizer, tmp_path, seed=0, progress=SILENT)
    whole = Path(shards[0].path).read_bytes()
    Path(shards[0].path).with_suffix(".json").unlink()
    Path(shards[0].path).write_bytes(whole[:100])
    kept = Path(shards[1].path).stat().st_mtime_ns
    assert tokenize_corpus(corpus, model_tokenizer, tmp_path, seed=0, progress=SILENT) == shards
    assert Path(shards[0].path).read_bytes() == whole
    assert Path(shards[1].path).stat().st_mtime_ns == kept


def test_shards_are_those_of_the_folder_that_was_asked_for(
    corpus: Path, tokenizer: Path, tmp_path: Path
) -> None:
    model_tokenizer = load_tokenizer(tokenizer)
    tokenize_corpus(corpus, model_tokenizer, tmp_path / "a", seed=0, progress=SILENT)
    (tmp_path / "a").rename(tmp_path / "b")
    shards = tokenize_corpus(corpus, model_tokenizer, tmp_path / "b", seed=0, progress=SILENT)
    assert {Path(shard.path).parent for shard in shards} == {tmp_path / "b"}


def test_the_type_holds_every_id() -> None:
    assert token_dtype(2**16) == "uint16"
    assert token_dtype(2**16 + 1) == "uint32"


def test_a_share_of_the_documents_comes_without_control_tokens(
    corpus: Path, tokenizer: Path, tmp_path: Path
) -> None:
    model_tokenizer = load_tokenizer(tokenizer)
    month = model_tokenizer.controls.ids["<|month:2026-01|>"]

    def with_month(share: float) -> float:
        shards = tokenize_corpus(
            corpus, model_tokenizer, tmp_path / str(share), seed=0, progress=SILENT, plain_share=share
        )
        ids = np.concatenate([np.fromfile(shard.path, dtype="<u2") for shard in shards])
        return float((ids == month).sum() / (ids == BOS_ID).sum())

    assert with_month(0.0) == 1.0
    assert with_month(1.0) == 0.0
    assert 0.45 < with_month(0.25) < 0.68  # three quarters of three quarters
