from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from linnet.lineage import Manifest, config_to_json, digest_of_files, read_manifest, why_stale, write_manifest


@dataclass(frozen=True, kw_only=True)
class ToyConfig:
    size: int = 3
    name: str = "toy"


def manifest(**changes):
    made = Manifest(
        stage="toy", config=config_to_json(ToyConfig()), inputs={"posts": "7"}, outputs=("a.txt",)
    )
    return dataclasses.replace(made, **changes)


def test_a_manifest_comes_back_as_it_was_written(tmp_path):
    written = write_manifest(tmp_path, manifest())
    assert read_manifest(tmp_path) == written
    assert written.finished_at.endswith("Z")


def test_no_manifest_means_not_done(tmp_path):
    assert read_manifest(tmp_path) is None
    assert why_stale(None, ToyConfig(), {}) == "never finished"


def test_why_a_stage_is_stale():
    assert why_stale(manifest(), ToyConfig(), {"posts": "7"}) is None
    assert why_stale(manifest(), ToyConfig(size=4), {"posts": "7"}) == "settings changed: size"
    assert why_stale(manifest(), ToyConfig(), {"posts": "8"}) == "newer posts"
    assert why_stale(manifest(code_version="0.0.1"), ToyConfig(), {"posts": "7"}) == "made by version 0.0.1"


def test_the_digest_is_of_names_and_bytes(tmp_path):
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("two")
    first = digest_of_files(tmp_path, ("a", "b"))
    assert first == digest_of_files(tmp_path, ("b", "a"))
    (tmp_path / "b").write_text("tww")
    assert first != digest_of_files(tmp_path, ("a", "b"))
