"""Documents, topics and judgements from any table: Parquet, CSV, TSV or JSON Lines, and qrels in TREC's own form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from linnet.errors import BadInput, WrongUse

DOCUMENT_FIELDS = ("id", "title", "text")
TOPIC_FIELDS = ("id", "text")
QREL_FIELDS = ("query", "id", "relevance")
GUESSES = {
    "query": ("query", "query_id", "qid", "topic", "topic_id"),
    "id": ("id", "docno", "doc_id", "document_id", "vclaim_id", "post_id"),
    "relevance": ("relevance", "rel", "label", "grade"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    id: str
    text: str


Qrels = dict[str, dict[str, int]]  # topic -> document -> relevance; what is not judged is missing


def parse_mapping(text: str | None, fields: tuple[str, ...]) -> dict[str, str]:
    """ "id=vclaim_id,text=vclaim" -> {"id": "vclaim_id", "text": "vclaim"}; a field without one keeps its own name."""
    mapping: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in (text or "").split(","))):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column or field in mapping:
            raise WrongUse(f"{part!r} is no mapping, or a second one; write FIELD=COLUMN, as in text=content")
        if field not in fields:
            raise WrongUse(f"{field!r} is no field here; there are {', '.join(fields)}")
        mapping[field] = column
    return mapping


def read_documents(path: Path, mapping: Mapping[str, str]) -> list[Document]:
    """All documents of a table. `title` may be missing. Raises BadInput for an id that comes twice."""
    table = read_table(path)
    ids, texts = _column(table, path, mapping, "id"), _column(table, path, mapping, "text")
    wanted = mapping.get("title", "title")
    if "title" in mapping or wanted in table.columns:
        titles = _column(table, path, mapping, "title")
    else:
        titles = [""] * len(ids)
    _once(ids, path)
    return [
        Document(id=id_, title=title, text=text) for id_, title, text in zip(ids, titles, texts, strict=True)
    ]


def read_topics(path: Path, mapping: Mapping[str, str]) -> list[Topic]:
    table = read_table(path)
    ids, texts = _column(table, path, mapping, "id"), _column(table, path, mapping, "text")
    _once(ids, path)
    return [Topic(id=id_, text=text) for id_, text in zip(ids, texts, strict=True)]


def read_qrels(path: Path, mapping: Mapping[str, str] | None = None) -> Qrels:
    """A table, or TREC's four columns without a header: topic, ignored, document, relevance."""
    if path.suffix in (".qrels", ".txt", ".trec", ""):
        return _trec_qrels(path)
    table, mapping = read_table(path), dict(mapping or {})
    for field, names in GUESSES.items():
        if field not in mapping:
            mapping[field] = next((name for name in names if name in table.columns), field)
    queries, ids, relevances = (_column(table, path, mapping, field) for field in QREL_FIELDS)
    qrels: Qrels = {}
    for row, (query, id_, relevance) in enumerate(zip(queries, ids, relevances, strict=True), start=1):
        qrels.setdefault(query, {})[id_] = _relevance(relevance, path, row)
    return qrels


def read_table(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise BadInput(f"{path} does not exist")
    try:
        match path.suffix.lower():
            case ".parquet":
                return pl.read_parquet(path)
            case ".csv":
                return pl.read_csv(path, infer_schema=False)
            case ".tsv":
                return pl.read_csv(path, separator="\t", infer_schema=False, quote_char=None)
            case ".jsonl" | ".ndjson":
                return pl.read_ndjson(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    raise BadInput(f"{path.name}: a table is .parquet, .csv, .tsv or .jsonl")


def _column(table: pl.DataFrame, path: Path, mapping: Mapping[str, str], field: str) -> list[str]:
    name = mapping.get(field, field)
    if name not in table.columns:
        raise BadInput(
            f"{path.name} has no column {name!r} for {field}; it has {', '.join(table.columns[:20])}; "
            f"map it with {field}=COLUMN"
        )
    try:
        return table[name].cast(pl.String).fill_null("").to_list()
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"{path.name}: the column {name!r} holds no text") from error


def _once(ids: list[str], path: Path) -> None:
    seen: set[str] = set()
    for row, id_ in enumerate(ids, start=1):
        if not id_ or id_.split() != [id_]:  # run files part their columns by spaces
            raise BadInput(f"{path.name}, row {row}: {id_!r} is no id; ids are not empty and have no spaces")
        if id_ in seen:
            raise BadInput(f"{path.name}, row {row}: the id {id_!r} comes twice")
        seen.add(id_)


def read_lines(path: Path) -> list[str]:
    if not path.is_file():
        raise BadInput(f"{path} does not exist")
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (UnicodeDecodeError, OSError) as error:
        raise BadInput(f"{path.name} is no text in UTF-8: {error}") from error


def _trec_qrels(path: Path) -> Qrels:
    qrels: Qrels = {}
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        parts = line.split()
        if len(parts) != 4:
            raise BadInput(f"{path.name}, line {number}: a judgement has four columns, this has {len(parts)}")
        qrels.setdefault(parts[0], {})[parts[2]] = _relevance(parts[3], path, number)
    return qrels


def _relevance(text: str, path: Path, row: int) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{path.name}, row {row}: the relevance {text!r} is no number") from error
