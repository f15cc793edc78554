"""A platform made of a handful of posts in several languages, for tests and screenshots of the console."""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, NotReady
from linnet.workspace import Workspace


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
DEBT = {
    "model": "linnet-harbour-square-14m", "why": "the base model saw 3 of these posts",
    "until": "the next pretraining",
}  # fmt: skip
BY_ID = {post["post_id"]: post for post in POSTS}


ANSWER = "The night bus on line 7 now runs until 2 am on weekends. The driver told me the night bus was full yesterday."


def make_run(name: str, step: int, state: str) -> dict[str, Any]:
    """A run of 6,000 steps of 2,048 tokens that fell over a spike once."""
    points = [
        {
            "step": at, "tokens": at * 2048, "loss": 3.1 + 5.9 * math.exp(-at / 700) + 0.05 * math.sin(at * 0.73),
            "learning_rate": 4e-3 * min(at / 300, 1) * (1 - 0.98 * at / 6_000), "grad_norm": 0.6 + 0.3 * math.cos(at / 37),
            "tokens_per_second": 9_800 + 400 * math.sin(at / 50), "mfu": 0.41 + 0.02 * math.sin(at / 50),
            "seconds_left": (6_000 - at) * 0.21, "cpu_seconds": at * 0.4, "time": time.time() - (step - at) * 0.21,
        }
        for at in range(10, step + 1, 10)
        if not 2_380 <= at <= 2_620
    ]  # fmt: skip
    rewind = {
        "to_step": 2_000, "skip_from": 2_380, "skip_to": 2_625, "first_step": 2_400, "last_step": 2_605,
        "losses": [4.9, 6.8, 7.2], "limit": 3.9, "time": time.time() - 400, "done": True,
    }  # fmt: skip
    return {
        "name": name, **points[-1], "state": state, "steps": 6_000, "total_tokens": 6_000 * 2048, "progress": step / 6_000,
        "seconds_left": points[-1]["seconds_left"] if state == "running" else None, "preset": "nano", "points": points,
        "rewinds": [rewind], "checkpoints": [step - step % 500 - 500, step - step % 500], "stopped": None,
    }  # fmt: skip


