"""ActivityPub: the outbox of an account (Mastodon's archive has one), its pages, and single activities.

Create and Update carry posts, Announce is a repost, Delete a deletion. Who may see a post follows from `to` and
`cc`; a post that addresses nobody is rejected, because nobody can tell who may see it.
"""

from __future__ import annotations

from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bio_markers import prefer_by_bio
from linnet.posts.sources.html_text import plain_text
from linnet.posts.sources.mastodon import INDEXED_USES
from linnet.posts.sources.media import kind_of, kinds_of
from linnet.posts.sources.x_posts import first_of

PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
POST_TYPES = {"Note", "Article", "Question", "Page", "Video", "Audio", "Image", "Event"}
ACTOR_TYPES = {"Person", "Service", "Application", "Group", "Organization"}
COLLECTION_TYPES = {"OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage"}


def _ids(value: Any) -> list[str]:
    """The ids in a field that may hold nothing, one id, one object, or a list of these."""
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    found = (item.get("id") if isinstance(item, dict) else item for item in items)
    return [item for item in found if isinstance(item, str)]


def _id(value: Any) -> str | None:
    return next(iter(_ids(value)), None)


def visibility_of(*objects: dict[str, Any]) -> str | None:
    """Who may see it, from the first of `objects` that addresses anyone; None when none does."""
    for addressed in objects:
        to, cc = _ids(addressed.get("to")), _ids(addressed.get("cc"))
        if not to and not cc:
            continue
        if PUBLIC & set(to):
            return "public"
        if PUBLIC & set(cc):
            return "unlisted"
        if any(target.rstrip("/").endswith("/followers") for target in [*to, *cc]):
            return "followers"
        return "private"
    return None


class ActivityPub:
    name = "activitypub"
    platform = "mastodon"

    def __init__(self) -> None:
        self._handles: dict[str, str] = {}

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        kind = value.get("type")
        if kind in COLLECTION_TYPES:
            self._collection(value, out)
        elif kind in ("Create", "Update"):
            self._create(value, out)
        elif kind == "Announce":
            self._announce(value, out)
        elif kind == "Delete":
            self._delete(value, out)
        elif kind == "Undo":
            undone = value.get("object")
            if isinstance(undone, dict) and undone.get("type") == "Announce":
                out.delete(undone.get("id"), value.get("published"), "repost undone")
            else:
                out.other("Undo")
        elif kind in POST_TYPES:
            self._post(value, value, out)
        elif kind in ACTOR_TYPES:
            self._actor(value, out)
            out.other("profile")
        elif isinstance(kind, str):
            out.other(kind)
        else:
            out.reject("an activity without a type")

    def _collection(self, collection: dict[str, Any], out: BatchBuilder) -> None:
        items = first_of(collection, "orderedItems", "items")
        if items is None and isinstance(collection.get("first"), dict):
            items = first_of(collection["first"], "orderedItems", "items")
        if items is None:
            out.reject("a collection without its items: only a link to the first page")
            return
        for number, item in enumerate(items, start=1):
            out.at(number, item)
            if isinstance(item, dict):
                self.add(item, out)
            else:
                out.reject("an item that is only a link")

    def _create(self, activity: dict[str, Any], out: BatchBuilder) -> None:
        posted = activity.get("object")
        if not isinstance(posted, dict):
            out.reject(f"a {activity['type']} whose object is only a link")
        elif posted.get("type") in ACTOR_TYPES:
            self._actor(posted, out)
            out.other("profile")
        elif posted.get("type") in POST_TYPES:
            self._post(posted, activity, out)
        else:
            out.other(str(posted.get("type")))

    def _post(self, posted: dict[str, Any], activity: dict[str, Any], out: BatchBuilder) -> None:
        by_language = posted.get("contentMap")
        language = None
        content = posted.get("content")
        if isinstance(by_language, dict) and by_language:
            language = next((code for code, text in by_language.items() if text == content), None)
            language = language or next(iter(by_language))
            content = content or by_language[language]
        text, links = plain_text(content or "")
        title = first_of(posted, "summary") or first_of(posted, "name")
        if isinstance(title, str):
            text = f"{plain_text(title)[0]}\n\n{text}".strip()
        author = _id(posted.get("attributedTo")) or _id(activity.get("actor"))
        is_update = activity.get("type") == "Update"
        edited_at = posted.get("updated") or (activity.get("published") if is_update else None)
        published = posted.get("published") or (None if is_update else activity.get("published"))
        out.post(
            post_id=_id(posted),
            author_id=author,
            author_name=self._handles.get(author or "") or handle_of(author),
            created_at=published,
            edited_at=None if edited_at == published else edited_at,
            text=text,
            language=language,
            reply_to=_id(posted.get("inReplyTo")),
            quote_of=_id(first_of(posted, "quote", "quoteUrl", "quoteUri", "_misskey_quote")),
            urls=links,
            visibility=visibility_of(posted, activity),
            like_count=_total(posted.get("likes")),
            repost_count=_total(posted.get("shares")),
            reply_count=_total(posted.get("replies")),
            media=_media_kinds(posted),
            has_media=bool(posted.get("attachment") or posted.get("oneOf") or posted.get("anyOf")),
        )

    def _announce(self, activity: dict[str, Any], out: BatchBuilder) -> None:
        author = _id(activity.get("actor"))
        original = activity.get("object")
        out.post(
            post_id=_id(activity),
            author_id=author,
            author_name=self._handles.get(author or "") or handle_of(author),
            created_at=activity.get("published"),
            text="",
            repost_of=_id(original),
            visibility=visibility_of(activity),
            media=(),
        )
        if isinstance(original, dict) and original.get("type") in POST_TYPES:
            self._post(original, {}, out)

    def _delete(self, activity: dict[str, Any], out: BatchBuilder) -> None:
        gone, actor = _id(activity.get("object")), _id(activity.get("actor"))
        when = first_of(activity, "published", "updated")
        if gone is not None and gone == actor:
            out.prefer(actor, "*", "deny", when, "activitypub:delete")
            out.other("account")
        else:
            out.delete(gone, when)

    def _actor(self, actor: dict[str, Any], out: BatchBuilder) -> None:
        name = actor.get("preferredUsername")
        if isinstance(name, str) and isinstance(actor.get("id"), str):
            self._handles[actor["id"]] = name
        if actor.get("indexable") is False:
            for purpose in INDEXED_USES:
                out.prefer(actor.get("id"), purpose, "deny", None, "mastodon:indexable")
        bio, fields, seen_at = actor.get("summary"), actor.get("attachment"), actor.get("updated")
        prefer_by_bio(out, actor.get("id"), bio, fields=fields, seen_at=seen_at, source="mastodon:bio")


def handle_of(actor: str | None) -> str | None:
    """The handle in the usual forms of an actor's address: .../users/NAME and .../@NAME."""
    if not actor:
        return None
    before, _, last = actor.rstrip("/").rpartition("/")
    if last.startswith("@"):
        return last[1:]
    return last if before.endswith(("/users", "/u")) else None


def _media_kinds(posted: dict[str, Any]) -> set[str]:
    """Of what is attached, and of what the post itself is: a Video, a Question ..."""
    kinds = kinds_of(posted.get("attachment"), "mediaType", "type")
    own = kind_of(posted.get("type"))
    if own is not None:
        kinds.add(own)
    if posted.get("type") == "Question" or posted.get("oneOf") or posted.get("anyOf"):
        kinds.add("poll")
    return kinds


def _total(collection: Any) -> Any:
    return collection.get("totalItems") if isinstance(collection, dict) else None
