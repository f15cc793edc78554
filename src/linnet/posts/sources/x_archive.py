"""The archive that X gives its users: a folder or a zip with data/tweets.js and its companions.

Taken: tweets (in parts), community tweets, circle tweets (private), deleted tweets (as deletions), and the long
texts of note-tweet.js, which replace the shortened text of their tweet. account.js names the author, and
protected-history.js says whether the account was last protected. Everything else in the archive is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from linnet.errors import BadInput
from linnet.posts.sources.archive_files import DAMAGE, ArchiveFiles
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.json_source import Values, add_values
from linnet.posts.sources.json_values import WHOLE_DOCUMENT_BYTES, BadJson, Damage, ElementScanner, parse_json
from linnet.posts.sources.source import Source
from linnet.posts.sources.times import parse_time
from linnet.posts.sources.x_posts import (
    expanded_urls,
    first_of,
    id_milliseconds,
    media_kinds,
    unescaped,
    versions,
)
from linnet.records import SourceBatch

PREFIX = re.compile(rb"\s*window\.YTD\.(\w+)\.part\d+\s*=\s*")
_POSTS = re.compile(r"(tweets?|community-tweet|twitter-circle-tweet|deleted-tweets?)(-part\d+)?\.js")
_NOTES = re.compile(r"note-tweet(-part\d+)?\.js")


class XArchive(Source):
    name = "x-archive"
    platform = "x"

    def __init__(self, path: Path, config: SourceConfig) -> None:
        super().__init__(path, config)
        self._only = path.name if path.suffix == ".js" else None
        self._files = ArchiveFiles(path.parent if self._only else path)
        if self._only is None:
            self._names = _names_by_kind(self._files.names())
        else:  # only what lies beside it: an account.js further down is another account's
            self._names = _names_by_kind(sorted(file.name for file in path.parent.iterdir()))
            self._names["posts"] = [name for name in self._names["posts"] if name == self._only]
        if not self._names["posts"]:
            raise BadInput(f"{path} holds no tweets: expected tweets.js or a file of its kind")
        if not self._names["account"]:
            raise BadInput(
                f"{path} does not say whose posts these are: account.js is missing; give the whole archive"
            )

    def read(self) -> Iterator[SourceBatch]:
        out = BatchBuilder(file=str(self.path), source=self.name, platform=self.platform, config=self.config)
        notes = self._long_texts(out)
        form = _Tweets(self._account(), notes, self._protected())
        if form.protected:
            out.prefer(form.author_id, "*", "deny", None, "x:protected")
        for name in self._names["posts"]:
            out.file = f"{self.path}/{name}" if self._only is None else str(self.path)
            form.kind = _POSTS.fullmatch(PurePosixPath(name).name)[1]  # type: ignore[index]
            yield from add_values(self._values(name), form, out)
        yield from out.flush()

    def _values(self, name: str) -> Values:
        """The elements of one .js file; damage in the middle costs what comes after it in that file only."""
        try:
            with self._files.open(name) as stream:
                if self._files.size(name) <= WHOLE_DOCUMENT_BYTES:
                    raw = stream.read()
                    found = PREFIX.match(raw)
                    try:
                        value = parse_json(raw[found.end() if found else 0 :].rstrip().rstrip(b";"))
                    except BadJson:
                        value = None
                    if isinstance(value, list):
                        for number, item in enumerate(value, start=1):
                            yield number, item, item
                        return
            with self._files.open(name) as stream:
                binary = cast(BinaryIO, stream)
                yield from ElementScanner(
                    binary, key=None, max_element_bytes=self.config.max_line_bytes
                ).elements()
        except DAMAGE as error:
            yield None, b"", Damage(f"the archive is damaged here: {error}")

    def _objects(self, kind: str, key: str) -> Iterator[dict[str, Any]]:
        for name in self._names[kind]:
            for _, _, value in self._values(name):
                if isinstance(value, dict) and isinstance(value.get(key), dict):
                    yield value[key]

    def _account(self) -> dict[str, Any]:
        account = next(self._objects("account", "account"), {})
        if not account.get("accountId"):
            raise BadInput(f"{self.path}: account.js cannot be read or has no accountId")
        return account

    def _protected(self) -> bool:
        history = list(self._objects("protected", "protectedHistory"))
        latest = max(history, key=lambda item: parse_time(item.get("protectedAt")) or 0, default={})
        return str(latest.get("action", "")).lower() == "protect"

    def _long_texts(self, out: BatchBuilder) -> dict[str, dict[str, Any]]:
        notes: dict[str, dict[str, Any]] = {}
        for name in self._names["notes"]:
            for number, raw, value in self._values(name):
                out.at(number, raw)
                note = value.get("noteTweet") if isinstance(value, dict) else None
                if isinstance(value, Damage):
                    out.reject(value.reason)
                elif not isinstance(note, dict) or not isinstance(note.get("noteTweetResults"), dict):
                    out.reject("a long text without noteTweetResults")
                else:
                    notes[str(note.get("tweetId"))] = note["noteTweetResults"]
                    out.other("long text")
        return notes


def _names_by_kind(names: list[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {"posts": [], "notes": [], "account": [], "protected": []}
    for name in names:
        last = PurePosixPath(name).name
        if _POSTS.fullmatch(last):
            kinds["posts"].append(name)
        elif _NOTES.fullmatch(last):
            kinds["notes"].append(name)
        elif last == "account.js":
            kinds["account"].append(name)
        elif last == "protected-history.js":
            kinds["protected"].append(name)
    # deletions last: a post that stands in both is gone
    kinds["posts"].sort(key=lambda name: (PurePosixPath(name).name.startswith("deleted"), name))
    return kinds


def is_x_archive(names: list[str]) -> bool:
    return bool(_names_by_kind(names)["posts"])


class _Tweets:
    name = XArchive.name
    platform = XArchive.platform

    def __init__(self, account: dict[str, Any], notes: dict[str, dict[str, Any]], protected: bool) -> None:
        self.author_id = account["accountId"]
        self.author_name = account.get("username")
        self.protected = protected
        self.kind = "tweets"
        self._notes = notes

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        tweet = value.get("tweet")
        if not isinstance(tweet, dict):
            out.reject("a row without a tweet")
            return
        own_id = str(first_of(tweet, "id_str", "id") or "")
        if self.kind.startswith("deleted"):
            out.delete(own_id, first_of(tweet, "deleted_at"))
            return
        post_id, is_later = versions(_history(tweet.get("edit_info"), own_id), own_id)
        note = self._notes.get(own_id) or {}
        text = first_of(note, "text") or first_of(tweet, "full_text", "text")
        entities = tweet.get("entities") or {}
        written = tweet.get("created_at")
        in_circle = self.kind == "twitter-circle-tweet"
        restricted = self.protected or (tweet.get("scopes") or {}).get("followers") is True
        out.post(
            post_id=post_id,
            author_id=self.author_id,
            author_name=self.author_name,
            created_at=(id_milliseconds(post_id) or written) if is_later else written,
            edited_at=written if is_later else None,
            text=unescaped(text) if isinstance(text, str) else text,
            language=tweet.get("lang"),
            reply_to=first_of(tweet, "in_reply_to_status_id_str", "in_reply_to_status_id"),
            quote_of=first_of(tweet, "quoted_status_id_str", "quoted_status_id"),
            urls=[*expanded_urls(entities), *_note_urls(note)],
            visibility="private" if in_circle else "followers" if restricted else "public",
            like_count=tweet.get("favorite_count"),
            repost_count=tweet.get("retweet_count"),
            media=media_kinds(entities, tweet.get("extended_entities")),
            has_media=bool(entities.get("media") or tweet.get("extended_entities")),
        )


def _history(edit_info: Any, own_id: str) -> list[str] | None:
    """The ids of the versions, the first one first."""
    if not isinstance(edit_info, dict):
        return None
    if isinstance(edit_info.get("initial"), dict):
        return edit_info["initial"].get("editTweetIds")
    edit = edit_info.get("edit")
    if isinstance(edit, dict) and edit.get("initialTweetId"):
        return [str(edit["initialTweetId"]), own_id]
    return None


def _note_urls(note: dict[str, Any]) -> Iterator[Any]:
    for url in (note.get("entitySet") or {}).get("urls") or ():
        yield first_of(url, "expandedUrl", "expanded_url")
