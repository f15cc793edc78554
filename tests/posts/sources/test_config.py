import pytest

from linnet.errors import WrongUse
from linnet.posts.sources import SourceConfig, parse_mapping


def test_defaults_build() -> None:
    config = SourceConfig()
    assert config.batch_rows == 50_000
    assert config.max_line_bytes == 16 * 1024 * 1024
    assert config.max_future_seconds == 86_400
    assert config.mapping == {}


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("text=content", {"text": "content"}),
        (
            "text=content, author=author_id ,created_at=publish_date",
            {"text": "content", "author_id": "author_id", "created_at": "publish_date"},
        ),
        ("author_id=a,", {"author_id": "a"}),
        ("text=a=b", {"text": "a=b"}),
        ("", {}),
    ],
)
def test_mapping(text: str, mapping: dict[str, str]) -> None:
    assert parse_mapping(text) == mapping


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("body=content", "fields are post_id, author_id"),
        ("text", "FIELD=COLUMN"),
        ("text=", "FIELD=COLUMN"),
        ("text=a,text=b", "mapped twice"),
        ("author=a,author_id=b", "mapped twice"),
    ],
)
def test_bad_mapping(text: str, message: str) -> None:
    with pytest.raises(WrongUse, match=message) as error:
        parse_mapping(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "bad", [{"batch_rows": 0}, {"max_line_bytes": 0}, {"max_future_seconds": -1}, {"mapping": {"x": "y"}}]
)
def test_bad_config(bad: dict) -> None:
    with pytest.raises(WrongUse, match=str(next(iter(bad)) if "mapping" not in bad else "'x'")):
        SourceConfig(**bad)
