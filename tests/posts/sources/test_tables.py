"""CSV, TSV, JSON Lines and Parquet tables: the same rules, whole columns or single rows."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linnet.errors import BadInput, LinnetError
from linnet.posts.sources import SourceConfig, open_source
from linnet.posts.sources.batches import BatchBuilder, TimeBounds
from linnet.posts.sources.tables import frame_to_batch

COLUMNS = ["post_id", "author_id", "created_at", "text"]
ROWS = [
    ["1359350943356174337", "ann", "2023-02-18T12:33:11Z", "first"],
    ["2", "bo", "Sat Feb 18 12:33:11 +0000 2023", 'two\nlines, and "quotes"'],
    ["3", "cy", "2/18/2023 12:33", "émoji 🐦"],
]


def csv_text(rows: list[list[str]], delimiter: str = ",") -> str:
    quoted = ['"' + cell.replace('"', '""') + '"' for row in rows for cell in row]
    width = len(rows[0])
    return "".join(delimiter.join(quoted[i : i + width]) + "\r\n" for i in range(0, len(quoted), width))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv(encoding: str, delimiter: str, write: Any, read: Any) -> None:
    result = read(write("posts.csv", csv_text([COLUMNS, *ROWS], delimiter).encode(encoding)))
    assert result.name == ("tsv" if delimiter == "\t" else "csv")
    assert result.ids == [row[0] for row in ROWS]
    assert result.texts == [row[3] for row in ROWS]
    assert result.posts[2]["created_at"] == datetime(2023, 2, 18, 12, 33, tzinfo=UTC)
    assert {post["visibility"] for post in result.posts} == {"public"}


@pytest.mark.parametrize(
    ("encoding", "text", "read_as"),
    [
        ("latin-1", "Le café était fermé à Zürich; señor, naïve façade", "cp1252"),
        ("cp1252", "Le “café” était fermé – déjà vu, naïve façade", "cp1252"),
        ("cp1251", "Вчера вечером мы смотрели фильм про космонавтов и очень смеялись", "cp1251"),
    ],
)
def test_csv_that_is_not_utf_8(encoding: str, text: str, read_as: str, write: Any, read: Any) -> None:
    rows = [[str(n), "ann", "2023-02-18", f"{text} {n}"] for n in range(30)]
    result = read(write("posts.csv", csv_text([COLUMNS, *rows]).encode(encoding)))
    assert result.texts == [row[3] for row in rows]
    assert read_as in result.notes[0]


def test_utf_8_with_a_damaged_row(write: Any, read: Any) -> None:
    good = csv_text([[str(n), "ann", "2023-02-18", f"café {n}"] for n in range(50)]).encode()
    bad = b'"99","ann","2023-02-18","caf\xe9"\r\n'
    result = read(write("posts.csv", csv_text([COLUMNS]).encode() + bad + good))
    assert len(result.posts) == 50
    assert result.reasons == ["not UTF-8"] and result.rejections[0].line == 2


def test_rows_that_are_no_rows(write: Any, read: Any) -> None:
    text = "post_id,author_id,created_at,text\n1,ann,2023-02-18,a\n2,ann,2023-02-18\n\n3,ann,2023-02-18,b,c\n4,ann,2023-02-18,d\n"
    result = read(write("posts.csv", text))
    assert result.ids == ["1", "4"]
    assert [(r.line, r.reason) for r in result.rejections] == [
        (3, "3 columns instead of 4"),
        (5, "5 columns instead of 4"),
    ]


def test_a_quote_that_is_never_closed_costs_one_row(write: Any, read: Any) -> None:
    text = 'author_id,created_at,text\nann,2023-02-18,good\nann,2023-02-18,"never closed\n'
    result = read(write("posts.csv", text + "x\n" * 2000))
    assert result.texts == ["good"]
    assert result.reasons == ["a quotation is opened and never closed (to line 2003)"]
    result = read(
        write("posts.csv", text + "x" * 100 + "\n" + ("x" * 9999 + "\n") * 20), max_line_bytes=10_000
    )
    assert result.texts == ["good"]
    assert result.reasons[0].startswith("the row is longer than 10,000 characters")


def test_guessed_names(write: Any, read: Any) -> None:
    text = "Tweet ID,username,Timestamp,Content,lang,likes,retweet_count\n12,@ann,1676723591,hello,en,3,x\n"
    post = read(write("export.csv", text)).posts[0]
    assert (post["post_id"], post["author_id"], post["author_name"], post["text"]) == (
        "12",
        "@ann",
        "ann",
        "hello",
    )
    assert (post["language"], post["like_count"], post["repost_count"]) == ("en", 3, None)


def test_mapping(write: Any, read: Any) -> None:
    mapping = {"text": "b", "author_id": "a", "created_at": "c", "language": "d"}
    path = write("t.csv", "a,b,c,d,post_id\nann,hello,2023-02-18,German,7\n")
    post = read(path, mapping=mapping).posts[0]
    assert (post["author_id"], post["text"], post["language"], post["post_id"]) == ("ann", "hello", "de", "7")


def test_posts_without_an_id_get_a_digest(write: Any, tmp_path: Path, read: Any) -> None:
    rows = [["ann", "2023-02-18T12:33:11Z", "hello"], ["bo", "2023-02-18T12:33:11.5Z", "hello"]]
    expected = [
        blake2b(f"{author}\0{time}\0hello".encode(), digest_size=16).hexdigest()
        for author, time in [
            ("ann", "2023-02-18T12:33:11.000000+00:00"),
            ("bo", "2023-02-18T12:33:11.500000+00:00"),
        ]
    ]
    names = ["author_id", "created_at", "text"]
    assert read(write("t.csv", csv_text([names, *rows]))).ids == expected
    assert read(write("t.jsonl", [dict(zip(names, row, strict=True)) for row in rows])).ids == expected
    pl.DataFrame(rows, schema=names, orient="row").write_parquet(tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet").ids == expected


def table(tmp_path: Path, **columns: Any) -> Path:
    height = len(next(iter(columns.values())))
    columns = {
        "author_id": ["ann"] * height,
        "created_at": ["2023-02-18"] * height,
        "text": ["x"] * height,
    } | columns
    path = tmp_path / "t.parquet"
    pl.DataFrame(columns, strict=False).write_parquet(path)
    return path


def test_parquet_ids(tmp_path: Path, read: Any) -> None:
    big = 2**62 + 1
    assert read(table(tmp_path, post_id=[big, big + 1])).ids == [str(big), str(big + 1)]
    assert read(table(tmp_path, post_id=pl.Series([2**64 - 1], dtype=pl.UInt64))).ids == [str(2**64 - 1)]
    floats = read(table(tmp_path, post_id=[12.0, 1.5, float(big)]))
    assert floats.ids == ["12"]
    assert [r.line for r in floats.rejections] == [2, 3]
    assert all("floating-point" in reason for reason in floats.reasons)
    replies = read(table(tmp_path, post_id=[1, 2], reply_to=[None, 7.0]))
    assert [post["reply_to"] for post in replies.posts] == [None, "7"]


@pytest.mark.parametrize("kind", [pl.Datetime("us"), pl.Datetime("ms", "Europe/Berlin"), pl.Date])
def test_times_that_python_does_not_have(kind: Any, tmp_path: Path, read: Any) -> None:
    far = 2**30 if kind == pl.Date else 2**61
    good = 19_000 if kind == pl.Date else 1_600_000_000_000 * (1 if kind.time_unit == "ms" else 1000)
    times = pl.Series([far, good, -far], dtype=pl.Int64).cast(pl.Int32 if kind == pl.Date else pl.Int64)
    result = read(table(tmp_path, post_id=["1", "2", "3"], created_at=times.cast(kind)))
    assert result.ids == ["2"]
    assert result.reasons == [
        f"created_at lies in the future: '{far}'",
        f"created_at is before 1990: '{-far}'",
    ]


def test_parquet_columns_that_are_no_field(tmp_path: Path, read: Any) -> None:
    result = read(table(tmp_path, post_id=["1"], user=[{"id": "7"}], thread_id=[["8"]]))
    assert (result.ids, result.posts[0]["conversation_id"]) == (["1"], None)
    row = pa.table({"author": ["ann"], "created_at": ["2023-02-18"], "text": ["a"]})
    pq.write_table(row.append_column("text", pa.array(["b"])), tmp_path / "t.parquet")
    with pytest.raises(BadInput, match="has 2 columns 'text'; rename all but one"):
        read(tmp_path / "t.parquet")


def test_parquet_with_notes_of_any_bytes(tmp_path: Path, read: Any) -> None:
    rows = pa.table({"id": ["1"], "author": ["ann"], "created_at": ["2023-02-18"], "text": ["a"]})
    pq.write_table(rows.replace_schema_metadata({b"\xff": b"\xfe"}), tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet").ids == ["1"]


@pytest.mark.parametrize("nothing", ["None", "nan", "null", "<NA>"])
def test_words_for_a_missing_id(nothing: str, write: Any, read: Any) -> None:
    row = {
        "post_id": nothing,
        "author": nothing,
        "text": "x",
        "created_at": "2023-02-18",
        "reply_to": nothing,
    }
    csv = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    for path in (write("t.csv", csv), write("t.jsonl", [row])):
        (post,) = read(path).posts
        assert len(post["post_id"]) == 32 and post["reply_to"] is None and post["author_id"] == nothing


def test_a_header_that_begins_like_a_zip(write: Any, read: Any) -> None:
    path = write("t.csv", "PK,author,text,created_at\n1,ann,x,2023-02-18\n")
    mapping = {"post_id": "PK", "author_id": "author"}
    assert read(path, mapping=mapping).ids == ["1"]


def test_other_columns_of_parquet(tmp_path: Path, read: Any) -> None:
    path = table(
        tmp_path,
        post_id=[1, 2, 3, 4],
        created_at=[datetime(2023, 2, 18, 12, 33, 11)] * 4,
        urls=[["https://a.example/"], None, [], ["https://b.example/", "https://c.example/"]],
        visibility=["public", "Direct", "nobody", None],
        edited_at=[None, None, None, None],
        like_count=[1, -1, 2, 3],
        author_name=["@ann", None, "", "di"],
    )
    result = read(path)
    assert [post["urls"] for post in result.posts] == [["https://a.example/"], []]
    assert [post["visibility"] for post in result.posts] == ["public", "private"]
    assert [post["like_count"] for post in result.posts] == [1, None]
    assert result.posts[0]["author_name"] == "ann"
    assert result.reasons == ["unknown visibility: 'nobody'", "no visibility"]


@pytest.mark.parametrize(
    ("cell", "urls"),
    [
        ("https://a.example/x,https://b.example/", ["https://a.example/x", "https://b.example/"]),
        (
            "['http://example.com/4', 'http://example.com/6']",
            ["http://example.com/4", "http://example.com/6"],
        ),
        ('["https://a.example/?q=1,2"]', ["https://a.example/?q=1,2"]),
        ("", []),
    ],
)
def test_urls_in_a_cell(cell: str, urls: list[str], write: Any, read: Any) -> None:
    path = write(
        "t.csv", csv_text([["author_id", "created_at", "text", "urls"], ["ann", "2023-02-18", "x", cell]])
    )
    assert read(path).posts[0]["urls"] == urls
    path = write("t.jsonl", [{"author_id": "ann", "created_at": "2023-02-18", "text": "x", "urls": cell}])
    assert read(path).posts[0]["urls"] == urls


def test_json_lines(write: Any, read: Any) -> None:
    rows = [
        {"id": 2**60 + 1, "user": {"id": 2**53 + 1}, "body": "a\x00b", "time": 1676723591000},
        {"id": 1.5e18, "user": {"id": 1}, "body": "inexact", "time": 1676723591000},
    ]
    mapping = {"post_id": "id", "author_id": "user.id", "text": "body", "created_at": "time"}
    result = read(write("t.jsonl", rows), mapping=mapping)
    assert result.ids == [str(2**60 + 1)]
    assert (result.posts[0]["author_id"], result.posts[0]["text"]) == (str(2**53 + 1), "ab")
    assert "floating-point" in result.reasons[0] and result.rejections[0].line == 2
    listed = write("t.json", json.dumps([{"author": "ann", "date": "2023-02-18", "text": "x"}]))
    assert read(listed).texts == ["x"]
    one_a_line = write(
        "u.json",
        '[\n{"author": "ann", "date": "2023-02-18", "text": "x"},\n{"author": "bo", "date": "2023-02-18", "text": "y"}\n]\n',
    )
    assert read(one_a_line).texts == ["x", "y"]


def test_batches_and_hints(write: Any, tmp_path: Path, read: Any) -> None:
    rows = [[str(n), "ann", "2023-02-18", f"text {n}"] for n in range(25)]
    paths = [
        write("t.csv", csv_text([COLUMNS, *rows])),
        write("t.jsonl", [dict(zip(COLUMNS, row, strict=True)) for row in rows]),
    ]
    pl.DataFrame(rows, schema=COLUMNS, orient="row").write_parquet(tmp_path / "t.parquet")
    for path in [*paths, tmp_path / "t.parquet"]:
        result = read(path, batch_rows=10)
        assert result.batch_sizes == [10, 10, 5]
        assert result.ids == [row[0] for row in rows]
        assert open_source(path, SourceConfig()).row_count_hint() == 25


def test_a_post_id_stands_once_in_a_batch_with_its_newest_version(write: Any, read: Any) -> None:
    names = ["post_id", "author_id", "created_at", "text", "edited_at"]
    rows = [
        ["1", "ann", "2023-02-18", "newest", "2023-02-20"],
        ["1", "ann", "2023-02-18", "first", ""],
        ["1", "ann", "2023-02-18", "second", "2023-02-19"],
    ]
    for path in (
        write("t.csv", csv_text([names, *rows])),
        write("t.jsonl", [dict(zip(names, row, strict=True)) for row in rows]),
    ):
        result = read(path)
        assert result.texts == ["newest"] and result.other == {"repeated": 2}


CELLS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
ID_CELLS = st.one_of(
    CELLS, st.sampled_from(["1", " 2 ", "12.0", "1.5e+18", "12e5", "9007199254740993.0", "1e+19", "d687zh5"])
)
TIME_CELLS = st.one_of(
    CELLS,
    st.sampled_from(["2023-02-18", "1676723591", "1676723591000", "1989-12-31", "2999-01-01", "2/18/2023"]),
)
TABLE_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "post_id": ID_CELLS, "author_id": ID_CELLS, "created_at": TIME_CELLS, "text": CELLS, "reply_to": ID_CELLS,
            "language": st.one_of(CELLS, st.sampled_from(["English", "en_gb", "und"])), "author_name": CELLS,
            "visibility": st.sampled_from(["public", "unlisted", "followers", "private", "secret", None]),
            "edited_at": TIME_CELLS, "repost_of": ID_CELLS, "like_count": st.sampled_from(["1", None, "x", "-1"]),
        }
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLE_ROWS)
def test_columns_and_single_rows_agree(rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows, schema={name: pl.String for name in rows[0]})
    by_column = frame_to_batch(
        frame, file="f", lines=range(1, len(rows) + 1), source="s", bounds=TimeBounds(86_400)
    )
    out = BatchBuilder(file="f", source="s", platform="file", config=SourceConfig())
    for line, row in enumerate(rows, start=1):
        out.at(line, "")
        out.post(**row)
    (by_row,) = out.flush()
    key: Callable[[dict[str, Any]], Any] = lambda post: post["post_id"]  # noqa: E731
    assert sorted(by_column.posts.to_pylist(), key=key) == sorted(by_row.posts.to_pylist(), key=key)
    assert [(r.line, r.reason) for r in by_column.rejections] == [
        (r.line, r.reason) for r in by_row.rejections
    ]
    assert by_column.other == by_row.other


IRA = {"text": "content", "author_id": "author_id", "created_at": "publish_date", "language": "language"}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "mapping", "posts"),
    [
        ("control_airline_2015/tweets.parquet", {}, 11_724),
        ("control_btc_2012/tweets.parquet", {}, 1_968),
        ("control_news_2011_2015/tweets.parquet", {}, 52_861),
        ("control_tidytext_accounts/tweets.parquet", {}, 13_091),
        ("control_twcs_2017/support_requests.parquet", {}, 11_978),
        ("control_trump_2009_2017/tweets.parquet", {"author_id": "source", "post_id": "id_str"}, 20_761),
        ("rumoureval2017/tweets.parquet", {}, 4_519),
        ("coordination_toolkit/sample_data.csv", {}, 100),
    ],
)
def test_real_tables(shared: Path, read: Any, name: str, mapping: dict[str, str], posts: int) -> None:
    result = read(shared / name, mapping=mapping)
    assert len(result.posts) == posts


@pytest.mark.shared
def test_real_tweets_without_ids(shared: Path) -> None:
    source = open_source(shared / "ira_tweets" / "tweets_part0.parquet", SourceConfig(mapping=IRA))
    assert source.row_count_hint() == 616_499
    batch = next(iter(source.read()))
    assert batch.row_count == 50_000 and batch.posts.num_rows > 49_000
    assert {"en", "ru", "de"} <= set(batch.posts["language"].to_pylist())


@pytest.mark.shared
def test_a_table_whose_author_nobody_can_guess(shared: Path) -> None:
    with pytest.raises(LinnetError, match=r"no column for author_id; its columns are source, id_str"):
        open_source(shared / "control_trump_2009_2017" / "tweets.parquet", SourceConfig())
