"""What `linnet model export` writes is loaded by other programs, without a network."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from linnet.errors import BadInput, NotReady
from linnet.registry.release import export_release
from linnet.registry.versions import version_named
from linnet.workspace import Workspace, init_workspace


def test_transformers_loads_the_chat_model(workspace: Workspace, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    release = export_release(workspace, tmp_path / "out")
    assert (release.model, release.version, release.gguf) == ("chat", "v0002", "model-q8_0.gguf")
    assert (tmp_path / "out" / "model-q8_0.gguf").read_bytes()[:4] == b"GGUF"
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "out", local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out", local_files_only=True)
    chat = tokenizer.apply_chat_template(
        [{"role": "user", "content": "hello"}],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    out = model.generate(**chat, max_new_tokens=4)
    assert out.shape[1] > chat["input_ids"].shape[1]
    assert model.config.eos_token_id == tokenizer.eos_token_id


def test_the_base_model_and_another_version(workspace: Workspace, tmp_path: Path) -> None:
    release = export_release(workspace, tmp_path / "out", version="v0001", base=True)
    assert (release.model, release.version, release.gguf) == ("base", "v0001", "model-q8_0.gguf")
    base = version_named(workspace, "v0001").base_hf
    assert base is not None
    assert (tmp_path / "out" / "model.safetensors").read_bytes() == (base / "model.safetensors").read_bytes()


def test_the_card_goes_along(workspace: Workspace, tmp_path: Path) -> None:
    version = version_named(workspace, "v0002")
    (version.path / "card.json").write_text(json.dumps({"model": "served"}))
    (version.hf / "README.md").write_text("---\n")
    export_release(workspace, tmp_path / "out")
    assert (tmp_path / "out" / "card.json").exists() and (tmp_path / "out" / "README.md").exists()


def test_without_a_chat_model_it_is_the_base(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("served", "models", "candidate", "chat"):
        shutil.rmtree(workspace.root / name)
    release = export_release(workspace, tmp_path / "out")
    assert (release.model, release.version) == ("base", None)
    shutil.rmtree(workspace.root / "base")
    with pytest.raises(NotReady, match="no model yet"):
        export_release(workspace, tmp_path / "other")


def test_a_folder_with_something_in_it_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="not an empty folder"):
        export_release(workspace, tmp_path / "full")
    with pytest.raises(BadInput, match="not an empty folder"):
        export_release(workspace, tmp_path / "full" / "mine.txt")
    (tmp_path / "empty").mkdir()
    assert export_release(workspace, tmp_path / "empty").folder == str(tmp_path / "empty")


def test_a_new_workspace_has_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="linnet build"):
        export_release(init_workspace(tmp_path / "w"), tmp_path / "out")
