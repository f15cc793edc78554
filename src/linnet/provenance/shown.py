"""The spans of a text with the posts that a reader may see at this moment.

The index remembers what was trained on; the store knows what may still be shown. A post that was withdrawn,
restricted, denied or edited since is counted, and not named.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linnet.posts.store import PostStore
from linnet.provenance.index import open_provenance
from linnet.provenance.normal import compared_form
from linnet.provenance.spans import find_spans

POSTS_SHOWN = 5  # of one span
MISSING = "no provenance index yet, or it was deleted with an erasure: run linnet build"


def provenance_of(text: str, *, folder: Path, store: PostStore, reader: str | None) -> dict[str, Any]:
    """{"ready", "notice", "text", "covered", "spans": [{"start", "end", "text", "count", "rarity_bits", "posts",
    "withheld"}]}; offsets count characters of the "text" that comes back, the rarest span first.
    """
    compared = compared_form(text)
    index = open_provenance(folder)
    if index is None:
        return {"ready": False, "notice": MISSING, "text": compared, "covered": 0.0, "spans": []}
    spans = find_spans(index, compared)
    wanted = sorted({post_id for span in spans for post_id, _ in span.posts})
    posts = store.get(wanted, purpose="retrieve", reader=reader) if wanted else []
    shown = {post.post_id: (post.text, compared_form(post.text)) for post in posts}
    told = []
    covered = bytearray(len(compared))
    for span in spans:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
        still = [post_id for post_id, _ in span.posts if post_id in shown and span.text in shown[post_id][1]]
        told.append(
            {
                "start": span.start,
                "end": span.end,
                "text": span.text,
                "count": span.count,
                "rarity_bits": span.rarity_bits,
                "posts": [{"post_id": post_id, "text": shown[post_id][0]} for post_id in still[:POSTS_SHOWN]],
                "withheld": len(span.posts) - len(still),
            }
        )
    share = round(sum(covered) / len(covered), 4) if covered else 0.0
    return {"ready": True, "notice": "", "text": compared, "covered": share, "spans": told}
