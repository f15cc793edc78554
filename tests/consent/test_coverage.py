"""The counts of what each use may touch."""

from __future__ import annotations

import json
import subprocess
import sys

from linnet.posts.coverage import consent_coverage
from linnet.records import Preference
from linnet.wiring import Platform
from tests.factories import NOON, make_post, make_store


def said(author, purpose, state, scope=""):
    return Preference(
        author_id=author, purpose=purpose, state=state, declared_at=NOON, source="operator", scope=scope
    )


def filled(folder):
    store = make_store(
        folder,
        make_post("1", "one", source="csv"),
        make_post("2", "two", source="csv", author_id="bob"),
        make_post("3", "three", source="csv", author_id="bob", visibility="followers"),
        make_post("4", "four", source="x-api-v2", author_id="cy"),
        make_post("5", "five", source="jetstream-live", author_id="cy"),
        make_post("6", "six", source="x-archive", author_id="di"),
    )
    store.preferences.declare([said("bob", "embed", "deny"), said("ada", "train", "allow")])
    store.preferences.declare([said("di", "generate", "deny", scope="post:6"), said("stranger", "*", "deny")])
    return store


def test_counts_and_reasons(tmp_path):
    found = consent_coverage(filled(tmp_path))
    assert found["posts"] == 6
    assert found["purposes"]["train"] == {
        "allowed": 3,
        "denied": 3,
        "reasons": [
            {"reason": "author allows", "allowed": True, "posts": 1},
            {"reason": "live network: opt-in", "allowed": False, "posts": 1},
            {"reason": "not public", "allowed": False, "posts": 1},
            {"reason": "operator default", "allowed": True, "posts": 1},
            {"reason": "own archive", "allowed": True, "posts": 1},
            {"reason": "source terms: X API", "allowed": False, "posts": 1},
        ],
    }
    allowed = {purpose: counts["allowed"] for purpose, counts in found["purposes"].items()}
    assert allowed == {"train": 3, "retrieve": 5, "embed": 4, "generate": 4, "moderate": 6}
    assert found["basis"] == {"author": 1, "operator": 1, "archive": 1}
    assert found["authors"] == {"declared": 3, "total": 4}
    assert found["by_source"][0] == {
        "source": "csv", "posts": 3, "train": 2, "retrieve": 2, "embed": 1, "generate": 2,
    }  # fmt: skip
    assert sum(source["posts"] for source in found["by_source"]) == 6
    for purpose, counts in found["purposes"].items():
        store_says = len(filled(tmp_path / purpose).read(purpose=purpose, columns=["post_id"]))
        assert counts["allowed"] == store_says
        assert counts["allowed"] + counts["denied"] == 6 == sum(one["posts"] for one in counts["reasons"])


def test_an_empty_workspace(tmp_path):
    found = consent_coverage(make_store(tmp_path))
    assert found["posts"] == 0 and found["by_source"] == [] and found["basis"] == {}
    assert found["purposes"]["train"] == {"allowed": 0, "denied": 0, "reasons": []}


def test_the_platform_counts_again_after_a_change(tmp_path):
    store = filled(tmp_path)
    platform = Platform(store._workspace)
    assert platform.consent_coverage()["purposes"]["train"]["allowed"] == 3
    store.preferences.declare([said("ada", "train", "deny")])  # at the same time as the allow: deny wins
    assert platform.consent_coverage()["purposes"]["train"]["allowed"] == 2


def test_the_commands(tmp_path):
    filled(tmp_path)

    def linnet(*arguments):
        command = [
            sys.executable,
            "-m",
            "linnet.cli.main",
            "--workspace",
            str(tmp_path),
            "consent",
            *arguments,
        ]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    done = linnet("coverage", "--json")
    assert json.loads(done.stdout) == json.loads(json.dumps(consent_coverage(filled(tmp_path / "again"))))
    human = linnet("coverage").stdout
    assert "train: 3 allowed, 3 denied" in human and "source terms: X API" in human
    table = tmp_path / "table.csv"
    table.write_text("author_id,purpose,state\nbob,train,deny\nbob,fun,deny\n")
    done = linnet("import", str(table), "--json")
    assert json.loads(done.stdout)["changed"] == 1 and json.loads(done.stdout)["rejected"][0]["line"] == 3
    assert "line 3" in done.stderr
    assert "known" in linnet("import", str(table)).stdout
    table.write_text("author_id,purpose,state\nbob,fun,deny\n")
    done = linnet("import", str(table))
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "line 2" in done.stderr
    done = linnet(
        "set", "--author", "cy", "--post", "4", "--purpose", "retrieve", "--state", "deny", "--json"
    )
    assert json.loads(done.stdout)["changed"]
    shown = json.loads(linnet("show", "--author", "cy", "--json").stdout)["preferences"]
    assert [(one["scope"], one["state"]) for one in shown] == [("post:4", "deny")]
    assert json.loads(linnet("coverage", "--json").stdout)["purposes"]["retrieve"]["allowed"] == 4
