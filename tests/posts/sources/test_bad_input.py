"""Whatever comes in: one clear line for the file, or every bad row set aside and every good row in."""

import gzip
import random
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linnet.errors import BadInput, LinnetError, WrongUse
from linnet.posts.sources import SourceConfig, open_source
from linnet.posts.sources.activitypub import ActivityPub
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bluesky_records import BlueskyRecords
from linnet.posts.sources.jetstream import Jetstream
from linnet.posts.sources.json_source import add_values
from linnet.posts.sources.json_values import ElementScanner, parse_json
from linnet.posts.sources.mastodon import Mastodon
from linnet.posts.sources.x_api_v1 import XApiV1
from linnet.posts.sources.x_api_v2 import XApiV2

ROW = {"author": "ann", "created_at": "2023-02-18T12:33:11Z", "text": "hello"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.jsonl", b"\n \n", "is empty"),
        ("broken.zip", b"PK\x03\x04 and then nothing", "broken zip"),
        ("broken.zip", b"no zip at all", "broken zip"),
        ("posts.jsonl.gz", gzip.compress(b"{}", mtime=0), "compressed with gzip; unpack it first"),
        ("broken.parquet", b"PAR1 and then nothing", "no readable Parquet"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "binary file"),
        ("page.html", b"<html><body>hello</body></html>", "no column for"),
        ("notes.txt", b"just some words\nand more\n", "its columns are just some words"),
        ("numbers.json", b"[1, 2, 3]", "without any object"),
        ("other.json", b'{"lexicon": 1, "id": "x"}', "keys lexicon, id"),
        ("torn.json", b'{"data": [{"id": "1", "te', "damaged JSON"),
        ("junk.jsonl", b"{not json}\n{neither}\n", "no line that is a JSON object"),
        ("likes.js", b'window.YTD.like.part0 = [{"like": {"tweetId": "1"}}]', "holds no tweets"),
        ("header.csv", b",,,\n1,2,3,4\n", "no header"),
        ("lines.csv", b'"a\nb",\x1b[2J\n1,2\n', "its columns are a\ufffdb, \ufffd\\[2J;"),
        ("keys.jsonl", b'{"a\\nb\\u202e": 1}\n', "the keys a\ufffdb\ufffd, which"),
        ("wide.jsonl", '{"text": "x"}\n'.encode("utf-16"), "JSON in UTF-16; write it as UTF-8"),
        ("tweets.txt", b"window.YTD.tweets.part0 = []", "file of an X archive"),
    ],
)
def test_one_line_for_a_file_that_cannot_be_used(name: str, content: bytes, message: str, write: Any) -> None:
    path = write(name, content)
    with pytest.raises(BadInput, match=message) as error:
        open_source(path, SourceConfig())
    assert str(path) in str(error.value) and "\n" not in str(error.value)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        open_source(tmp_path / "missing.csv", SourceConfig())
    with pytest.raises(BadInput, match="cannot be read: File name too long"):
        open_source(tmp_path / ("x" * 5000), SourceConfig())
    with pytest.raises(BadInput, match="empty folder"):
        open_source(tmp_path, SourceConfig())
    (tmp_path / "posts.csv").touch()
    with pytest.raises(BadInput, match="no X archive"):
        open_source(tmp_path, SourceConfig())


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_a_mapping_that_names_no_column(name: str, write: Any, tmp_path: Path) -> None:
    frame = pl.DataFrame([ROW])
    path = tmp_path / name
    {"t.csv": frame.write_csv, "t.jsonl": frame.write_ndjson, "t.parquet": frame.write_parquet}[name](path)
    with pytest.raises(
        WrongUse, match=r"no column 'content' .for text.; its columns are author, created_at, text"
    ):
        open_source(path, SourceConfig(mapping={"text": "content"}))


def test_a_mapping_where_none_belongs(write: Any) -> None:
    write("account.js", b'window.YTD.account.part0 = [{"account": {"accountId": "1"}}]')
    path = write("tweets.js", b"window.YTD.tweets.part0 = []")
    with pytest.raises(WrongUse, match="needs no mapping"):
        open_source(path, SourceConfig(mapping={"text": "x"}))


