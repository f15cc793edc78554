"""The JSON twins of consent, erasure, corpus and provenance; who may change something, and which file leaves."""

import json
from collections.abc import Iterator
from pathlib import Path

import fastapi
import pytest
from starlette.testclient import TestClient

from linnet.console.answers import MAX_PROVENANCE_CHARACTERS
from linnet.console.api import mount_json_twins
from linnet.console.erasure import Wanted
from linnet.console.texts import Texts
from linnet.console.trust_charts import consent_parts, part_name
from tests.console.fake_platform import ANSWER, FakePlatform

ERASE = {"posts": ["p1", "p1"], "authors": ["a1"]}


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform(slow_seconds=0)


@pytest.fixture
def client(platform: FakePlatform) -> Iterator[TestClient]:
    app = fastapi.FastAPI()
    mount_json_twins(app, platform)
    with TestClient(app) as client:
        yield client


def test_reading_twins(client: TestClient) -> None:
    assert client.get("/api/consent/coverage").json()["purposes"]["train"]["denied"] == 31_131
    assert client.get("/api/consent/where", params={"author": " a1 "}).json()["author_id"] == "a1"
    found = client.get("/api/corpus/dropped", params={"reason": "near_duplicate", "limit": "1"}).json()
    assert (found["reason"], len(found["posts"])) == ("near_duplicate", 1)
    spans = client.get("/api/provenance", params={"text": ANSWER}).json()["spans"]
    assert ANSWER[spans[0]["start"] : spans[0]["end"]] == spans[0]["text"]
    assert [request["id"] for request in client.get("/api/erasures").json()["requests"]] == ["b71c", "a90f"]


@pytest.mark.parametrize(
    ("address", "parameters", "line"),
    [
        ("/api/consent/where", {}, "author is empty"),
        ("/api/consent/where", {"author": "nobody"}, "nothing is known"),
        ("/api/corpus/dropped", {"reason": "unready"}, "linnet curate"),
        ("/api/corpus/dropped", {"limit": "0"}, "limit is '0'"),
        ("/api/provenance", {"text": " "}, "text is empty"),
        ("/api/provenance", {"text": "x" * (MAX_PROVENANCE_CHARACTERS + 1)}, "4000 at most"),
    ],
)
def test_what_cannot_be_answered(
    client: TestClient, address: str, parameters: dict[str, str], line: str
) -> None:
    response = client.get(address, params=parameters)
    assert response.status_code == 400
    assert line in response.json()["error"]


def test_erasing(client: TestClient, platform: FakePlatform) -> None:
    done = client.post("/api/erasures", json=ERASE, headers={"origin": "http://testserver"})
    assert done.status_code == 200
    assert done.json()["debt"][0]["until"] == "the next pretraining"
    assert platform.forgotten == [(("p1",), ("a1",))]
    refused = client.post("/api/erasures", json={"posts": ["never"]})
    assert (refused.status_code, "no post has the id" in refused.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": ""}, 415),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://testserver:9999"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_a_page_of_another_site_erases_nothing(
    client: TestClient, platform: FakePlatform, headers: dict[str, str], status: int
) -> None:
    response = client.post(
        "/api/erasures", content=json.dumps(ERASE), headers={"content-type": "application/json", **headers}
    )
    assert response.status_code == status
    assert platform.forgotten == []


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("{", "not JSON"), ("[" * 100_000, "not JSON"), ("[]", "the body must be"), ('{"post": ["a"]}', "the body must be"), ("{}", "nothing to erase"),
        ('{"posts": []}', "nothing to erase"), ('{"posts": "a"}', "posts must be a list"), ('{"posts": [1]}', "posts must be"),
        ('{"authors": [" "]}', "authors must be"), ('{"posts": ["' + "x" * 1001 + '"]}', "longer than 1000"),
        (json.dumps({"posts": [str(number) for number in range(10_001)]}), "10000 at most"),
        ('{"posts": ["' + "x" * (4 * 1024 * 1024) + '"]}', "larger than"),
    ],
)  # fmt: skip
def test_what_is_not_clear_erases_nothing(
    client: TestClient, platform: FakePlatform, body: str, line: str
) -> None:
    response = client.post("/api/erasures", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 413)
    assert line in response.json()["error"]
    assert platform.forgotten == []


def test_a_receipt_is_a_file_to_keep(client: TestClient) -> None:
    response = client.get("/api/erasures/b71c/receipt")
    assert response.json() == {"receipt": "b71c"}
    assert response.headers["content-disposition"] == 'attachment; filename="b71c.json"'
    assert response.headers["cache-control"] == "no-store"


def test_only_receipts_of_this_workspace_leave(
    client: TestClient, platform: FakePlatform, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    root = platform.workspace.root
    (root / "console.secret").write_text("secret")
    link = root / "erasure" / "receipts" / "link.json"
    link.symlink_to(secret)
    paths = (str(secret), str(link), "../console.secret", str(root / "erasure/receipts/../../console.secret"))
    for path in (*paths, "", None):
        platform.requests[0]["receipt"] = path
        assert client.get("/api/erasures/b71c/receipt").status_code == 404
    for name in ("zzzz", "..%2F..%2Fconsole.secret", "%2Fetc%2Fpasswd", "a90f%2F..%2Fb71c"):
        assert client.get(f"/api/erasures/{name}/receipt").status_code == 404


@pytest.mark.parametrize(
    ("posts", "author", "phrase"),
    [("", " a 1 ", "a 1"), (" p1 \n\np1", "", "p1"), ("p1\np2", "", "2"), ("p1\np2", "a", "a")],
)
def test_what_has_to_be_typed(posts: str, author: str, phrase: str) -> None:
    wanted = Wanted.from_form(posts, author)
    assert wanted.phrase == phrase
    assert wanted.is_confirmed_by(f" {phrase} ")
    assert not wanted.is_confirmed_by("") and not wanted.is_confirmed_by(phrase + "x")
    assert not Wanted.from_form(" \n ", " ")


def test_reasons_keep_one_colour_over_all_purposes(platform: FakePlatform) -> None:
    parts = consent_parts(platform.consent_coverage()["purposes"])
    assert [(part.allowed, part.shade) for part in parts] == [
        (True, "--allow-1"), (True, "--allow-2"), (True, "--allow-3"),
        (False, "--deny-1"), (False, "--deny-2"), (False, "--deny-3"),
    ]  # fmt: skip
    assert parts[0].posts == {"train": 88_200, "retrieve": 112_196, "embed": 112_196, "generate": 101_000}
    assert part_name(parts[-1], Texts("fr")) == "Refusé\u00a0: the source reserves training"
