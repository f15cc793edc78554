"""Which posts of a simulated platform carry pictures, films, sounds or polls: some, by their number alone."""

from __future__ import annotations

import zlib

# Of a hundred posts: the first so many carry these.
_SHARES = ((14, ("image",)), (18, ("video",)), (19, ("image", "video")), (20, ("poll",)), (21, ("audio",)))


def media_of(post_id: int) -> list[str]:
    """No random number is drawn for it, so the rest of a platform is the same with it and without it."""
    place = zlib.crc32(str(post_id).encode()) % 100
    return next((list(kinds) for limit, kinds in _SHARES if place < limit), [])