def test_torn_json_lines(write: Any, read: Any) -> None:
    content = b"".join(orjson.dumps(ROW | {"id": n}) + b"\n" for n in range(5)) + b'{"id": 5, "author": "an'
    result = read(write("t.jsonl", content))
    assert result.ids == ["0", "1", "2", "3", "4"]
    assert [(r.line, r.excerpt) for r in result.rejections] == [(6, '{"id": 5, "author": "an')]
    assert "torn" in result.reasons[0]


def test_json_lines_with_all_kinds_of_damage(write: Any, read: Any) -> None:
    good = orjson.dumps(ROW)
    lines = [
        b'{"torn": ', good, b"[]", b"null", b"7", b'"text"', b"\xff\xfe\xfd", good.replace(b"hello", b"caf\xe9"),
        b"", b"[" * 100_000, good.replace(b"hello", b"\\ud83d\\ude00 \\ud800 a\\u0000b"), b'{"author": {"id": 1}, "text": ["x"]}',
    ]  # fmt: skip
    result = read(write("t.jsonl", b"\n".join(lines)))
    assert result.texts == ["hello", "😀 \ufffd ab"]
    assert [r.line for r in result.rejections] == [1, 4, 5, 6, 7, 8, 10, 12]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": ""}, "no text"),
        ({"text": None}, "no text"),
        ({"text": " \n\t"}, "no text"),
        ({"author": ""}, "no author"),
        ({"author": None}, "no author"),
        ({"created_at": ""}, "no created_at"),
        ({"created_at": None}, "no created_at"),
        ({"created_at": "yesterday"}, "created_at cannot be read as a time: 'yesterday'"),
        ({"created_at": "1989-12-31T23:59:59Z"}, "created_at is before 1990: '1989-12-31T23:59:59Z'"),
        ({"created_at": "1990-01-01"}, None),
        ({"created_at": "2999-01-01"}, "created_at lies in the future: '2999-01-01'"),
        ({"text": "", "repost_of": "7"}, None),
    ],
)
def test_rows_that_cannot_stand(
    change: dict[str, Any], reason: str | None, write: Any, tmp_path: Path, read: Any
) -> None:
    row = ROW | change
    pl.DataFrame([row]).write_parquet(tmp_path / "t.parquet")
    csv = ",".join(row) + "\n" + ",".join(f'"{value or ""}"' for value in row.values()) + "\n"
    for path in (write("t.jsonl", [row]), write("t.csv", csv), tmp_path / "t.parquet"):
        result = read(path)
        assert result.reasons == ([] if reason is None else [reason]), path.name
        assert all(r.line == (2 if path.suffix == ".csv" else 1) and r.excerpt for r in result.rejections)


def test_how_far_ahead_a_post_may_lie(write: Any, read: Any) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    path = write("t.jsonl", [ROW | {"created_at": soon}])
    assert len(read(path).posts) == 1
    assert "future" in read(path, max_future_seconds=3600).reasons[0]


def test_ids_beyond_2_53(write: Any, read: Any) -> None:
    big = 2**53 + 1
    path = write("t.jsonl", [ROW | {"id": big, "in_reply_to_id": big + 2}])
    assert (read(path).ids, read(path).posts[0]["reply_to"]) == ([str(big)], str(big + 2))
    text = f"id,author,created_at,text\n{big},ann,2023-02-18,a\n9.007199254740993e+15,ann,2023-02-18,b\n{big}.0,ann,2023-02-18,c\n12.0,ann,2023-02-18,d\n"
    result = read(write("t.csv", text))
    assert result.ids == [str(big), "12"]
    assert len(result.reasons) == 2 and all("floating-point" in reason for reason in result.reasons)


