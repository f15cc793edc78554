from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from linnet.errors import BadInput, WrongUse
from linnet.evaluation.tweeteval import TweetEvalConfig, evaluate_tweeteval
from linnet.evaluation.tweeteval_data import (
    accuracy_by_class,
    choose_tasks,
    parts_of,
    read_tweeteval,
    score,
    task_data,
)
from tests.evaluation.tiny_models import make_tokenizer, random_weights
from tests.model.corpora import random_posts, write_corpus


def write_task(folder: Path, task: str, *, test_split: str = "val", count: int = 120) -> Path:
    """A task that a word decides."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "task": task,
            "split": test_split if row % 4 == 0 else "train",
            "text": f"{'rain rain rain' if label else 'music music music'} number {row}",
            "label": label,
        }
        for row in range(count)
        for label in [row // 4 % 2]
    ]
    pl.DataFrame(rows).write_parquet(folder / f"{task.replace('/', '-')}.parquet")
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tweeteval")
    corpus = write_corpus(root / "corpus", random_posts(60))
    return random_weights(root / "base", make_tokenizer(corpus, root / "tokenizer"), context_length=32)


def test_a_word_that_decides_is_learnt(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_task(tmp_path / "data", "irony")
    before = sorted(model.rglob("*"))
    config = TweetEvalConfig(epochs=6, learning_rate=3e-3, batch_size=16)
    report = evaluate_tweeteval(data, model, config=config)
    found = report.scores[0]
    assert found.metric == "f1_of_irony" and found.model > 0.9 and found.tfidf_logistic > 0.9
    assert found.majority < 0.9 and (found.train_posts, found.test_posts, found.test_split) == (90, 30, "val")
    assert report.mean == found.model and set(found.accuracy_by_class) == {"0", "1"}
    assert sorted(model.rglob("*")) == before
    assert capsys.readouterr().out == ""  # standard output is for the report


def test_metrics() -> None:
    truth, guess = [0, 0, 1, 1], [0, 1, 1, 1]
    f1 = (2 / 3, 4 / 5)  # of label 0 and of label 1
    assert score("hate", truth, guess) == pytest.approx(sum(f1) / 2)
    assert score("irony", truth, guess) == pytest.approx(f1[1])
    assert score("sentiment", truth, guess) == pytest.approx((0.5 + 1) / 2)
    assert score("stance/climate", [0, 1, 2], [0, 1, 1]) == pytest.approx((2 / 3 + 0) / 2)
    assert score("stance", [0, 0, 1, 2], [1, 2, 1, 2]) == pytest.approx(2 / 3)
    assert accuracy_by_class(Path("/nowhere"), "hate", truth, guess) == {"0": 0.5, "1": 1.0}


def test_splits_and_parts(tmp_path: Path) -> None:
    write_task(tmp_path, "stance/climate", test_split="test")
    write_task(tmp_path, "stance/atheism", test_split="train")  # one split only
    rows = read_tweeteval(tmp_path)
    assert choose_tasks(rows, ()) == ["stance"]
    assert parts_of(rows, "stance") == ["stance/atheism", "stance/climate"]
    split = task_data(rows, "stance/climate", max_train=50, max_test=10, seed=1)
    assert (len(split.train.texts), len(split.test.texts), split.test_split) == (50, 10, "test")
    halved = task_data(rows, "stance/atheism", max_train=999, max_test=999, seed=1)
    assert halved.test_split == "20% of train" and len(halved.test.texts) == 24
    assert not set(halved.train.texts) & set(halved.test.texts)
    again = task_data(rows, "stance/atheism", max_train=999, max_test=999, seed=1)
    assert again == halved


def test_bad_data(model: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no TweetEval in"):
        read_tweeteval(tmp_path)
    (tmp_path / "x.parquet").write_bytes(b"no parquet")
    with pytest.raises(BadInput, match="is no Parquet file"):
        read_tweeteval(tmp_path)
    pl.DataFrame({"task": ["hate"], "text": ["a"]}).write_parquet(tmp_path / "x.parquet")
    with pytest.raises(BadInput, match="lacks the column split"):
        read_tweeteval(tmp_path)
    data = write_task(tmp_path / "data", "hate")
    with pytest.raises(WrongUse, match='no task "love" in the data; it has hate'):
        evaluate_tweeteval(data, model, config=TweetEvalConfig(tasks=("love",)))
    with pytest.raises(WrongUse, match="max_train is 0"):
        TweetEvalConfig(max_train=0)


@pytest.mark.shared
def test_the_real_data_is_read(shared_data: Path) -> None:
    rows = read_tweeteval(shared_data / "tweeteval")
    assert set(choose_tasks(rows, ())) == {
        "emoji",
        "emotion",
        "hate",
        "irony",
        "offensive",
        "sentiment",
        "stance",
    }
    assert len(parts_of(rows, "stance")) == 5
    found = task_data(rows, "emoji", max_train=100, max_test=100, seed=7)
    assert found.num_labels == 20 and len(found.train.texts) == 100
    names = accuracy_by_class(shared_data / "tweeteval", "irony", [0, 1], [0, 0])
    assert names == {"non_irony": 1.0, "irony": 0.0}
