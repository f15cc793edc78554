"""A platform made of a handful of posts in several languages, for tests and screenshots of the console."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from linnet.errors import NotReady


def ago(**amount: float) -> str:
    return (datetime.now(UTC) - timedelta(**amount)).isoformat(timespec="seconds").replace("+00:00", "Z")


def make_post(
    post_id: str, author: str | None, text: str, language: str | None, **more: Any
) -> dict[str, Any]:
    return {
        "post_id": post_id, "author_id": f"did:plc:{author or 'unknown'}", "author_name": author, "created_at": ago(hours=3),
        "edited_at": None, "text": text, "language": language, "reply_to": None, "repost_of": None, "quote_of": None,
        "conversation_id": None, "urls": [], "visibility": "public", "platform": "bluesky", "source": "jetstream",
        "like_count": 14, "repost_count": 3, "reply_count": 2, **more,
    }  # fmt: skip


BUS = "at://did:plc:ada/app.bsky.feed.post/3kbus"
HOSTILE = "hostile?id=1&x=<b>#frag %2F"

POSTS = [
    make_post(BUS, "ada.example", "The night bus on line 7 now runs until 2 am on weekends. Finally! Timetable: https://transit.example/lines/7?lang=en (from 1 March).", "en", created_at=ago(hours=3)),
    make_post("reply-1", "bo", "@ada.example And it even waits for the last tram. The driver told me the night bus was full yesterday.", "en", reply_to=BUS, created_at=ago(hours=2)),
    make_post("reply-2", "chloé.m", "Enfin un bus de nuit qui attend le dernier tramway, merci !", "fr", reply_to=BUS, created_at=ago(minutes=50)),
    make_post("post-fr", "gare_du_sud", "Travaux cet été : le bus de nuit remplacera le tramway entre la gare et l’université du 3 juillet au 28 août. Plus d’infos à l’accueil.", "fr", created_at=ago(days=2)),
    make_post("post-ar", "layla", "حافلة الليل وصلت في موعدها اليوم، شكراً لسائق الخط 7! night bus", "ar", created_at=ago(days=5)),
    make_post("post-ja", "haru_73", "深夜バス(night bus)は週末2時まで運行するようになりました。終電を逃しても安心ですね。", "ja", created_at=ago(days=9)),
    make_post("post-de", "nachteule", "Der Nachtbus (night bus) fährt jetzt alle 20 Minuten. Bitte bleibt so – für Schichtarbeiter ist das Gold wert.", "de", created_at=ago(days=40), edited_at=ago(days=39)),
    make_post("post-hi", "meera", "रात की बस अब सप्ताहांत में 2 बजे तक चलती है। night bus", "hi", created_at=ago(days=75)),
    make_post(HOSTILE, None, "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> night bus [click](javascript:alert(1)) javascript:alert(2) http://user@evil.example/ \u202egnp.exe\u202c https://good.example/a?b=1&c=2.", "und", created_at=ago(days=400)),
]  # fmt: skip
BY_ID = {post["post_id"]: post for post in POSTS}


class FakePlatform:
    """`readers` keeps each reader it was asked for; `calls` each call's name."""

    def __init__(self, *, slow_seconds: float = 3.0) -> None:
        self.readers: list[str | None] = []
        self.calls: list[str] = []
        self.slow_seconds = slow_seconds

    def status(self) -> dict[str, Any]:
        self.calls.append("status")
        days = [datetime.now(UTC).date() - timedelta(days=back) for back in range(60, 0, -1) if back % 11]
        return {
            "workspace": "Harbour Square", "posts": 128_431, "authors": 9_204, "newest_post": ago(minutes=3), "quarantined": 12,
            "stages": [
                {"name": "corpus", "state": "fresh", "reason": None, "finished_at": ago(hours=5), "seconds": 48.2, "counts": {"documents": 81_204, "dropped": 6_190}},
                {"name": "tokenizer", "state": "fresh", "reason": None, "finished_at": ago(hours=5), "seconds": 9.4, "counts": {"vocabulary": 16_384}},
                {"name": "base", "state": "stale", "reason": "newer corpus", "finished_at": ago(days=3), "seconds": 5_400.0, "counts": {"steps": 1_200, "tokens": 19_660_800}},
                {"name": "chat", "state": "running", "reason": None, "finished_at": None, "seconds": None, "counts": {}},
                {"name": "index", "state": "missing", "reason": "never finished", "finished_at": None, "seconds": None, "counts": {}},
            ],
            "index": {"lexical": {"posts": 128_431, "coverage": 1.0}, "vectors": {"posts": 40_210, "coverage": 0.3131, "backlog": 88_221}},
            "model": {"name": "harbour-square-14m", "parameters": 14_180_352, "bits_per_byte": 1.3712, "capable": False},
            "languages": [{"language": code, "posts": count} for code, count in (("en", 71_020), ("fr", 30_118), ("de", 9_400), ("ar", 6_203), ("ja", 5_120), ("hi", 3_311), ("pt", 1_902), ("es", 900), ("nl", 300), ("und", 157))],
            "posts_per_day": [{"day": day.isoformat(), "posts": 900 + (day.toordinal() * 7919) % 1100 + (700 if day.weekday() > 4 else 0)} for day in days],
            "visibility": [{"visibility": "public", "posts": 121_300}, {"visibility": "unlisted", "posts": 4_121}, {"visibility": "followers", "posts": 3_010}],
        }  # fmt: skip

    def search(self, query: str, *, limit: int, reader: str | None = None) -> dict[str, Any]:
        self._called("search", reader)
        if query == "crash":
            raise RuntimeError("secret detail of the server")
        if query == "unready":
            raise NotReady("the index is not built yet; run: linnet index")
        if query == "slow":
            time.sleep(self.slow_seconds)
        found = [] if query == "zebra" else POSTS
        hits = [{**{key: post[key] for key in ("post_id", "author_id", "author_name", "created_at", "text", "language")}, "score": 9.0 - rank} for rank, post in enumerate(found)]  # fmt: skip
        return {
            "hits": hits[:limit], "query": query, "filters": {"lang": "fr"} if "lang:fr" in query else {},
            "coverage": {"lexical": 1.0, "vectors": 0.3131}, "notes": ["search by meaning covers 31% of the posts so far; search by words is not affected"], "seconds": 0.0342,
        }  # fmt: skip

    def ask(self, question: str, *, reader: str | None = None) -> dict[str, Any]:
        self._called("ask", reader)
        if "zebra" in question:
            return {
                "answer": "",
                "sentences": [],
                "abstained": True,
                "extractive": True,
                "as_of": ago(minutes=3),
                "notice": "",
            }
        if "slow" in question:
            time.sleep(self.slow_seconds)
        return {
            "answer": "", "abstained": False, "extractive": True, "as_of": ago(minutes=3),
            "notice": "The model here is small, so these sentences are the posts' own words.",
            "sentences": [
                {"text": "The night bus on line 7 now runs until 2 am on weekends.", "citations": [
                    {"post_id": BUS, "quote": "The night bus on line 7 now runs until 2 am on weekends."},
                    {"post_id": "post-ja", "quote": "週末2時まで運行するようになりました"}]},
                {"text": "The driver told me the night bus was full yesterday.", "citations": [
                    {"post_id": "reply-1", "quote": "The driver told me the night bus was full yesterday."}]},
                {"text": "Enfin un bus de nuit qui attend le dernier tramway", "citations": [
                    {"post_id": "reply-2", "quote": "Enfin un bus de nuit qui attend le dernier tramway"},
                    {"post_id": "withdrawn", "quote": "words that are gone"}]},
            ],
        }  # fmt: skip

    def post(self, post_id: str, *, reader: str | None = None) -> dict[str, Any] | None:
        self._called("post", reader)
        post = BY_ID.get(post_id)
        if post is None:
            return None
        replies = [other for other in POSTS if other["reply_to"] == post_id]
        return {**post, "parent": BY_ID.get(post["reply_to"]), "replies": replies}

    def trace(self, post_id: str) -> dict[str, Any]:
        self.calls.append("trace")
        return {
            "post_id": post_id,
            "steps": [
                {"step": "ingested", "state": "done", "detail": "from jetstream, batch 41", "at": ago(hours=3), "facts": {"seq": 128_400, "visibility": "public"}},
                {"step": "consent", "state": "done", "detail": "allowed for train, retrieve, embed and generate", "at": ago(hours=3), "facts": {}},
                {"step": "document", "state": "done", "detail": "thread of 3 posts", "at": ago(hours=2), "facts": {"document_id": "doc-7f3a2c91", "split": "train"}},
                {"step": "tokens", "state": "dropped", "detail": "near duplicate of doc-11aa", "at": ago(hours=2), "facts": {"similarity": 0.931}},
                {"step": "model", "state": "waiting", "detail": "the base model is older than this document", "at": None, "facts": {}},
                {"step": "chat", "state": "denied", "detail": "the author denies generate", "at": None, "facts": {}},
                {"step": "index", "state": "done", "detail": "words and meaning", "at": ago(minutes=40), "facts": {"lexical": True, "vectors": True}},
            ],
        }  # fmt: skip

    def _called(self, name: str, reader: str | None) -> None:
        self.calls.append(name)
        self.readers.append(reader)
