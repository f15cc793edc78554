"""`linnet provenance`, `linnet ask --provenance` and `linnet consent where` on a small workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from linnet.cli.main import app
from linnet.errors import BadInput, WrongUse
from linnet.pipeline import STAGES, run_stage
from linnet.posts.store import PostStore
from linnet.recipes import pico
from linnet.retrieval.index import sync_lexical
from linnet.workspace import find_workspace
from tests.factories import make_post, make_store
from tests.retrieval.fakes import WordEmbedder

SAID = "the harbour ferry leaves at seven every morning"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workspace")
    make_store(
        root,
        make_post("a1", f"Do not forget: {SAID}, says the timetable.", author_id="ada"),
        make_post("b1", "Quiet evening by the old lighthouse with a good book", author_id="ben", minutes=1),
    )
    place = find_workspace(root)
    for name in ("curate", "provenance"):
        run_stage(place, next(stage for stage in STAGES if stage.name == name), pico())
    sync_lexical(PostStore(place), place.stage_path("index"))
    return root


@pytest.fixture(autouse=True)
def words_for_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """An embedder that loads no network."""
    monkeypatch.setattr("linnet.wiring.open_embedder", lambda workspace: WordEmbedder())


def invoke(workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace), *arguments])


def as_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_provenance_is_the_last_stage() -> None:
    assert (STAGES[-1].name, STAGES[-1].folder, STAGES[-1].inputs) == (
        "provenance",
        "provenance",
        ("curate",),
    )


def test_a_text_and_a_file(workspace: Path, tmp_path: Path) -> None:
    text = f"I read that {SAID}!"
    found = as_json(invoke(workspace, "provenance", text, "--json"))
    assert [(span["text"], [post["post_id"] for post in span["posts"]]) for span in found["spans"]] == [
        (SAID, ["a1"])
    ]
    (tmp_path / "text").write_text(text, encoding="utf-8")
    assert as_json(invoke(workspace, "provenance", "--file", str(tmp_path / "text"), "--json")) == found
    printed = invoke(workspace, "provenance", text).stdout
    assert f"I read that [{SAID}]!" in printed
    assert "a1: Do not forget" in printed


def test_nothing_found_and_no_index(workspace: Path, tmp_path: Path) -> None:
    assert (
        "no span of five words" in invoke(workspace, "provenance", "entirely other words are here now").stdout
    )
    make_store(tmp_path)
    assert "linnet build" in invoke(tmp_path, "provenance", "any text").stdout


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((), WrongUse, "give a text, or a file"),
        (("a text", "--file", "x"), WrongUse, "give a text, or a file"),
        (("--file", "no such file"), BadInput, "no such file cannot be read"),
    ],
)
def test_wrong_use(workspace: Path, arguments: tuple[str, ...], error: type[Exception], says: str) -> None:
    result = invoke(workspace, "provenance", *arguments)
    assert isinstance(result.exception, error)
    assert says in str(result.exception)


def test_a_file_that_is_not_utf_8(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    result = invoke(workspace, "provenance", "--file", str(tmp_path / "latin"))
    assert isinstance(result.exception, BadInput)
    assert "not UTF-8 at byte 3" in str(result.exception)


def test_consent_where(workspace: Path) -> None:
    told = as_json(invoke(workspace, "consent", "where", "--author", "ada", "--json"))
    places = {one["place"]: one["posts"] for one in told["places"]}
    assert (told["posts"], places["corpus: train"], places["provenance"]) == (1, 1, 1)
    assert SAID not in str(told)
    assert "in the provenance index" in invoke(workspace, "consent", "where", "--author", "ada").stdout


def test_an_answer_has_its_provenance_only_when_asked(workspace: Path) -> None:
    question = "the harbour ferry leaves at seven every morning says the timetable?"
    assert "provenance" not in as_json(invoke(workspace, "ask", question, "--json"))
    answer = as_json(invoke(workspace, "ask", question, "--provenance", "--json"))
    assert answer["extractive"]
    assert answer["provenance"]["text"] == answer["answer"]
    assert [post["post_id"] for span in answer["provenance"]["spans"] for post in span["posts"]] == ["a1"]
    assert "In the training posts:" in invoke(workspace, "ask", question, "--provenance").stdout


def test_no_answer_has_no_provenance(workspace: Path) -> None:
    answer = as_json(invoke(workspace, "ask", "who won the elections on Mars?", "--provenance", "--json"))
    assert (answer["abstained"], answer["provenance"]) == (True, None)
