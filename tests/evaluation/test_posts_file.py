"""Any file of posts can be scored: what is read from it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linnet.errors import BadInput, WrongUse
from linnet.evaluation.posts_file import PostsFile, parse_columns
from linnet.model.controls import Controls

TEXTS = ["The birds are singing over the river this morning.", "", "Der Vogel singt heute über dem Fluss."]


def read(path: Path, mapping: str = "", platform: str | None = None) -> list[tuple[str, Controls, str]]:
    return [
        (post.text, post.controls, post.source)
        for post in PostsFile(path, parse_columns(mapping), platform).read()
    ]


@pytest.mark.parametrize("kind", ["parquet", "csv", "tsv", "jsonl", "json"])
def test_a_column_of_text_is_enough(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"posts.{kind}"
    frame = pl.DataFrame({"content": TEXTS, "number": [1, 2, 3]})
    if kind == "parquet":
        frame.write_parquet(path)
    elif kind in ("csv", "tsv"):
        frame.write_csv(path, separator="\t" if kind == "tsv" else ",")
    elif kind == "jsonl":
        frame.write_ndjson(path)
    else:
        path.write_text(json.dumps(frame.to_dicts()))
    for mapping in ("text=content", ""):
        found = read(path, mapping)
        assert [text for text, _, _ in found] == TEXTS
        assert found[0][1] == Controls(language="en")
        assert found[2][1] == Controls(language="de")
    assert {source for _, _, source in read(path, "text=content", "x")} == {"x"}
    assert read(path, "text=content", "x")[0][1] == Controls(language="en", platform="x")


def test_mapped_facts_are_given(tmp_path: Path) -> None:
    when = [datetime(2016, 3, 31, 23, tzinfo=UTC), None, datetime(2026, 11, 1, tzinfo=UTC)]
    path = tmp_path / "posts.parquet"
    pl.DataFrame(
        {"body": TEXTS, "at": when, "said": ["French", "zxx", None], "net": ["x", "mastodon", None]}
    ).write_parquet(path)
    controls = [one for _, one, _ in read(path, "text=body,created_at=at,language=said,platform=net")]
    assert controls[0] == Controls(month="2016-03", language="fr", platform="x")
    assert controls[1] == Controls(month=None, language=None, platform="mastodon")
    assert controls[2] == Controls(month="2026-11", language="de")


def test_time_and_language_are_found_where_they_are_not_mapped(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    pl.DataFrame(
        {"text": TEXTS[:1], "publish_date": ["2016-03-01"], "language": ["fr"], "platform": ["x"]}
    ).write_csv(path)
    told = Controls(month="2016-03", language="fr")
    assert read(path, "text=text")[0][1] == told
    assert read(path, "text=text,platform=platform")[0][1] == dataclasses.replace(told, platform="x")
    assert read(path, "text=text,created_at=language")[0][1] == Controls(
        language="en"
    )  # no time: not a month


def test_times_in_every_form(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    times = ["2016-03-01T00:00:00Z", 1456790400, "soon", None, "Tue Mar 01 10:00:00 +0000 2016", 10**15 * 9]
    path.write_text("".join(json.dumps({"text": "a post", "created_at": time}) + "\n" for time in times))
    months = [controls.month for _, controls, _ in read(path, "text=text,created_at=created_at")]
    assert months == ["2016-03", "2016-03", None, None, "2016-03", None]


def test_what_is_not_unicode_becomes_the_replacement_character(tmp_path: Path) -> None:
    lines = tmp_path / "posts.jsonl"
    lines.write_bytes(b'{"text": "lone \\ud83d here"}\n{"text": "pair \\ud83d\\ude00"}\nnot json\n')
    file = PostsFile(lines, {"text": "text"})
    assert [post.text for post in file.read()] == ["lone \ufffd here", "pair \U0001f600"]
    assert file.rejected == 1
    damaged = tmp_path / "damaged.parquet"
    column = pa.StringArray.from_buffers(
        1, pa.py_buffer(b"\x00\x00\x00\x00\x06\x00\x00\x00"), pa.py_buffer(b"a\xff b c")
    )
    pq.write_table(pa.table({"text": column}), damaged)
    assert [text for text, _, _ in read(damaged)] == ["a\ufffd b c"]
    table = tmp_path / "posts.csv"
    table.write_bytes(b"text,x\n" + b"a good line,1\n" * 20 + b"caf\xe9,1\n")
    assert len([text for text, _, _ in read(table)]) == 21


def test_what_ingest_reads_is_read(tmp_path: Path) -> None:
    path = tmp_path / "statuses.json"
    status = {
        "id": "1",
        "created_at": "2024-05-06T07:08:09.000Z",
        "content": "<p>Guten Morgen, liebe Leute</p>",
        "language": "de",
        "visibility": "public",
        "account": {"id": "2", "acct": "ada"},
        "url": "https://example.org/@ada/1",
        "uri": "https://example.org/users/ada/statuses/1",
    }
    path.write_text(json.dumps([status]))
    [(text, controls, source)] = read(path)
    assert text == "Guten Morgen, liebe Leute"
    assert (controls.month, controls.language, controls.platform) == ("2024-05", "de", "mastodon")
    assert source.startswith("mastodon")
    with pytest.raises(WrongUse, match="no table"):
        PostsFile(tmp_path, {"text": "x"}).first()


def test_the_first_posts_with_text(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    pl.DataFrame({"text": ["", "a", "", "b", "c"], "n": [1, 2, 3, 4, 5]}).write_csv(path)
    assert [post.text for post in PostsFile(path).first(2)] == ["", "a", "", "b"]
    assert len(PostsFile(path).first()) == 5


def test_wrong_use_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("words,number\nhello,1\n")
    with pytest.raises(BadInput, match="no column for text; its columns are words, number; say which"):
        read(path)
    with pytest.raises(WrongUse, match="no column 'content'"):
        read(path, "text=content")
    with pytest.raises(BadInput, match="does not exist"):
        PostsFile(tmp_path / "none.csv")
    with pytest.raises(WrongUse, match="is no mapping"):
        parse_columns("text")
    with pytest.raises(WrongUse, match="is no field"):
        parse_columns("words=text")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(BadInput, match="no readable Parquet file"):
        read(tmp_path / "broken.parquet")
