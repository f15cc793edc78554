"""`linnet evaluate bits-per-byte` and `linnet evaluate memorisation` as they are typed."""

from __future__ import annotations

import json
import math
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from linnet.cli.main import app
from linnet.errors import LinnetError, WrongUse
from linnet.lineage import Manifest, write_manifest
from linnet.model.tokenizer import load_tokenizer
from linnet.workspace import init_workspace
from tests.evaluation.tiny_models import make_tokenizer, uniform, with_second_platform
from tests.model.corpora import random_posts, write_corpus

TEXTS = ["The birds are singing over the river this morning.", "", "Der Vogel singt heute über dem Fluss."]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose base model is uniform."""
    root = init_workspace(tmp_path_factory.mktemp("evaluate") / "w").root
    corpus = with_second_platform(write_corpus(root / "corpus", random_posts(60), heldout_every=4))
    uniform(root / "base", make_tokenizer(corpus, root / "tokenizer"))
    write_manifest(root / "base", Manifest(stage="pretrain", config={}, inputs={}, output_digest="d1"))
    return root


def run(workspace: Path, *arguments: str | Path) -> dict:
    result = CliRunner().invoke(
        app, ["--workspace", str(workspace), "evaluate", *map(str, arguments), "--json"]
    )
    if result.exception:
        raise result.exception
    return json.loads(result.stdout)


def test_bits_per_byte_of_a_file_with_nothing_but_text(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    pl.DataFrame({"content": [*TEXTS, None]}).write_parquet(path)
    found = run(workspace, "bits-per-byte", "--posts", path, "--map", "text=content", "--platform", "test")
    tokenizer = load_tokenizer(workspace / "base" / "hf")
    tokens = sum(len(tokenizer.encode_text(text)) + 1 for text in TEXTS if text)
    size = sum(len(text.encode()) for text in TEXTS)
    assert found["bits_per_byte"] == pytest.approx(math.log2(tokenizer.vocab_size) * tokens / size, rel=1e-6)
    assert found["bits_per_byte_without_controls"] == pytest.approx(found["bits_per_byte"])
    assert (found["posts"], found["bytes"], found["empty"], found["rejected"]) == (2, size, 2, 0)
    assert found["controls"] == {
        "month": 0,
        "language": 1,
        "platform": 2,
    }  # the vocabulary knows English alone
    assert {name: group["posts"] for name, group in found["by"]["language"].items()} == {"de": 1, "en": 1}
    assert set(found["by"]) == {"language", "month", "source"}


def test_another_model_folder_is_scored_without_a_workspace(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("text\nhello there\nsecond\n")
    monkeypatch.chdir(tmp_path)
    arguments = [
        "evaluate",
        "bits-per-byte",
        "--posts",
        str(path),
        "--model",
        str(workspace / "base"),
        "--most",
        "1",
    ]
    result = CliRunner().invoke(app, [*arguments, "--by", "language"])
    assert result.exit_code == 0
    assert "bits per byte over 1 posts, 11 bytes" in result.stdout
    assert json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)["posts"] == 1


def test_memorisation_is_written_beside_the_other_figures_without_posts(workspace: Path) -> None:
    found = run(workspace, "memorisation", "--posts", "20", "--min-tokens", "6")
    assert (found["extraction_rate"], found["control_rate"], found["model"]) == (0.0, 0.0, "d1")
    assert "extracted_posts" not in found
    assert (
        run(workspace, "memorisation", "--posts", "20", "--min-tokens", "6", "--ids")["extracted_posts"] == []
    )
    written = json.loads((workspace / "evaluation" / "memorisation.json").read_text())
    assert written == found


def test_wrong_use_is_said(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("text\nhello\n")
    with pytest.raises(WrongUse, match="--by author means nothing"):
        run(workspace, "bits-per-byte", "--posts", path, "--by", "author")
    with pytest.raises(WrongUse, match="prompt_tokens is 99"):
        run(workspace, "memorisation", "--prompt-tokens", "99")
    empty = init_workspace(tmp_path / "empty").root
    for command in (["memorisation"], ["bits-per-byte", "--posts", str(path)]):
        with pytest.raises(LinnetError, match="has no base model yet: run linnet build"):
            run(empty, *command)


def test_a_file_without_any_text_is_named(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text('text\n""\n""\n', encoding="utf-8")
    with pytest.raises(LinnetError, match=r"posts\.csv has no post with text: 2 without, 0 unreadable"):
        run(workspace, "bits-per-byte", "--posts", path)
