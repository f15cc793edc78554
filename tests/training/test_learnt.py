from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import BadInput
from linnet.training.learnt import LEARNT_FILE, posts_learnt, train_posts, write_learnt
from tests.model.corpora import write_corpus

IDS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), max_size=30)


@given(learnt=IDS, asked=IDS)
def test_it_answers_exactly(tmp_path_factory: pytest.TempPathFactory, learnt: list[str], asked: list[str]):
    folder = tmp_path_factory.mktemp("model")
    write_learnt(folder, learnt)
    assert posts_learnt(folder, asked) == set(learnt) & set(asked)
    assert posts_learnt(folder, learnt) == set(learnt)


def test_the_bytes_depend_on_the_posts_alone(tmp_path: Path):
    write_learnt(tmp_path / "a", ["1", "2", "3"])
    write_learnt(tmp_path / "b", pa.array(["3", "1", "2", "1"]))
    assert (tmp_path / "a" / LEARNT_FILE).read_bytes() == (tmp_path / "b" / LEARNT_FILE).read_bytes()
    assert [path.name for path in (tmp_path / "a").iterdir()] == [LEARNT_FILE]


def test_a_post_costs_eight_bytes(tmp_path: Path):
    write_learnt(tmp_path / "none", [])
    write_learnt(tmp_path / "many", [str(number) for number in range(1000)])
    sizes = [(tmp_path / name / LEARNT_FILE).stat().st_size for name in ("none", "many")]
    assert sizes[1] - sizes[0] == 8000


def test_a_folder_without_a_model_learnt_nothing(tmp_path: Path):
    assert posts_learnt(tmp_path, ["1"]) == set()
    assert posts_learnt(tmp_path / "absent", ["1"]) == set()


@pytest.mark.parametrize("sign", ["manifest.json", "run.json", "hf/config.json", "checkpoints/step1"])
def test_a_model_without_a_list_may_have_learnt_everything(tmp_path: Path, sign: str):
    (tmp_path / sign).parent.mkdir(exist_ok=True)
    (tmp_path / sign).write_text("{}")
    assert posts_learnt(tmp_path, ["1", "2"]) == {"1", "2"}
    write_learnt(tmp_path, ["2"])
    assert posts_learnt(tmp_path, ["1", "2"]) == {"2"}
    assert posts_learnt(tmp_path / "hf", ["1", "2"]) == {"2"}


def test_a_model_knows_what_its_base_learnt(tmp_path: Path):
    write_learnt(tmp_path / "base", ["1"])
    write_learnt(tmp_path / "chat", ["2"], also=[tmp_path / "base" / "hf"])
    assert posts_learnt(tmp_path / "chat", ["1", "2", "3"]) == {"1", "2"}


def test_what_stands_on_a_base_without_a_list_has_none_either(tmp_path: Path):
    (tmp_path / "base" / "hf").mkdir(parents=True)
    (tmp_path / "chat" / "hf").mkdir(parents=True)
    write_learnt(tmp_path / "chat", ["2"])
    write_learnt(tmp_path / "chat", ["2"], also=[tmp_path / "base"])
    assert posts_learnt(tmp_path / "chat", ["1", "2"]) == {"1", "2"}


def test_a_foreign_base_learnt_none_of_the_posts(tmp_path: Path):
    (tmp_path / "llama").mkdir()
    (tmp_path / "llama" / "config.json").write_text("{}")
    write_learnt(tmp_path / "chat", ["2"], also=[tmp_path / "llama"])
    assert posts_learnt(tmp_path / "chat", ["1", "2"]) == {"2"}


def test_only_the_train_split_counts(tmp_path: Path):
    corpus = write_corpus(tmp_path, [["a"], ["b", "c"], ["d"]], heldout_every=3, files=2)
    assert set(train_posts(corpus)) == {"p1-0", "p1-1", "p2-0"}


@pytest.mark.parametrize("content", [b"", b"no list", b"\x93NUMPY"])
def test_a_damaged_list_is_named(tmp_path: Path, content: bytes):
    (tmp_path / LEARNT_FILE).write_bytes(content)
    with pytest.raises(BadInput, match=r"learnt\.npy"):
        posts_learnt(tmp_path, ["1"])
