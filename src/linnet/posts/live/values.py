"""One message of JSON -> rows, with the readers of files."""

from __future__ import annotations

from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.json_source import JsonFormat, add_values
from linnet.posts.sources.json_values import BadJson, Damage, parse_json


class LiveBatch(BatchBuilder):
    """Rows of a stream. The listener alone decides when it is flushed."""

    @property
    def full(self) -> bool:
        return False


def sort_value(raw: bytes, line: int, form: JsonFormat, out: BatchBuilder) -> Any:
    """Hand one message to its format and return its value; what is no JSON, or has not its shape, is set aside.

    `line` tells rejections of one stream apart: the time of arrival does.
    """
    try:
        value = parse_json(raw)
    except BadJson as error:
        value = Damage(str(error))
    for _ in add_values(iter([(line, raw[:1024], value)]), form, out):
        pass  # a LiveBatch is never full
    return value
