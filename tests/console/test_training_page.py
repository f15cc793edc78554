"""The page of a training run as it leaves the server, its twin, and what its charts are made of."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastapi
import pytest
from starlette.testclient import TestClient

from linnet.console import mount_console
from linnet.console.links import training_url
from linnet.console.texts import Texts
from linnet.console.training import chosen_run
from linnet.console.training_charts import CURVES, curve_options, curve_points, loss_summary, marks
from tests.console.fake_platform import FakePlatform, make_run


class Trained(FakePlatform):
    runs: list[dict[str, Any]] = []

    def training(self) -> dict[str, Any]:
        return {"runs": self.runs}


PLATFORM = Trained()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = fastapi.FastAPI()
    mount_console(app, PLATFORM, storage_secret="for tests only")
    with TestClient(app) as client:
        yield client


@pytest.fixture
def two_runs() -> Iterator[None]:
    PLATFORM.runs = [make_run("base.next", 4_200, "running"), make_run("base", 6_000, "finished")]
    yield
    PLATFORM.runs = []


def test_without_a_run_it_says_how_to_make_one(client: TestClient) -> None:
    page = client.get("/training").text
    assert "No model was trained here yet" in page and "linnet build" in page
    assert client.get("/api/training").json() == {"runs": []}


def test_a_run_that_goes_on(client: TestClient, two_runs: None) -> None:
    page = client.get("/training").text
    for words in ("step 4,200 of 6,000", "6 min left", "The next base model", "running", "70.0%"):
        assert words in page, words
    assert "Training went back to step 2,000 and left out the batches of steps 2,380 to 2,625." in page
    twin = client.get("/api/training").json()["runs"]
    assert [run["name"] for run in twin] == ["base.next", "base"]


def test_a_finished_run_by_its_name(client: TestClient, two_runs: None) -> None:
    page = client.get(training_url("base", logarithmic=True)).text
    assert "step 6,000 of 6,000" in page and "finished" in page and " left<" not in page
    assert client.get("/training", params={"run": "<b>no such run"}).status_code == 200


@pytest.mark.parametrize(
    ("stopped", "words"), [({"step": 4_201}, "Step 4,201 gave no number"), (None, "This run was interrupted")]
)
def test_a_run_that_stopped(client: TestClient, stopped: Any, words: str) -> None:
    PLATFORM.runs = [{**make_run("base.next", 4_200, "stopped"), "stopped": stopped}]
    assert words in client.get("/training").text
    PLATFORM.runs = []


def test_which_run_is_shown() -> None:
    runs = {"runs": [{"name": "base.next"}, {"name": "base"}]}
    assert chosen_run(runs, "base") == {"name": "base"}
    assert chosen_run(runs, "other") == {"name": "base.next"}
    assert chosen_run({"runs": []}, "base") is None


def test_the_curve_has_a_gap_where_batches_were_left_out() -> None:
    run = make_run("base", 6_000, "finished")
    points = curve_points(run, "loss")
    assert len(points) == len(run["points"]) + 1
    [gap] = [place for place, point in enumerate(points) if point[1] is None]
    assert points[gap - 1][0] == 2_370 * 2048 and points[gap + 1][0] == 2_630 * 2048


def test_marks_lie_at_their_tokens() -> None:
    marked = marks(make_run("base", 6_000, "finished"))
    assert [line["xAxis"] for line in marked["markLine"]["data"]] == [5_500 * 2048, 6_000 * 2048]
    assert [[edge["xAxis"] for edge in band] for band in marked["markArea"]["data"]] == [
        [2_379 * 2048, 2_625 * 2048]
    ]


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve[0])
def test_options_are_plain_json_and_hold_no_data_as_script(curve: tuple[str, str, str]) -> None:
    run = make_run("base", 6_000, "finished")
    for point in run["points"]:
        point["mfu"] = None  # a machine whose peak is unknown
    for logarithmic in (False, True):
        options = curve_options(run, curve, logarithmic=logarithmic)
        assert json.loads(json.dumps(options)) == options
        assert options["yAxis"]["type"] == ("log" if logarithmic else "value")


def test_the_logarithmic_axis_holds_every_loss() -> None:
    run = make_run("base", 6_000, "finished")
    losses = [point["loss"] for point in run["points"]]
    axis = curve_options(run, CURVES[0], logarithmic=True)["yAxis"]
    assert 0 < axis["min"] <= min(losses) and max(losses) <= axis["max"]
    assert "to 3.13, at best 3.05" in loss_summary(run, Texts("en"))


def test_the_platform_reads_both_folders(tmp_path: Path) -> None:
    from linnet.wiring import Platform
    from linnet.workspace import init_workspace

    workspace = init_workspace(tmp_path / "ws")
    platform = Platform(workspace)
    assert platform.training() == {"runs": []}
    for name, steps in (("base", 3), ("base.next", 2)):
        folder = workspace.root / name
        folder.mkdir()
        (folder / "job.json").write_text(json.dumps({"batch_tokens": 8, "config": {"preset": "nano"}}))
        rows = [
            {**make_run("base", 10, "finished")["points"][0], "step": step + 1, "steps": 3}
            for step in range(steps)
        ]
        (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (workspace.root / "base" / "report.json").write_text("{}")
    found = [(run["name"], run["state"], run["progress"]) for run in platform.training()["runs"]]
    assert found == [("base.next", "stopped", 2 / 3), ("base", "finished", 1.0)]
    with workspace.writing("build"):
        assert platform.training()["runs"][0]["state"] == "running"
