"""The operator's own table: what is taken, and what each wrong line is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from linnet.consent.operator_table import read_preference_table
from linnet.consent.preferences import PreferenceBook
from linnet.errors import BadInput
from linnet.state import State
from linnet.workspace import init_workspace


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_with_wrong_lines(tmp_path):
    path = write(
        tmp_path,
        "p.csv",
        "author_id,purpose,state,declared_at\n"
        "ann,train,deny,2026-01-31T12:00:00Z\n"
        "bob,*,Allow,\n"
        ",train,deny,\n"
        "cy,fun,deny,\n"
        "cy,train,perhaps,\n"
        "cy,train,deny,soon\n"
        "\n"
        "cy,train,deny,2026-01-31,extra\n"
        '"two\nlines",train,unset,2026-01-31\n',
    )
    preferences, rejected = read_preference_table(path)
    assert [(p.author_id, p.purpose, p.state) for p in preferences] == [
        ("ann", "train", "deny"),
        ("bob", "*", "allow"),
        ("two\nlines", "train", "unset"),
    ]
    assert preferences[0].declared_at == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert datetime.now(UTC) - preferences[1].declared_at < timedelta(minutes=1)
    assert [(one.line, one.reason.split(";")[0]) for one in rejected] == [
        (4, "no author_id"),
        (5, 'purpose is "fun"'),
        (6, 'state is "perhaps"'),
        (7, 'declared_at is "soon"'),
        (9, "5 cells, but the first line names 4 columns"),
    ]


def test_json_lines_with_posts(tmp_path):
    rows = [
        {"author_id": "ann", "purpose": "train", "state": "deny", "post_id": "1"},
        {"author_id": 7, "purpose": "embed", "state": "allow"},
        {"author_id": 7.5, "purpose": "embed", "state": "allow"},
        ["ann"],
    ]
    path = write(tmp_path, "p.jsonl", "\n".join(map(json.dumps, rows)) + "\n{\n")
    preferences, rejected = read_preference_table(path)
    assert [(p.author_id, p.scope) for p in preferences] == [("ann", "post:1"), ("7", "")]
    assert [one.line for one in rejected] == [3, 4, 5]
    assert rejected[0].reason == "author_id is a float; write it as a string"


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "author_id;purpose\nann;train\n"])
def test_a_table_without_its_columns(tmp_path, text):
    with pytest.raises(BadInput, match="no column"):
        read_preference_table(write(tmp_path, "p.csv", text))


def test_what_is_no_table(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_preference_table(tmp_path / "missing.csv")
    (tmp_path / "p.csv").write_bytes(b"author_id,purpose,state\nann,train,deny\n\xff\xfe\n")
    with pytest.raises(BadInput, match="UTF-8"):
        read_preference_table(tmp_path / "p.csv")


HEAD = "author_id,purpose,state,declared_at,post_id\n"


@pytest.mark.parametrize(
    ("name", "text", "authors", "reasons"),
    [
        ("p.csv", "\ufeff" + HEAD + "a,train,deny,,\n", ["a"], []),
        ("p.csv", (HEAD + "a,train,deny,,\nb,*,allow,,\n").replace("\n", "\r\n"), ["a", "b"], []),
        ("p.csv", (HEAD + "a,train,deny,,\nb,*,allow,,\n").replace("\n", "\r"), ["a", "b"], []),
        ("p.csv", HEAD + 'a,train,deny,,\n"b,train,deny,,\nc,train,deny,,\n', ["a"], [(3, "never closed; this line and all after")]),
        ("p.csv", HEAD + "L" * 140_000 + ",train,deny,,\nb,train,deny,,\n", ["b"], [(2, "field larger")]),
        ("p.csv", HEAD + '"a\nb",train,deny,,\nc,train,no,,\n', ["a\nb"], [(4, 'state is "no"')]),
        ("p.csv", HEAD + "a,train,deny,yesterday,\nb,train,deny,2026-13-01,\nc,train,deny,9999-12-31T23:59:59-14:00,\n", [], [(2, '"yesterday"'), (3, '"2026-13-01"'), (4, "9999")]),
        ("p.csv", HEAD + "a,train,deny,,,,\nb,train\n", [], [(2, "7 cells"), (3, 'state is ""')]),
        ("p.jsonl", '{"author_id": "\\ud800", "purpose": "train", "state": "deny"}\n' + "[" * 100_000, [], [(1, "half of a surrogate pair"), (2, "not JSON")]),
    ],
)  # fmt: skip
def test_odd_tables(tmp_path, name, text, authors, reasons):
    path = tmp_path / name
    path.write_bytes(text.encode())
    preferences, rejected = read_preference_table(path)
    assert [one.author_id for one in preferences] == authors
    assert [one.line for one in rejected] == [line for line, _ in reasons]
    assert all(words in one.reason for one, (_, words) in zip(rejected, reasons, strict=True))


def test_a_column_that_is_named_twice(tmp_path):
    with pytest.raises(BadInput, match="names the column author_id twice"):
        read_preference_table(write(tmp_path, "p.csv", "author_id,author_id,purpose,state\na,b,train,deny\n"))


def test_of_two_rows_that_say_different_things_the_stricter_or_the_later_stands(tmp_path):
    book = PreferenceBook(State(init_workspace(tmp_path / "w")))
    rows = "a,train,deny,,\na,train,allow,2020-01-01,\na,train,deny,,\nb,train,allow,2020-01-01,\nb,train,deny,2020-01-01,\n"
    preferences, _ = read_preference_table(write(tmp_path, "p.csv", HEAD + rows))
    assert book.declare(preferences) == 2
    assert book.states("train") == {"a": "deny", "b": "deny"}
    assert book.declare(preferences) == 0


def test_a_limit_that_other_code_raised_changes_nothing(tmp_path):
    import csv

    before = csv.field_size_limit(10_000_000)
    try:
        path = tmp_path / "p.csv"
        path.write_text(HEAD + "L" * 140_000 + ",train,deny,,\nb,train,deny,,\n")
        preferences, rejected = read_preference_table(path)
    finally:
        csv.field_size_limit(before)
    assert [one.author_id for one in preferences] == ["b"]
    assert [(one.line, "field larger" in one.reason) for one in rejected] == [(2, True)]
