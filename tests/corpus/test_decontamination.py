from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.corpus.decontamination import WINDOW, EvaluationWindows, evaluation_texts, window_hashes
from linnet.errors import BadInput

CLAIM = "the harbour ferry was cancelled because the captain had won the lottery twice"


@pytest.mark.parametrize(
    ("post", "contaminated"),
    [
        (CLAIM, True),
        ("did you hear " + CLAIM + " what a story", True),
        (CLAIM[5 : 5 + WINDOW], True),
        (CLAIM[5 : 4 + WINDOW], False),  # one character short of a window
        ("the harbour ferry was late because of the storm", False),
        ("the boat is late", True),  # a short evaluation text, whole
        ("the boat is late again", False),
        ("yes", False),
        ("", False),
    ],
)
def test_shared_windows(post, contaminated):
    windows = EvaluationWindows.of_texts([CLAIM, "The boat is late!", "yes"])
    assert windows.contains([post]).tolist() == [contaminated]


@given(st.lists(st.text(max_size=90), max_size=5), st.text(max_size=90))
def test_a_window_has_one_hash_wherever_it_stands(before, text):
    alone, _ = window_hashes([text])
    together, owners = window_hashes([*before, text])
    assert together[owners == len(before)].tolist() == alone.tolist()


@given(st.lists(st.text(alphabet="ab ", min_size=40, max_size=60), min_size=2, max_size=4))
def test_equal_hashes_are_equal_windows(texts):
    hashes, _ = window_hashes(texts)
    windows = [text[i : i + WINDOW] for text in texts for i in range(len(text) - WINDOW + 1)]
    assert len(windows) == len(hashes)
    assert len(set(windows)) == len(set(hashes.tolist()))


def test_no_evaluation_text_touches_nothing():
    assert EvaluationWindows.of_texts([]).contains([CLAIM]).tolist() == [False]


def test_sets_are_read_in_their_own_formats(tmp_path):
    (tmp_path / "a.txt").write_text(CLAIM + "\n")
    (tmp_path / "b.jsonl").write_text('{"claim": "b one"}\n{"claim": null}\n')
    pl.DataFrame({"question": ["c one"], "n": [1]}).write_parquet(tmp_path / "c.parquet")
    (tmp_path / "d.tsv").write_text('id\ttweet\n1\td "one\n')
    found = [evaluation_texts(path) for path in sorted(tmp_path.iterdir())]
    assert found == [[CLAIM], ["b one"], ["c one"], ['d "one']]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("e.jsonl", b'{"id": 1}\n', "none of the columns"),
        ("e.jsonl", b"{not json", "cannot be read"),
        ("e.docx", b"", "is no .txt"),
        (None, b"", "is not there"),
    ],
)
def test_a_set_that_cannot_be_used_is_named(tmp_path, name, content, said):
    path = tmp_path / (name or "absent.txt")
    if name:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        evaluation_texts(path)
