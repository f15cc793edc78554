"""Adapters by author bucket: what one author wrote is learnt in one small part of the model.

out/bucket-03/adapter_model.safetensors   a LoRA adapter (peft reads it), trained on the posts of this bucket's authors
out/bucket-03/adapter_config.json
out/bucket-03/learnt.npy                  which posts it learnt from
out/bucket-03/bucket.json                 digests of its posts, its base and its settings; written last
out/learnt.npy                            the posts of all buckets

Authors are hashed into buckets (SISA training: Bourtoule et al., Machine Unlearning, 2021), and a bucket sees no post
of another bucket's authors. When an author is forgotten only the bucket that held the author is trained again; the
others keep their bytes. A bucket is a function of its posts, its base model and its settings, so one that is
trained again equals one that never saw the author.

The posts of a bucket stand alone, without the thread around them, in order of their ids: what others write or
delete in the same thread changes nothing here. (It may when a copy or the split of the corpus changes with it.)
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet import __version__
from linnet.errors import NotReady
from linnet.lineage import config_to_json, write_atomically
from linnet.model.documents import document_files, files_digest
from linnet.model.tokenizer import TOKENIZER_FILE
from linnet.progress import SILENT, Progress
from linnet.training.learnt import LEARNT_FILE, write_learnt
from linnet.training.run_folder import MODEL_FOLDER
from linnet.training.worker import run_worker

if TYPE_CHECKING:
    import polars as pl

ADAPTER_FILE, ADAPTER_CONFIG_FILE, BUCKET_FILE = (
    "adapter_model.safetensors",
    "adapter_config.json",
    "bucket.json",
)


@dataclass(frozen=True, kw_only=True)
class AdapterConfig:
    buckets: int = 0  # parts that the authors are hashed into, one adapter each; 0 trains none
    max_steps: int = 100  # optimizer steps a bucket at most
    max_epochs: float = 1.0  # passes over a bucket's posts at most
    batch_posts: int = 32  # posts a step
    learning_rate: float = 2e-3  # at its peak
    rank: int = 8  # of the low-rank matrices; their scale is 2
    seed: int = 0  # of the buckets, of the first weights and of the order of posts
    threads: int = 0  # CPU threads; 0 leaves it to the machine
    heldout_posts: int = (
        500  # held-out posts on which base and base with adapters are compared; 0 compares none
    )

    def __post_init__(self) -> None:
        for name, least in (("buckets", 0), ("max_steps", 1), ("batch_posts", 1), ("rank", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be {least} or more")
        if self.heldout_posts < 0:
            raise ValueError(f"heldout_posts is {self.heldout_posts}; it must be 0 or more")
        if self.max_epochs <= 0:
            raise ValueError(f"max_epochs is {self.max_epochs}; it must be above 0")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"learning_rate is {self.learning_rate}; it must lie between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class AdapterReport:
    buckets: int
    trained: tuple[int, ...] = ()  # buckets that this run trained; the others were kept as they were
    posts: int = 0
    authors: int = 0
    steps: int = 0  # of the buckets that this run trained
    tokens_seen: int = 0  # of the same, repeats counted
    heldout_posts: int = 0  # measured
    bits_per_byte_base: float | None = None  # on them; lower is better; None when it was not measured
    bits_per_byte_merged: float | None = None  # the same with the mean of all adapters merged in


def train_adapters(
    corpus: Path,
    base: Path,
    out: Path,
    *,
    config: AdapterConfig,
    previous: Path | None = None,
    progress: Progress = SILENT,
) -> AdapterReport:
    """Bring `out` to one adapter a bucket, on top of the base model (its stage folder or its `hf` folder).

    Buckets in `out` or in `previous` whose posts, base and settings are the same as now are kept byte for byte.
    Interrupted, the same call goes on with the buckets that are not done.
    """
    out.mkdir(parents=True, exist_ok=True)
    for path in out.glob("bucket-*"):
        if path not in {bucket_folder(out, bucket) for bucket in range(config.buckets)}:
            shutil.rmtree(path)
    if not config.buckets:
        write_learnt(out, ())
        return AdapterReport(buckets=0)
    model = base / MODEL_FOLDER if (base / MODEL_FOLDER).is_dir() else base
    weights = sorted(model.glob("*.safetensors"))
    if not weights:
        raise NotReady(f"no base model in {base}; train one first: linnet pretrain")
    base_digest = files_digest([*weights, model / "config.json", model / TOKENIZER_FILE])
    posts = posts_by_bucket(corpus, config.buckets, seed=config.seed)
    write_learnt(out, posts["post_id"])
    identities, missing = [], []
    for bucket in range(config.buckets):
        identity = bucket_identity(shard_of(posts, bucket), base_digest, config)
        if not _keep(bucket, identity, out, previous):
            missing.append(bucket)
        identities.append(identity)
    result: dict[str, Any] = {"steps": 0, "tokens_seen": 0}
    if missing:
        job = {
            "out": str(out),
            "base": str(model),
            "corpus": str(corpus),
            "buckets": {bucket: identities[bucket] for bucket in missing},
            "threads": config.threads,
            "config": config_to_json(config),
        }
        result = run_worker("linnet.training.adapters_worker", job, folder=out, progress=progress)
    return AdapterReport(
        buckets=config.buckets,
        trained=tuple(missing),
        posts=len(posts),
        authors=posts["author_id"].n_unique(),
        steps=result["steps"],
        tokens_seen=result["tokens_seen"],
    )


def bucket_folder(adapters: Path, bucket: int) -> Path:
    return adapters / f"bucket-{bucket:02d}"


def bucket_of(author_id: str, buckets: int, *, seed: int = 0) -> int:
    """The bucket of an author; it depends on nothing else."""
    digest = hashlib.blake2b(author_id.encode(), digest_size=8, key=f"linnet adapters {seed}".encode())
    return int.from_bytes(digest.digest(), "big") % buckets


def posts_by_bucket(corpus: Path, buckets: int, *, seed: int = 0) -> pl.DataFrame:
    """The train split's posts, each once, as post_id, author_id, text, bucket, in order of post ids."""
    import polars as pl

    posts = (
        pl.scan_parquet(document_files(corpus))
        .filter(pl.col("split") == "train", pl.col("copies") > 0)
        .select(post_id="post_ids", author_id="author_ids", text="texts")
        .explode("post_id", "author_id", "text")
        .collect()
    )
    authors = posts["author_id"].unique()
    homes = [bucket_of(author, buckets, seed=seed) for author in authors]
    homes_of = pl.DataFrame({"author_id": authors, "bucket": pl.Series(homes, dtype=pl.UInt32)})
    return posts.join(homes_of, on="author_id").sort("post_id")


