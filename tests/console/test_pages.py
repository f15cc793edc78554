"""The pages as they leave the server, headers included; tests/browser looks at them in a browser."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import fastapi
import pytest
from starlette.testclient import TestClient

from linnet.console import mount_console
from linnet.console.ask import asked
from linnet.console.charts import every_day, largest
from linnet.console.home import mending_command
from linnet.console.search import wanted_results
from linnet.console.texts import Texts
from tests.console.fake_platform import BUS, FakePlatform

PLATFORM = FakePlatform()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = fastapi.FastAPI()

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    mount_console(app, PLATFORM, storage_secret="for tests only")
    with TestClient(app) as client:
        yield client


def test_headers_of_a_page(client: TestClient) -> None:
    response = client.get("/search", params={"q": "night bus"})
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    scripts = re.findall(r"<script[^>]*>", response.text)
    assert scripts and all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-security-policy"] != client.get("/").headers["content-security-policy"]


def test_a_page_names_no_other_host(client: TestClient) -> None:
    page = client.get("/").text
    assert set(re.findall(r"https?://[^/\"'\s]+", page)) <= {"http://www.w3.org"}


def test_other_routes_of_the_app_stand_and_get_the_headers(client: TestClient) -> None:
    response = client.get("/healthz")
    assert response.json() == {"status": "ok"}
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in response.headers


def test_the_twin_and_the_page_stand_side_by_side(client: TestClient) -> None:
    assert client.get("/api/search", params={"q": "bus"}).json()["query"] == "bus"


def test_hostile_text_reaches_the_page_escaped_only(client: TestClient) -> None:
    page = client.get("/search", params={"q": "</script><script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "<script>document.title" not in page
    assert 'onerror="document' not in page


@pytest.mark.parametrize("address", ["/nowhere", "/post/withdrawn", "/post/never"])
def test_missing_pages_are_404(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_language_from_the_browser_the_address_and_the_cookie(client: TestClient) -> None:
    client.cookies.clear()
    assert '<html lang="en-US">' in client.get("/ask", headers={"accept-language": "de"}).text
    assert '<html lang="fr">' in client.get("/ask", headers={"accept-language": "fr-CA"}).text
    response = client.get("/ask?lang=fr", headers={"accept-language": "en"})
    assert "linnet_language=fr" in response.headers["set-cookie"]
    assert '<html lang="fr">' in client.get("/ask", headers={"accept-language": "en"}).text
    assert "linnet_language" not in client.get("/ask?lang=%0d%0aX:1").headers.get("set-cookie", "")
    client.cookies.clear()


def test_errors_on_a_page_are_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    assert "the index is not built yet; run: linnet index" in client.get("/search?q=unready").text
    page = client.get("/search?q=crash")
    assert page.status_code == 200
    assert "Something went wrong" in page.text
    assert "secret" not in page.text
    assert "secret detail" in caplog.text


def test_the_console_never_names_a_reader(client: TestClient) -> None:
    PLATFORM.readers.clear()
    for address in ("/search?q=bus", "/ask?q=bus", f"/post/{BUS.replace('/', '%2F')}", "/api/ask?q=bus"):
        assert client.get(address).status_code == 200
    assert len(PLATFORM.readers) > 5
    assert set(PLATFORM.readers) == {None}


def test_importing_the_console_is_cheap() -> None:
    code = "import sys, linnet.console; sys.exit('nicegui' in sys.modules or 'fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_answer_is_numbered_in_reading_order_and_checked_again() -> None:
    reply = asked(FakePlatform(), "until when?")
    numbers = [source.number for _, sources in reply.sentences for source in sources]
    assert numbers == [1, 2, 3, 4, 5]
    assert [source.post is None for source in reply.sentences[-1][1]] == [False, True]


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ({"posts": 0, "stages": [{"state": "missing"}]}, "linnet ingest FILE"),
        ({"posts": 3, "stages": [{"state": "fresh"}, {"state": "stale"}]}, "linnet build"),
        ({"posts": 3, "stages": [{"state": "missing"}]}, "linnet build"),
        ({"posts": 3, "stages": [{"state": "fresh"}, {"state": "running"}]}, None),
    ],
)
def test_the_command_that_mends(status: dict, command: str | None) -> None:
    assert mending_command(status) == command


def test_charts() -> None:
    rows = [{"day": "2025-02-28", "posts": 3}, {"day": "2025-03-02", "posts": 1}]
    assert [(day.isoformat(), count) for day, count in every_day(rows)] == [
        ("2025-02-28", 3), ("2025-03-01", 0), ("2025-03-02", 1),
    ]  # fmt: skip
    assert len(every_day([{"day": "2006-01-01", "posts": 1}, {"day": "2025-01-01", "posts": 1}])) == 2
    assert every_day([]) == []
    languages = [{"language": f"x{rank}", "posts": rank} for rank in range(1, 11)]
    assert largest(languages, Texts("en"))[0] == ("x10", 10)
    assert largest(languages, Texts("en"))[-1] == ("other", 3)


@pytest.mark.parametrize(("limit", "wanted"), [("", 20), ("60", 60), ("0", 20), ("999", 20), ("x", 20)])
def test_wanted_results(limit: str, wanted: int) -> None:
    assert wanted_results(limit) == wanted


def test_mounting_again_replaces_the_platform() -> None:
    class Elsewhere(FakePlatform):
        def status(self) -> dict[str, Any]:
            return {**super().status(), "workspace": "Elsewhere"}

    for platform, name in ((FakePlatform(), "Harbour Square"), (Elsewhere(), "Elsewhere")):
        app = fastapi.FastAPI()
        mount_console(app, platform, storage_secret="for tests only")
        with TestClient(app) as client:
            response = client.get("/")
            assert name in response.text
            assert "nonce-" in response.headers["content-security-policy"]
            assert client.get("/nowhere").status_code == 404
            assert client.get("/favicon.ico").headers["content-type"].startswith("image/svg+xml")
