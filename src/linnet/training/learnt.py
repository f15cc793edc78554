"""Which posts a trained model learnt from: `learnt.npy` in its folder, eight bytes a post.

The file holds the sorted 64-bit xxh3 digests of the post ids, so the same posts always make the same bytes. A digest
tells nothing about a post to someone who does not have its id. Two ids with one digest, once in many billions of
lookups, make `posts_learnt` name a post too many, never one too few.

It is written before the first training step, so that unfinished work in a `.next` folder can be asked as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import BadInput
from linnet.lineage import MANIFEST_FILE
from linnet.model.documents import document_files
from linnet.training.run_folder import MODEL_FOLDER, RUN_FILE

if TYPE_CHECKING:
    import numpy as np

LEARNT_FILE = "learnt.npy"
SIGNS_OF_TRAINING = (MANIFEST_FILE, RUN_FILE, MODEL_FOLDER, "checkpoints", "tokens")
"""A folder with one of these holds something trained, whether or not it says on what."""


def posts_learnt(folder: Path, post_ids: Sequence[str]) -> set[str]:
    """Those of `post_ids` that the model in `folder` (a stage's folder or its `hf`) learnt from.

    A folder in which nothing was trained learnt nothing. One that was trained but has no list, made by an earlier
    version or by hand, may have learnt from every post: all of `post_ids` are returned.
    """
    import numpy as np

    learnt = read_learnt(folder)
    if learnt is None:
        return set(post_ids) if _was_trained(folder) else set()
    if not len(learnt):
        return set()
    asked = digests_of(post_ids)
    at = np.minimum(np.searchsorted(learnt, asked), len(learnt) - 1)
    return {post_id for post_id, hit in zip(post_ids, learnt[at] == asked, strict=True) if hit}


def write_learnt(out: Path, post_ids: Iterable[str], *, also: Iterable[Path] = ()) -> None:
    """Write the list to `out/learnt.npy`: `post_ids`, and everything that the models in the folders `also` learnt.

    `post_ids` may be an Arrow array. Where a folder of `also` was trained and has no list, none is written here
    either, so that this model too counts as one that may have learnt from every post.
    """
    import numpy as np

    out.mkdir(parents=True, exist_ok=True)
    path = out / LEARNT_FILE
    parts = [digests_of(post_ids)]
    for folder in also:
        learnt = read_learnt(folder)
        if learnt is not None:
            parts.append(learnt)
        elif _was_trained(folder):
            path.unlink(missing_ok=True)
            return
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        np.save(file, np.unique(np.concatenate(parts)))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_learnt(folder: Path) -> np.ndarray | None:
    """The sorted digests of the posts that the model in `folder` learnt from; None without a list."""
    import numpy as np

    path = _stage_folder(folder) / LEARNT_FILE
    if not path.exists():
        return None
    try:
        digests = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise BadInput(f"{path} cannot be read ({error}); train the model again: linnet build") from error
    if digests.dtype != np.dtype("<u8") or digests.ndim != 1:
        raise BadInput(f"{path} is no list of posts; train the model again: linnet build")
    return digests


def train_posts(corpus: Path) -> Iterator[str]:
    """The post ids of the corpus' train split, less those that its mixture leaves out.

    Pretraining lists all of them, also where `max_tokens` ends it before it has seen the whole corpus: the list
    may name a post too many, never one too few.
    """
    import polars as pl

    for path in document_files(corpus):
        chosen = (pl.col("split") == "train") & (pl.col("copies") > 0)
        documents = pl.scan_parquet(path).filter(chosen).select("post_ids").collect()
        yield from documents["post_ids"].explode(empty_as_null=False)


def _stage_folder(folder: Path) -> Path:
    return folder.parent if folder.name == MODEL_FOLDER else folder


def _was_trained(folder: Path) -> bool:
    return any((_stage_folder(folder) / name).exists() for name in SIGNS_OF_TRAINING)


def digests_of(post_ids: Iterable[Any]) -> np.ndarray:
    """The digests of posts, in their order."""
    import numpy as np
    import xxhash

    ids = post_ids.to_pylist() if hasattr(post_ids, "to_pylist") else post_ids
    return np.fromiter(
        (xxhash.xxh3_64_intdigest(post_id.encode("utf-8", "surrogatepass")) for post_id in ids), dtype="<u8"
    )