class FakePlatform:
    """`readers` keeps each reader it was asked for; `calls` each call's name; `forgotten` what was erased."""

    def __init__(self, *, slow_seconds: float = 6.0) -> None:
        self.readers: list[str | None] = []
        self.calls: list[str] = []
        self.slow_seconds = slow_seconds
        self._folder = tempfile.TemporaryDirectory(prefix="linnet-fake-")
        self.workspace = Workspace(Path(self._folder.name))
        self.forgotten: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self.requests: list[dict[str, Any]] = [
            self._request("b71c", ago(days=2), valid=True, debt=[DEBT]),
            self._request("a90f", ago(days=40), valid=False, debt=[]),
        ]

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

    def rate(self, answer_id: str, rating: str, reader: str | None = None) -> dict[str, Any]:
        self._called("rate", reader)
        return {"answer_id": answer_id, "rating": rating}

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

    def consent_coverage(self) -> dict[str, Any]:
        self.calls.append("consent_coverage")
        return {
            "posts": 128_431,
            "purposes": {
                "train": _counts([("operator default", True, 88_200), ("author allows", True, 9_100), ("author denies", False, 21_004), ("not public", False, 7_131), ("the source reserves training", False, 2_996)]),
                "retrieve": _counts([("operator default", True, 112_196), ("author allows", True, 9_104), ("not public", False, 7_131)]),
                "embed": _counts([("operator default", True, 112_196), ("author allows", True, 9_104), ("not public", False, 7_131)]),
                "generate": _counts([("operator default", True, 101_000), ("author allows", True, 9_104), ("author denies", False, 11_196), ("not public", False, 7_131)]),
                "moderate": _counts([("moderation", True, 128_431)]),
            },
            "by_source": [
                {"source": "jetstream-live", "posts": 90_001, "train": 70_120, "retrieve": 86_000, "embed": 86_000, "generate": 80_400},
                {"source": "mastodon", "posts": 38_430, "train": 27_180, "retrieve": 35_300, "embed": 35_300, "generate": 29_704},
            ],
            "basis": {"operator": 88_200, "author": 30_104, "atproto:user-intent": 2_996},
            "authors": {"declared": 1_204, "total": 9_204},
        }  # fmt: skip

    def consent_where(self, author_id: str) -> dict[str, Any]:
        self.calls.append("consent_where")
        if author_id == "nobody":
            raise BadInput('nothing is known of an author "nobody"')
        return {
            "author_id": author_id, "posts": 41,
            "places": [
                {"place": "store", "posts": 41, "detail": "the table of posts"},
                {"place": "index: words", "posts": 40, "detail": "can be found there"},
                {"place": "corpus: train", "posts": 33, "detail": "in 18 documents"},
                {"place": "model: base", "posts": 31, "detail": "linnet-harbour-square-14m"},
                {"place": "used: answer", "posts": 2, "detail": "cited in 5 answers"},
            ],
        }  # fmt: skip

    def forget(self, *, posts: Iterable[str] = (), authors: Iterable[str] = ()) -> dict[str, Any]:
        self.calls.append("forget")
        wanted = (tuple(posts), tuple(authors))
        if "never" in wanted[0]:
            raise BadInput("no post has the id never: copy it from a search result")
        self.forgotten.append(wanted)
        time.sleep(self.slow_seconds / 2)
        request = self._request(f"c{len(self.forgotten):03}", ago(seconds=1), valid=True, debt=[DEBT])
        self.requests.insert(0, request)
        return {key: request[key] for key in ("receipt", "posts", "places", "debt")}

    def erasures(self) -> dict[str, Any]:
        self.calls.append("erasures")
        return {"requests": self.requests}

    def _request(self, name: str, at: str, *, valid: bool, debt: list[dict[str, str]]) -> dict[str, Any]:
        receipt = self.workspace.root / "erasure" / "receipts" / f"{name}.json"
        receipt.parent.mkdir(parents=True, exist_ok=True)
        receipt.write_text(json.dumps({"receipt": name}), encoding="utf-8")
        return {
            "id": name, "requested_at": at, "finished_at": at, "posts": 12, "valid": valid, "debt": debt,
            "places": {"store": 12, "index: words": 12, "index: vectors": 9, "corpus": 7, "used: answer": 0}, "receipt": str(receipt),
        }  # fmt: skip

    def dropped(self, reason: str | None = None, limit: int = 50) -> dict[str, Any]:
        self.calls.append("dropped")
        if reason == "unready":
            raise NotReady("no corpus yet; make one with: linnet curate")
        reasons = {
            "near_duplicate": 2_911,
            "too_few_words": 1_702,
            "exact_duplicate": 904,
            "bot_template": 377,
            "repost": 210,
            "mostly_symbols": 61,
            "mixture": 20,
            "odd <b>reason</b>": 5,
        }
        posts = [
            {
                "post_id": HOSTILE,
                "reason": "near_duplicate",
                "repeats": BUS,
                "language": "und",
                "created_at": ago(days=4),
                "text": BY_ID[HOSTILE]["text"],
            },
            {
                "post_id": "post-ar",
                "reason": "bot_template",
                "repeats": "post-ja",
                "language": "ar",
                "created_at": ago(days=5),
                "text": BY_ID["post-ar"]["text"],
            },
            {
                "post_id": "reply-2",
                "reason": "too_few_words",
                "repeats": None,
                "language": "fr",
                "created_at": ago(minutes=50),
                "text": "Enfin !",
            },
            {
                "post_id": "long",
                "reason": "near_duplicate",
                "repeats": "post-fr",
                "language": "en",
                "created_at": ago(days=8),
                "text": "Winawordthatneverends" * 12 + " and so on, and on" * 60,
            },
        ]
        shown = [post for post in posts if reason is None or post["reason"] == reason]
        return {"reasons": reasons, "reason": reason, "posts": shown[:limit]}  # fmt: skip

    def provenance(self, text: str) -> dict[str, Any]:
        self.calls.append("provenance")
        if text == "unready":
            return {"ready": False, "text": text, "covered": 0.0, "spans": []}
        spans = []
        for words, count, named in (
            ("The night bus on line 7 now runs until 2 am on weekends.", 3, [BUS, "withdrawn"]),
            ("line 7 now runs until 2 am on weekends. The driver told me", 1, [BUS]),
            ("The driver told me the night bus was full", 2, ["reply-1", "post-de"]),
            ("<script>document.title='owned'</script>", 1, [HOSTILE]),
            ("was full yesterday.", 1, ["withdrawn"]),
        ):
            start = text.find(words)
            if start >= 0:
                posts = [
                    {"post_id": name, "text": BY_ID[name]["text"] if name in BY_ID else ""} for name in named
                ]
                spans.append(
                    {"start": start, "end": start + len(words), "text": words, "count": count, "posts": posts}
                )
        covered = {place for span in spans for place in range(span["start"], span["end"])}
        return {"ready": True, "text": text, "covered": len(covered) / len(text), "spans": spans}

    def training(self) -> dict[str, Any]:
        self.calls.append("training")
        return {"runs": [make_run("base.next", 4_200, "running"), make_run("base", 6_000, "finished")]}

    def _called(self, name: str, reader: str | None) -> None:
        self.calls.append(name)
        self.readers.append(reader)


def _counts(reasons: list[tuple[str, bool, int]]) -> dict[str, Any]:
    return {
        "allowed": sum(posts for _, allowed, posts in reasons if allowed),
        "denied": sum(posts for _, allowed, posts in reasons if not allowed),
        "reasons": [
            {"reason": reason, "allowed": allowed, "posts": posts} for reason, allowed, posts in reasons
        ],
    }