def shard_of(posts: pl.DataFrame, bucket: int) -> pl.DataFrame:
    return posts.filter(posts["bucket"] == bucket)


def bucket_identity(shard: pl.DataFrame, base_digest: str, config: AdapterConfig) -> dict[str, Any]:
    """Everything that an adapter is a function of. Whoever has the same identity has the same bytes."""
    digest = hashlib.blake2b(digest_size=12)
    for post_id, text in shard.select("post_id", "text").iter_rows():
        for part in (post_id.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    settings = config_to_json(config)
    del settings["heldout_posts"]
    return {
        "posts_digest": digest.hexdigest(),
        "base_digest": base_digest,
        "settings": settings,
        "code": __version__,
    }


def write_bucket(
    folder: Path, shard: pl.DataFrame, identity: dict[str, Any], files: dict[str, bytes | str]
) -> None:
    """The bucket's folder, which appears whole or not at all. `files` is empty for a bucket without posts."""
    temporary = folder.with_name(folder.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name, content in files.items():
        (temporary / name).write_bytes(content.encode() if isinstance(content, str) else content)
    write_learnt(temporary, shard["post_id"])
    counts = {"posts": len(shard), "authors": shard["author_id"].n_unique()}
    write_atomically(temporary / BUCKET_FILE, json.dumps({**counts, **identity}, indent=1, sort_keys=True))
    shutil.rmtree(folder, ignore_errors=True)
    temporary.replace(folder)


def _keep(bucket: int, identity: dict[str, Any], out: Path, previous: Path | None) -> bool:
    """Whether the bucket stands in `out` as it should, copied from `previous` if need be."""
    here = bucket_folder(out, bucket)
    if _is(here, identity):
        return True
    if previous is None or not _is(bucket_folder(previous, bucket), identity):
        return False
    temporary = here.with_name(here.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    shutil.copytree(bucket_folder(previous, bucket), temporary)
    shutil.rmtree(here, ignore_errors=True)
    temporary.replace(here)
    return True


def _is(folder: Path, identity: dict[str, Any]) -> bool:
    path = folder / BUCKET_FILE
    if not path.exists() or not (folder / LEARNT_FILE).exists():
        return False
    found = json.loads(path.read_text(encoding="utf-8"))
    whole = not found["posts"] or (folder / ADAPTER_FILE).exists()
    return whole and all(found.get(name) == value for name, value in identity.items())
