"""linnet.toml: what means nothing there is one line, and nothing runs on a setting that was only nearly written."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from linnet.corpus.engine import EngineConfig
from linnet.corpus.settings import CurateConfig, with_settings
from linnet.erasure.backups import ErasureConfig
from linnet.errors import WrongUse
from linnet.posts.store import PostStore
from linnet.recipes import recipe_of
from linnet.workspace import init_workspace, settings_for


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"[model", "not valid TOML"),
        (b'name = "\xff"', "not valid TOML"),
        (b'[consnt]\ndefault_train = "deny"', "'consnt', which means nothing"),
        (b"name = 3", "name in .* is 3; it must be a string"),
        (b"corpus = 3", r"corpus in .* is 3; it must be a table, \[corpus\]"),
        (b"[[consent]]\na = 1", r"it must be a table, \[consent\]"),
    ],
)
def test_a_file_that_means_nothing(tmp_path, text, says):
    workspace = init_workspace(tmp_path)
    workspace.settings_path.write_bytes(text)
    with pytest.raises(WrongUse, match=says):
        workspace.settings()


def test_a_byte_order_mark_does_no_harm(tmp_path):
    workspace = init_workspace(tmp_path)
    workspace.settings_path.write_bytes(b'\xef\xbb\xbfname = "x"\r\n[corpus]\r\n')
    assert workspace.settings() == {"name": "x", "corpus": {}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[consent]\ndefault_trian = "deny"', "default_trian is no setting"),
        ('[consent]\ndefault_moderate = "deny"', "default_moderate is no setting"),
        ("[consent]\ndefault_train = true", 'default_train is "True"'),
        ("[corpus]\nnear_dup = 1", "near_dup is no setting; there are near_duplicate_threshold,"),
        ('[corpus]\nheldout_share = "a"', "heldout_share is 'a'; it must be a number"),
        ("[corpus]\nheldout_share = nan", "heldout_share is nan"),
        ("[corpus]\nchunk_posts = 1.5", "chunk_posts is 1.5; it must be a whole number"),
        ("[corpus]\nmax_thread_posts = true", "max_thread_posts is True"),
        ('[corpus]\nmin_authors_to_split = "x"', "min_authors_to_split is 'x'"),
        ('[corpus]\ndecontaminate = "set.txt"', "decontaminate is 'set.txt'; it must be a list"),
        ("[corpus]\ndecontaminate = [3]", "it must be a list of files"),
        ("[corpus]\nmixture = 3", "mixture is 3; it must be a table"),
        ("[corpus.mixture]\nalpha = 1", "mixture.alpha is no setting"),
        ("[corpus.mixture]\nhalf_life_months = nan", "half_life_months is nan"),
        ('[corpus.mixture.language_weights]\nen = "x"', "mixture.language_weights .* table of numbers"),
        ("[corpus.privacy]\nhandles = 3", "privacy.handles is 3; it must be a string"),
        ("[engine]\nworkers = true", "workers is True; it must be a whole number"),
        ("[engine]\naddress = 3", "address is 3"),
        ("[engine]\nrunner = 3", "runner is 3"),
        ('[erasure]\nbackup_days = "30"', "backup_days is '30'"),
        ("[erasure]\nbackup_days = 999999999", "it must lie in 0..36500"),
        ("[erasure]\nbackup_dayz = 3", "backup_dayz is no setting; there are backups, backup_days"),
        ("[adapters]\nbuckets = 1.5", "buckets is 1.5"),
        ("[adapters]\nbucket = 1", "bucket is no setting"),
    ],
)
def test_a_setting_that_means_nothing(tmp_path, text, says):
    workspace = init_workspace(tmp_path)
    workspace.settings_path.write_text(text + "\n")
    with pytest.raises(WrongUse, match=says) as error:
        _ = PostStore(workspace).defaults
        EngineConfig.from_settings(workspace.settings().get("engine", {}))
        ErasureConfig.of(workspace)
        recipe_of(workspace, "pico")
    assert text.split("]")[0].split(".")[0].rstrip("]") + "] in linnet.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_settings_as_they_should_be(tmp_path):
    settings = {
        "heldout_share": 0,
        "mixture": {"language_weights": {"en": 1}},
        "privacy": {"handles": "mask"},
    }
    config = with_settings(CurateConfig(), settings, tmp_path)
    assert config.heldout_share == 0 and config.privacy.handles == "mask"


def test_kinds():
    @dataclass(frozen=True, kw_only=True)
    class Config:
        names: tuple[str, ...] = ()
        switch: bool = False
        other: dict[str, object] = field(default_factory=dict)

    assert settings_for(Config, {"names": ["a"], "switch": True}) == {"names": ("a",), "switch": True}
    for wrong in ({"names": [1]}, {"names": "a"}, {"switch": 1}, 7):
        with pytest.raises(ValueError):
            settings_for(Config, wrong)  # type: ignore[arg-type]
