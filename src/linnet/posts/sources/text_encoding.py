"""Which encoding a text file has: by its mark, by being UTF-8 throughout, else by the best guess."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1024 * 1024
_SAMPLE_BYTES = 64 * 1024
_MOSTLY = 0.9  # from this share of well-formed sequences on a file counts as UTF-8 with some damage
# The single-byte Western encodings agree but for a few signs; Windows-1252 is the one that has them all.
_WESTERN = {"ascii", "latin_1", "iso8859_1", "iso8859_15", "cp1252", "cp850", "cp437", "mac_roman", "cp1250", "cp1254", "cp1257", "cp1258", "hp_roman8", "cp858"}  # fmt: skip
_CANDIDATES = ["cp1252", "cp1250", "cp1251", "koi8_r", "shift_jis", "euc_jp", "euc_kr", "gb18030", "big5", "cp1253", "cp1255", "cp1256"]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Encoding:
    name: str  # a Python codec
    errors: str = "strict"  # "surrogateescape": damaged rows become visible as lone surrogates
    note: str = ""  # what was assumed; empty where nothing was


def detect_encoding(path: Path) -> Encoding:
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
        if head.startswith(codecs.BOM_UTF8):
            return Encoding(name="utf-8-sig", errors="surrogateescape")
        if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            return Encoding(name="utf-32", errors="replace")
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return Encoding(name="utf-16", errors="replace")
        if wide := _utf_16_without_mark(head):
            return Encoding(name=wide, errors="replace", note=f"no byte order mark; read as {wide}")
        stream.seek(0)
        bad = _first_bad_position(stream)
        if bad is None:
            return Encoding(name="utf-8", errors="surrogateescape")
        stream.seek(max(0, bad - _SAMPLE_BYTES // 2))
        sample = stream.read(_SAMPLE_BYTES)
    if _well_formed_share(sample) >= _MOSTLY:
        return Encoding(
            name="utf-8", errors="surrogateescape", note="UTF-8 with damaged rows, which are rejected"
        )
    guess = _guess(sample)
    return Encoding(name=guess, errors="replace", note=f"not UTF-8; read as {guess}, which is a guess")


def _utf_16_without_mark(head: bytes) -> str | None:
    even, odd = head[0:2048:2], head[1:2048:2]
    if len(odd) < 8:
        return None
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _first_bad_position(stream: object) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    position = 0
    while True:
        chunk = stream.read(_CHUNK)  # type: ignore[attr-defined]
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return position + error.start
        if not chunk:
            return None
        position += len(chunk)


def _well_formed_share(sample: bytes) -> float:
    damaged = sum("\udc80" <= sign <= "\udcff" for sign in sample.decode("utf-8", "surrogateescape"))
    good = sum(sign > "\x7f" for sign in sample.decode("utf-8", "ignore"))
    return good / max(1, good + damaged)


def _guess(sample: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES).best()
    if best is None or best.encoding in _WESTERN:
        return "cp1252"
    return best.encoding
