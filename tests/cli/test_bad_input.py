"""Arguments that mean nothing: one line on standard error, exit code 1 or 2, nothing recorded."""

from __future__ import annotations

import sys

import pytest

from linnet.cli import main as command_line
from linnet.consent.preferences import PreferenceBook
from linnet.posts.store import PostStore
from linnet.state import State
from linnet.workspace import init_workspace
from tests.factories import make_post, make_store

DENY = ("--purpose", "train", "--state", "deny")
ODD_IDS = [
    "o'quote\"",
    "a\0b",
    "a\nb",
    "L" * 10_000,
    "émoji🌻東京",
    "a\u202eb",
    "a\x1b[2Jb",
    "[/bold]",
    "%_*[x]",
]


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Runs linnet as a shell would. Returns (exit code, standard output, the lines of standard error)."""
    init_workspace(tmp_path / "w")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["linnet", "-w", str(tmp_path / "w"), *map(str, arguments)])
        code = 0
        try:
            command_line.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err.splitlines()

    return run


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("consent", "set", "--author", " ", *DENY), 2, "is empty; nothing was recorded"),
        (("consent", "set", "--author", "a", "--post", "", *DENY), 2, "is empty; nothing was recorded"),
        (("consent", "set", "--author", "a\udcff", *DENY), 2, "half of a surrogate pair"),
        (("consent", "set", "--author", "a", "--purpose", "moderate", "--state", "deny"), 2, '"moderate"'),
        (("consent", "set", "--author", "a", "--purpose", "train", "--state", "maybe"), 2, '"maybe"'),
        (("consent", "show", "--author", "a\udcff"), 2, "not UTF-8"),
        (("consent", "where", "--author", ""), 1, 'an author ""'),
        (("consent", "where", "--author", "a\nb\x1b"), 1, 'an author "a�b�"'),
        (("forget",), 2, "choose one of"),
        (("forget", "--author", ""), 2, "an id to forget is empty"),
        (("forget", "--post", "a", "--post", " "), 2, "an id to forget is empty"),
        (("forget", "--post", "a\udcff"), 2, "half of a surrogate pair"),
        (("forget", "--check", ""), 2, "the text to look for is empty"),
        (("forget", "--check", "a", "--finish"), 2, "choose one of"),
        (("forget", "--replay", "missing.jsonl"), 1, "the ledger missing.jsonl cannot be read"),
        (("trace", ""), 1, 'the id ""'),
        (("trace", "a\0\nb"), 1, 'the id "a��b"'),
        (("trace", "a\udcff"), 2, "not UTF-8"),
        (("provenance", ""), 2, "the text to look up is empty"),
        (("provenance", " \n\t"), 2, "the text to look up is empty"),
        (("corpus", "dropped"), 1, "linnet curate"),
        (("receipt", "verify", "missing.json"), 1, "there is no receipt missing.json"),
        (("receipt", "verify", "."), 1, ". cannot be read: Is a directory"),
        (("listen", ""), 2, "names no file"),
    ],
)
def test_one_line(call, tmp_path, arguments, code, says):
    ended, out, err = call(*arguments)
    assert (ended, out, len(err)) == (code, "", 1), err
    assert err[0].startswith("linnet: ") and says in err[0]
    assert PreferenceBook(State(init_workspace(tmp_path / "w"))).authors_who_declared() == []


@pytest.mark.parametrize("id", ODD_IDS)
def test_odd_ids_are_ids(call, tmp_path, id):
    make_store(tmp_path / "w", make_post("one", author_id=id), make_post(id, author_id="ada"))
    for arguments in (
        ("consent", "set", "--author", id, *DENY),
        ("consent", "set", "--author", "ada", "--post", id, *DENY),
        ("consent", "show", "--author", id),
        ("consent", "where", "--author", id),
        ("trace", id),
        ("forget", "--check", id),
    ):
        code, out, err = call(*arguments)
        assert code == 0, err
        assert not any(sign in out for sign in "\0\x1b\u202e")
    store = PostStore(init_workspace(tmp_path / "w"))
    assert len(store.read(purpose="train")) == 0 and len(store.read(purpose="retrieve")) == 2
    code, _, err = call("forget", "--post", id, "--author", id)
    assert code == 0, err
    assert call("forget", "--check", id)[1].startswith("found nowhere")


def test_a_reason_that_nobody_gave(call, tmp_path):
    from linnet.corpus.curate import CurateConfig, curate

    curate(
        make_store(tmp_path / "w", make_post("1"), make_post("2")),
        tmp_path / "w" / "corpus",
        config=CurateConfig(),
    )
    assert (
        "nothing was left out for the reason nonsense" in call("corpus", "dropped", "--reason", "nonsense")[1]
    )
    code, out, _ = call("corpus", "dropped", "--limit", "0")
    assert code == 0 and "exact_duplicate" in out and "nothing" not in out


def test_titles_are_not_wrapped_and_an_empty_table_has_one(call):
    assert "train: 0 allowed, 0 denied\n" in call("consent", "coverage")[1]
    assert call("quarantine")[1] == "0 rows set aside\n"