@pytest.mark.parametrize("form", ["jsonl", "first line", "csv", "array", "only line"])
def test_a_line_of_100_mb_is_set_aside_and_never_held(form: str, tmp_path: Path, read: Any) -> None:
    path = tmp_path / (
        "t.csv" if form == "csv" else "t.json" if form in ("array", "only line") else "t.jsonl"
    )
    good, better = orjson.dumps(ROW), orjson.dumps(ROW | {"text": "other"})
    if form == "csv":
        before, after = b"author,created_at,text\nann,2023-02-18,a\n", b"\nann,2023-02-18,b\n"
        start, end = b'ann,2023-02-18,"', b'"'
    else:
        start, end = b'{"author": "ann", "created_at": "2023-02-18", "text": "', b'"}'
        before, after = {
            "jsonl": (good + b"\n", b"\n" + better + b"\n"),
            "first line": (b"", b"\n" + good + b"\n" + better + b"\n"),
            "array": (b"[" + good + b",\n", b",\n" + better + b"]"),
            "only line": (b"", b""),
        }[form]
    with path.open("wb") as stream:
        stream.write(before + start)
        for _ in range(100):
            stream.write(b"x" * 1024 * 1024)
        stream.write(end + after)
    tracemalloc.start()
    try:
        if form == "only line":
            with pytest.raises(BadInput, match="too large"):
                read(path, max_line_bytes=1024 * 1024)
        else:
            result = read(path, max_line_bytes=1024 * 1024)
            assert len(result.posts) == 2
            assert len(result.rejections) == 1 and "longer than 1,048,576" in result.reasons[0]
        assert tracemalloc.get_traced_memory()[1] < 24 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_damaged_parquet_file_gives_what_can_be_read(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "t.parquet"
    rows = [ROW | {"id": str(n), "text": str(random.Random(n).getrandbits(256))} for n in range(4000)]
    pq.write_table(pl.DataFrame(rows).to_arrow(), path, row_group_size=1000, write_page_checksum=True)
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 200] = bytes(200)
    path.write_bytes(raw)
    result = read(path, batch_rows=500)
    assert 500 <= len(result.posts) < 4000
    assert "damaged" in result.reasons[0]


@pytest.mark.parametrize("dictionary", [False, True])
def test_a_row_of_parquet_that_is_not_utf_8(dictionary: bool, tmp_path: Path, read: Any) -> None:
    path = tmp_path / "t.parquet"
    rows = [ROW | {"id": str(n), "text": f"QQQ{n}"} for n in range(3)]
    pq.write_table(pl.DataFrame(rows).to_arrow(), path, compression="none", use_dictionary=dictionary)
    path.write_bytes(path.read_bytes().replace(b"QQQ1", b"\xff\xfe\xff1"))
    result = read(path)
    assert (result.ids, result.row_count) == (["0", "2"], 3)
    assert [(rejection.line, rejection.reason) for rejection in result.rejections] == [(2, "not UTF-8")]


@pytest.mark.parametrize("chunks", [1, 2, 7, 1000])
def test_an_array_is_cut_as_a_parser_would(chunks: int) -> None:
    values = [{"a": "x]},[{", "b": [1, [2, {"c": '\\"'}]]}, [], {}, "te,xt", 7, None, {"d": "é\\"}]
    raw = orjson.dumps(values, option=orjson.OPT_INDENT_2)

    class Slow:
        def __init__(self) -> None:
            self.rest = raw

        def read(self, _: int) -> bytes:
            piece, self.rest = self.rest[:chunks], self.rest[chunks:]
            return piece

    found = ElementScanner(Slow(), key=None, max_element_bytes=1000).elements()  # type: ignore[arg-type]
    assert [value for _, _, value in found] == values


