"""Posts with personal data marked, and posts that look as if they had some."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).parent / "personal_data.txt"


@dataclass(frozen=True)
class Labelled:
    text: str
    language: str
    type: str  # phone, email ..., or "keep" where nothing may be masked
    value: str  # what must go; empty for "keep"

    @property
    def expected(self) -> str:
        return self.text.replace(self.value, f"[{self.type}]") if self.value else self.text


def labelled_posts() -> list[Labelled]:
    blocks: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    block = ("", "", "")
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            kind, type_, language = line.split()[1:]
            block = (kind, type_, language)
        elif (line and not line.startswith("#")) or block[0] == "keep":
            blocks[block].append(line)
    posts = []
    for (kind, type_, language), lines in blocks.items():
        if kind == "keep":
            posts += [Labelled(line, language, "keep", "") for line in lines]
        elif kind == "value":
            carriers = blocks["carrier", type_, language]
            posts += [
                Labelled(carrier.replace("{}", value), language, type_, value)
                for value in lines
                for carrier in carriers
            ]
    return posts


def leaked(post: Labelled, masked: str) -> int:
    """Digits of the value (for e-mail addresses and handles: letters and digits) that still stand in the post,
    beyond those that its carrier has itself."""
    count = len(re.findall(_sign(post), masked)) - len(re.findall(_sign(post), post.expected))
    return max(count, 0)


def _sign(post: Labelled) -> str:
    return r"[^\W_]" if post.type in ("email", "handle") else r"\d"


def unseen_posts() -> list[Labelled]:
    """Posts that the patterns were not fitted to."""
    posts = []
    for line in PATH.with_name("personal_data_unseen.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        head, text = line.split(" | ", 1)
        type_, language = head.split()
        found = re.search(r"<<(.+?)>>", text)
        posts.append(Labelled(re.sub(r"<<|>>", "", text), language, type_, found.group(1) if found else ""))
    return posts
