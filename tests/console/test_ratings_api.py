"""POST /api/ratings: what is passed on, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import fastapi
import pytest
from starlette.testclient import TestClient

from linnet.console.api import mount_json_twins
from tests.console.fake_platform import FakePlatform

GOOD = {"answer_id": "a1b2", "rating": "up"}


class RatedPlatform(FakePlatform):
    def __init__(self) -> None:
        super().__init__(slow_seconds=0)
        self.rated: list[tuple[str, str, str | None]] = []

    def rate(self, answer_id: str, rating: str, reader: str | None = None) -> dict[str, str]:
        self.rated.append((answer_id, rating, reader))
        return {"answer_id": answer_id, "rating": rating}


@pytest.fixture
def platform() -> RatedPlatform:
    return RatedPlatform()


@pytest.fixture
def client(platform: RatedPlatform) -> Iterator[TestClient]:
    app = fastapi.FastAPI()
    mount_json_twins(app, platform)
    with TestClient(app) as client:
        yield client


def test_a_rating_is_kept_as_anonymous(client: TestClient, platform: RatedPlatform) -> None:
    assert client.post("/api/ratings", json=GOOD).json() == GOOD
    assert platform.rated == [("a1b2", "up", None)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"answer_id": "a"}, 400),
        ({**GOOD, "reader": "ada"}, 400),  # nobody may speak for another
        ({**GOOD, "rating": 1}, 400),
        ([], 400),
        ({**GOOD, "answer_id": "a" * 5000}, 413),
    ],
)
def test_other_bodies_are_refused(
    client: TestClient, platform: RatedPlatform, body: object, status: int
) -> None:
    assert client.post("/api/ratings", json=body).status_code == status
    assert platform.rated == []


def test_another_site_cannot_make_a_browser_rate(client: TestClient, platform: RatedPlatform) -> None:
    other = {"origin": "https://elsewhere.example"}
    assert client.post("/api/ratings", json=GOOD, headers=other).status_code == 403
    assert client.post("/api/ratings", content="answer_id=a", headers={}).status_code == 415
    assert platform.rated == []
