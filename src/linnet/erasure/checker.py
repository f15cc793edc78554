"""The checker: are there bytes of this left? It looks at files, never at the results of queries.

Every file is read raw, and known containers are opened as well, live rows or not: Parquet, SQLite, gzip, zstd,
zip, Arrow, the segments of the word index with their deleted documents, every version of the vector tables, and
token files (for the ids into which the workspace's tokenizer turns a needle).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from linnet.erasure.containers import Parts, Unreadable, inner_parts, raw_parts
from linnet.erasure.index_segments import index_parts, lance_parts, term_findings
from linnet.erasure.needles import NeedleSet
from linnet.progress import SILENT, Progress

TOKEN_SUFFIXES = (".bin", ".npy", ".part")
LEAST_TOKENS = 5  # a shorter sequence of ids is anyone's


@dataclass(frozen=True, kw_only=True)
class Finding:
    path: str  # relative to the folder that was searched
    where: str
    needle: str


@dataclass(kw_only=True)
class Search:
    """What was looked at and what was found."""

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    bytes: int = 0  # on disk
    inner_bytes: int = 0  # unpacked from containers
    unreadable: list[str] = field(default_factory=list)  # "path: why"


def find_bytes(
    root: Path, needles: Sequence[str], *, progress: Progress = SILENT, tokenizer: Path | None = None
) -> list[Finding]:
    """Every place below `root` that holds one of `needles`."""
    return search_files(root, needles, progress=progress, tokenizer=tokenizer).findings


def search_files(
    root: Path,
    needles: Sequence[str],
    *,
    progress: Progress = SILENT,
    tokenizer: Path | None = None,
    skip: Sequence[str] = (),
) -> Search:
    """Each needle is reported once a file and kind of place. `tokenizer` defaults to `root/tokenizer`.

    `skip` names top folders that are not looked at.
    """
    needles = list(dict.fromkeys(needle for needle in needles if needle))
    strings = NeedleSet.of_strings(needles)
    tokens = _token_patterns(tokenizer or root / "tokenizer", needles)
    search = Search()
    files = [path for path in _files(root) if path.relative_to(root).parts[0] not in skip]
    progress.start("looking for bytes", sum(path.stat().st_size for path in files if path.exists()), "bytes")
    for path in files:
        _search_file(path, root, strings, tokens, search, progress)
    progress.finish()
    _search_indexes(root, needles, strings, search, skip)
    return search


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(Path(folder) / name for folder, _, names in os.walk(root) for name in names)


def _search_file(
    path: Path, root: Path, strings: NeedleSet, tokens: NeedleSet, search: Search, progress: Progress
) -> None:
    overlap = max(strings.longest, tokens.longest)
    place = str(path.relative_to(root)) if path != root else path.name
    try:
        size = path.stat().st_size
        _collect(raw_parts(path, overlap), place, strings, search, "")
        if path.suffix in TOKEN_SUFFIXES and tokens.longest:
            _collect(raw_parts(path, overlap), place, tokens, search, "token ids, ")
        search.files += 1
        search.bytes += size
        try:
            search.inner_bytes += _collect(inner_parts(path, overlap), place, strings, search, "")
        except Unreadable as error:
            search.unreadable.append(f"{place}: {error}")
        progress.advance(size)
    except FileNotFoundError:
        return  # another process removed it meanwhile
    except OSError as error:
        search.unreadable.append(f"{place}: {error.strerror or error}")


def _collect(parts: Parts, place: str, needles: NeedleSet, search: Search, kind: str) -> int:
    seen: set[str] = set()
    size = 0
    for where, data in parts:
        size += len(data)
        for _, needle in needles.found_in(data):
            if needle not in seen:
                seen.add(needle)
                search.findings.append(Finding(path=place, where=kind + where, needle=needle))
    return size


def _search_indexes(
    root: Path, needles: Sequence[str], strings: NeedleSet, search: Search, skip: Sequence[str]
) -> None:
    """What no single file shows: terms of the word index, values of every version of a vector table."""
    for folder, kind in _index_folders(root, skip):
        place = str(folder.relative_to(root))
        try:
            if kind == "tantivy":
                found = term_findings(folder, needles)
                search.findings += [Finding(path=place, where=where, needle=n) for where, n in found]
                _collect(index_parts(folder), place, strings, search, "")
            else:
                search.inner_bytes += _collect(lance_parts(folder), place, strings, search, "")
        except Unreadable as error:
            search.unreadable.append(f"{place}: {error}")


def _index_folders(root: Path, skip: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for folder, folders, names in os.walk(root):
        relative = Path(folder).relative_to(root).parts
        if relative and relative[0] in skip:
            folders.clear()
        elif "meta.json" in names and ".managed.json" in names:
            yield Path(folder), "tantivy"
        elif folder.endswith(".lance") and "_versions" in folders:
            yield Path(folder), "lance"


def _token_patterns(folder: Path, needles: Sequence[str]) -> NeedleSet:
    """The needles as the tokenizer encodes them, at the start of a text and within one, in 16 and 32 bits."""
    from linnet.model.tokenizer import TOKENIZER_FILE, load_tokenizer

    if not (folder / TOKENIZER_FILE).exists():
        return NeedleSet([])
    tokenizer = load_tokenizer(folder)
    patterns: list[tuple[bytes, str]] = []
    for prefix in ("", " "):
        encoded = tokenizer.encode_texts([prefix + needle for needle in needles])
        for needle, ids in zip(needles, encoded, strict=True):
            # The last token, and the first one within a text, depend on what stands beside them.
            core = ids[:-1] if not prefix else ids[1:-1]
            if len(core) < LEAST_TOKENS:
                continue
            for dtype in ("<u2", "<u4"):
                if dtype == "<u4" or max(core) < 1 << 16:
                    patterns.append((np.array(core, dtype=dtype).tobytes(), needle))
    return NeedleSet(patterns)
