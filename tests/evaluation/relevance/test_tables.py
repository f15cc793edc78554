from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from linnet.errors import BadInput, WrongUse
from linnet.evaluation.relevance.tables import (
    DOCUMENT_FIELDS,
    Document,
    Topic,
    parse_mapping,
    read_documents,
    read_qrels,
    read_topics,
)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "tsv", "jsonl"])
def test_documents_from_any_table(tmp_path: Path, suffix: str) -> None:
    table = pl.DataFrame({"vclaim_id": [7, 8], "title": ["One", "Two"], "vclaim": ["the first", None]})
    path = tmp_path / f"documents.{suffix}"
    {
        "parquet": lambda: table.write_parquet(path),
        "csv": lambda: table.write_csv(path),
        "tsv": lambda: table.write_csv(path, separator="\t"),
        "jsonl": lambda: table.write_ndjson(path),
    }[suffix]()
    mapping = parse_mapping("id=vclaim_id, text=vclaim", DOCUMENT_FIELDS)
    assert read_documents(path, mapping) == [
        Document(id="7", title="One", text="the first"),
        Document(id="8", title="Two", text=""),
    ]
    assert read_topics(path, mapping)[0] == Topic(id="7", text="the first")


def test_a_title_need_not_be_there(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("id,text\n1,hello\n")
    assert read_documents(path, {}) == [Document(id="1", text="hello")]


def test_judgements_as_a_table_and_as_trec_has_them(tmp_path: Path) -> None:
    pl.DataFrame(
        {"query_id": ["a", "a"], "zero": ["0", "0"], "vclaim_id": ["1", "2"], "rel": [1, 0]}
    ).write_parquet(tmp_path / "q.parquet")
    (tmp_path / "q.qrels").write_text("a 0 1 1\n\na\t0\t2\t0\n")
    expected = {"a": {"1": 1, "2": 0}}
    assert read_qrels(tmp_path / "q.parquet") == expected
    assert read_qrels(tmp_path / "q.qrels") == expected


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("d.csv", "id,text\n1,a\n1,b\n", "row 2: the id '1' comes twice"),
        ("d.csv", "id,text\na b,x\n", "'a b' is no id"),
        ("d.csv", "number,text\n1,a\n", "has no column 'id' for id; it has number, text"),
        ("d.docx", "x", "a table is .parquet, .csv, .tsv or .jsonl"),
        ("d.parquet", "no parquet", "cannot be read"),
    ],
)
def test_bad_documents_are_one_line(tmp_path: Path, name: str, content: str, says: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(BadInput) as caught:
        read_documents(tmp_path / name, {})
    assert says in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a 0 1\n", "line 1: a judgement has four columns, this has 3"),
        ("a 0 1 yes\n", "'yes'"),
        ("a 0 1 inf\n", "'inf'"),
    ],
)
def test_bad_judgements_are_one_line(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "q.qrels").write_text(content)
    with pytest.raises(BadInput, match=says):
        read_qrels(tmp_path / "q.qrels")


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    for read in (lambda p: read_documents(p, {}), read_qrels):
        with pytest.raises(BadInput, match="does not exist"):
            read(tmp_path / "nowhere.parquet")
    for text in ("id", "id=", "id=a,id=b", "body=x"):
        with pytest.raises(WrongUse):
            parse_mapping(text, DOCUMENT_FIELDS)


def test_judgements_in_another_encoding_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "q.qrels").write_bytes("é 0 1 1".encode("latin-1"))
    with pytest.raises(BadInput, match=r"q\.qrels is no text in UTF-8"):
        read_qrels(tmp_path / "q.qrels")
