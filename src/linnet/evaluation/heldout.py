"""How well the base model predicts posts of authors it never saw."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from linnet.evaluation.bits_per_byte import BitsPerByte, PostText, bits_per_byte
from linnet.lineage import write_atomically
from linnet.model.documents import document_files, read_documents
from linnet.progress import SILENT, Progress


@dataclass(frozen=True, kw_only=True)
class HeldoutConfig:
    max_posts: int = 2_000  # held-out posts looked at, drawn with `seed`
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class HeldoutReport:
    bits_per_byte: float | None  # None when the corpus holds nothing out
    posts: int
    bytes: int
    bits_per_byte_without_controls: float | None = None
    controls: Mapping[str, int] = field(default_factory=dict)  # posts given a month, language, platform
    by: Mapping[str, Mapping[str, BitsPerByte]] = field(default_factory=dict)  # language, month, source


def evaluate_heldout(
    corpus: Path, model: Path, out: Path, *, config: HeldoutConfig, progress: Progress = SILENT
) -> HeldoutReport:
    """Bits per byte on single held-out posts, their documents' facts given; writes report.json."""
    posts = [
        PostText(text=text, controls=document.controls, source=document.platform)
        for document in read_documents(document_files(corpus), "heldout")
        for text in document.texts
    ]
    if len(posts) > config.max_posts:
        posts = random.Random(config.seed).sample(posts, config.max_posts)
    if posts:
        measured = bits_per_byte(model, posts, progress=progress)
        report = HeldoutReport(
            bits_per_byte=round(measured.bits_per_byte, 4),
            bits_per_byte_without_controls=round(measured.bits_per_byte_without_controls, 4),
            posts=measured.posts,
            bytes=measured.bytes,
            controls=measured.controls,
            by={
                name: {value: _rounded(figures) for value, figures in groups.items()}
                for name, groups in measured.by.items()
            },
        )
    else:
        report = HeldoutReport(bits_per_byte=None, posts=0, bytes=0)
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / "report.json", json.dumps(dataclasses.asdict(report)))
    return report


def _rounded(figures: BitsPerByte) -> BitsPerByte:
    return dataclasses.replace(figures, bits_per_byte=round(figures.bits_per_byte, 4))
