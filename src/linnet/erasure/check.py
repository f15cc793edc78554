"""The check after an erasure: which needles to look for, and what the findings mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from linnet.erasure.checker import Finding, Search, search_files
from linnet.erasure.containers import values
from linnet.erasure.model_debt import VERSIONS
from linnet.erasure.needles import NeedleSet
from linnet.erasure.request import Reach
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.workspace import SETTINGS_FILE, Workspace

OWN = {
    SETTINGS_FILE, "posts", "state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "corpus", "index", "provenance",
    "erasure", "keys", "locks", "recipe", "quarantine", "console.secret",
}  # fmt: skip
"""What Linnet itself keeps here. A folder that holds a model is a model's; everything else is the operator's."""

READ_ROWS = (
    "post_id",
    "author_id",
    "author_name",
    "text",
    "reply_to",
    "repost_of",
    "quote_of",
    "conversation_id",
)

SLICE_ROWS = 50_000
DECISIONS = f"{VERSIONS}/ledger.jsonl"  # the only words in it are the operator's own reasons


@dataclass(frozen=True, kw_only=True)
class Checked:
    check: str
    needles: int  # ids, names and texts that were looked for
    needles_of_others: int  # not looked for: a post that stays holds them as well
    files: int
    bytes: int
    unpacked_bytes: int
    found: int
    found_at: dict[str, int]
    in_models: dict[
        str, int
    ]  # files of models and tokenizers: part of what remains until they are made again
    operator_files: list[str]  # input files in the workspace that hold it
    unreadable: list[str]

    @property
    def is_clean(self) -> bool:
        """Nothing was found, and everything that Linnet keeps here could be looked into."""
        return not self.found and not any(place.partition("/")[0] in OWN for place in self.unreadable)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check_workspace(
    workspace: Workspace, store: PostStore, reach: Reach, *, progress: Progress = SILENT
) -> Checked:
    """Search every file of the workspace for the ids, names and texts that went."""
    needles = [*reach.post_ids, *reach.author_ids, *reach.names, *reach.texts]
    others = held_by_others(store, needles)
    looked_for = [needle for needle in dict.fromkeys(needles) if needle not in others]
    search = search_files(workspace.root, looked_for, progress=progress)
    own, models, operator = _sorted(workspace, search)
    return Checked(
        check="bytes of ids, names and texts in every file of the workspace",
        needles=len(looked_for),
        needles_of_others=len(others),
        files=search.files,
        bytes=search.bytes,
        unpacked_bytes=search.inner_bytes,
        found=len(own),
        found_at=dict(Counter(finding.path for finding in own)),
        in_models=dict(Counter(finding.path for finding in models)),
        operator_files=sorted({finding.path for finding in operator}),
        unreadable=search.unreadable,
    )


def held_by_others(store: PostStore, needles: Sequence[str]) -> set[str]:
    """Those of the needles that stand in posts that stay: another's copy, a mention, a longer id.

    Text is compared without case, as the index keeps words.
    """
    if not store.exists():
        return set()
    rows = store.collect(lambda found: found.select(READ_ROWS))
    exact = NeedleSet.of_strings(needles)
    by_lower: dict[str, set[str]] = {}
    for needle in needles:
        by_lower.setdefault(needle.lower(), set()).add(needle)
    lowered = NeedleSet.of_strings(list(by_lower))
    held: set[str] = set()
    for part in rows.iter_slices(SLICE_ROWS):
        for name in READ_ROWS:
            held.update(n for _, n in exact.found_in(values(part[name].drop_nulls().to_list())))
        texts = values(part["text"].drop_nulls().str.to_lowercase().to_list())
        for _, lower in lowered.found_in(texts):
            held |= by_lower[lower]
    return held


def _sorted(workspace: Workspace, search: Search) -> tuple[list[Finding], list[Finding], list[Finding]]:
    own: list[Finding] = []
    models: list[Finding] = []
    operator: list[Finding] = []
    for finding in search.findings:
        top = finding.path.partition("/")[0]
        if finding.path == DECISIONS:
            operator.append(finding)
        elif top in OWN:
            own.append(finding)
        elif top.removesuffix(".next").removesuffix(".old") == "tokenizer" or _is_model(workspace, top):
            (own if _is_cache(finding.path) else models).append(finding)
        else:
            operator.append(finding)
    return own, models, operator


def _is_model(workspace: Workspace, top: str) -> bool:
    if top == VERSIONS:
        return True
    folder = workspace.root / top
    return any((folder / name).exists() for name in ("hf", "learnt.npy", "manifest.json", "run.json"))


def _is_cache(path: str) -> bool:
    """Not weights or vocabulary: token caches, logs, reports."""
    return not path.endswith((".safetensors", ".gguf", "tokenizer.json"))