def _fuzz_seeds() -> list[tuple[Any, dict[str, Any]]]:
    note = {
        "id": "n",
        "type": "Note",
        "attributedTo": "a",
        "published": "2023-02-18",
        "to": ["Public"],
        "content": "<p>x</p>",
    }
    record = {
        "$type": "app.bsky.feed.post",
        "text": "x",
        "createdAt": "2023-02-18",
        "langs": ["en"],
        "facets": [{"features": [{"$type": "#link", "uri": "u"}]}],
        "embed": {"record": {"uri": "at://did:b/app.bsky.feed.post/1"}},
        "reply": {"parent": {"uri": "at://p"}, "root": {"uri": "at://r"}},
    }
    return [
        (XApiV1, {"id": 1, "user": {"id": 2, "screen_name": "a", "protected": True}, "full_text": "x", "created_at": "2023-02-18", "entities": {"urls": [{"expanded_url": "u"}]}, "retweeted_status": {"id": 3, "user": {"id": 4}, "text": "y", "created_at": "2023-02-18"}}),
        (XApiV1, {"delete": {"status": {"id": 1}, "timestamp_ms": "1"}}),
        (XApiV2, {"data": [{"id": "1", "author_id": "2", "text": "x", "created_at": "2023-02-18", "edit_history_tweet_ids": ["0", "1"], "referenced_tweets": [{"type": "quoted", "id": "5"}], "public_metrics": {"like_count": 1}}], "includes": {"users": [{"id": "2", "username": "a", "protected": True}], "tweets": []}, "errors": [{"title": "t"}]}),
        (XApiV2, {"data": {"user_delete": {"user": {"id": "1"}, "event_at": "2023-02-18"}}}),
        (XApiV2, {"id": "1", "action": "delete", "reason": "protected", "created_at": "2023-02-18"}),
        (Mastodon, {"id": "1", "account": {"id": "2", "acct": "a", "indexable": False}, "content": "<p>x</p>", "created_at": "2023-02-18", "visibility": "public", "reblog": {"id": "3", "account": {"id": "4"}, "content": "y", "created_at": "2023-02-18", "visibility": "private"}, "quote": {"quoted_status": None}}),
        (ActivityPub, {"type": "OrderedCollection", "orderedItems": [{"type": "Create", "actor": "a", "to": ["Public"], "object": note}, {"type": "Announce", "actor": "a", "object": note, "to": "Public", "published": "2023-02-18"}, {"type": "Delete", "actor": "a", "object": "b"}]}),
        (Jetstream, {"did": "did:a", "time_us": 1676723591000000, "kind": "commit", "commit": {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "1", "record": record}}),
        (Jetstream, {"did": "did:a", "time_us": 1676723591000000, "kind": "account", "account": {"active": False}}),
        (BlueskyRecords, {"feed": [{"post": {"uri": "at://did:a/app.bsky.feed.post/1", "author": {"did": "did:a"}, "record": record}, "reason": {"$type": "#reasonRepost", "by": {"did": "did:b"}, "indexedAt": "2023-02-18"}}]}),
        (BlueskyRecords, {"accountMeta": {"Identity": {"DID": "did:a", "Handle": "h"}, "Takendown": True}, "postRecords": [{"uri": "at://did:a/app.bsky.feed.post/1", "value": record}]}),
    ]  # fmt: skip


WRONG = st.sampled_from(
    [None, "", "x", 0, -1, 2**70, 1.5, True, [], {}, [None], [1], {"id": None}, [{"id": []}], "\x00", [[]]]
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in ((*path, key), *_paths(item, (*path, key)))]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_value_in_any_place_is_sorted_and_counted(data: st.DataObject) -> None:
    make, seed = data.draw(st.sampled_from(_fuzz_seeds()))
    value = parse_json(orjson.dumps(seed))
    for path in data.draw(st.lists(st.sampled_from(_paths(value)), min_size=1, max_size=3)):
        target = value
        try:
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = data.draw(WRONG)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has cut this place off
    out = BatchBuilder(file="f", source="s", platform="p", config=SourceConfig())
    batches = list(add_values(iter([(1, b"", value)]), make(), out)) + list(out.flush())
    for batch in batches:
        accounted = (
            batch.posts.num_rows + len(batch.deletions) + len(batch.rejections) + sum(batch.other.values())
        )
        assert batch.row_count == accounted
    assert sum(batch.row_count for batch in batches) >= 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.json", "a.jsonl", "a.js", "a.cbor", "a.zip", "a.parquet", "a"]),
       start=st.sampled_from([b"", b"{", b"[", b"window.YTD.tweets.part0 = [", b"PK\x03\x04", b"PAR1", b"author,created_at,text\n", b"\xff\xfe", b"\xa4"]))  # fmt: skip
def test_any_bytes_end_in_rows_or_in_one_line(
    content: bytes, name: str, start: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(start + content)
    try:
        for batch in open_source(path, SourceConfig()).read():
            accounted = (
                batch.posts.num_rows
                + len(batch.deletions)
                + len(batch.rejections)
                + sum(batch.other.values())
            )
            assert batch.row_count == accounted
    except LinnetError as error:
        assert "\n" not in str(error)
