from collections.abc import Iterator

import fastapi
import pytest
from starlette.testclient import TestClient

from linnet.console.api import mount_json_twins
from tests.console.fake_platform import BUS, HOSTILE, FakePlatform


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def client(platform: FakePlatform) -> Iterator[TestClient]:
    app = fastapi.FastAPI()
    mount_json_twins(app, platform)
    with TestClient(app) as client:
        yield client


def test_status(client: TestClient) -> None:
    response = client.get("/api/status")
    assert response.status_code == 200
    assert response.json()["workspace"] == "Harbour Square"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_search(client: TestClient, platform: FakePlatform) -> None:
    result = client.get("/api/search", params={"q": " night bus ", "limit": "2"}).json()
    assert result["query"] == "night bus"
    assert [hit["post_id"] for hit in result["hits"]] == [BUS, "reply-1"]
    assert platform.readers == [None]


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        ({}, "q is empty"), ({"q": "  "}, "q is empty"), ({"q": "x" * 1001}, "1001 characters"),
        ({"q": "a", "limit": "0"}, "limit is '0'"), ({"q": "a", "limit": "101"}, "from 1 to 100"),
        ({"q": "a", "limit": "many"}, "limit is 'many'"), ({"q": "a", "limit": "²"}, "from 1 to 100"),
        ({"q": "a", "limit": "9" * 5000}, "from 1 to 100"),
        ({"q": "unready"}, "the index is not built yet; run: linnet index"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_400_with_one_line(
    client: TestClient, parameters: dict[str, str], line: str
) -> None:
    response = client.get("/api/search", params=parameters)
    assert response.status_code == 400
    assert list(response.json()) == ["error"]
    assert line in response.json()["error"]
    assert "\n" not in response.json()["error"]


def test_a_failure_is_logged_and_not_shown(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    response = client.get("/api/search", params={"q": "crash"})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "secret detail" in caplog.text


def test_ask(client: TestClient, platform: FakePlatform) -> None:
    answer = client.get("/api/ask", params={"q": "until when?"}).json()
    assert answer["sentences"][0]["citations"][0]["post_id"] == BUS
    assert client.get("/api/ask").status_code == 400
    assert platform.readers == [None]


def test_post(client: TestClient) -> None:
    post = client.get("/api/post", params={"post_id": BUS}).json()
    assert [reply["post_id"] for reply in post["replies"]] == ["reply-1", "reply-2"]
    assert client.get("/api/post", params={"post_id": HOSTILE}).json()["post_id"] == HOSTILE


@pytest.mark.parametrize("page", ["post", "trace"])
def test_a_post_that_may_not_be_seen_is_as_one_that_is_not_there(
    client: TestClient, platform: FakePlatform, page: str
) -> None:
    answers = [
        client.get(f"/api/{page}", params={"post_id": post_id}) for post_id in ("withdrawn", "never", "")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "trace" not in platform.calls


def test_trace(client: TestClient) -> None:
    trace = client.get("/api/trace", params={"post_id": BUS}).json()
    assert [step["step"] for step in trace["steps"]][:2] == ["ingested", "consent"]


def test_unknown_twins(client: TestClient) -> None:
    response = client.get("/api/nothing")
    assert (response.status_code, response.json()) == (404, {"error": "there is no /api/nothing"})
