"""The endpoints under /fasp, which servers call. See access.py for who may."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, FastAPI, Request, Response

from linnet.doors.fasp.access import Access, Call, NotHere, Reply
from linnet.doors.fasp.account_search import AccountSearch
from linnet.doors.fasp.announcement import read_announcement
from linnet.doors.fasp.announcement_book import AnnouncementBook
from linnet.doors.fasp.fetcher import Fetcher, HttpFetcher
from linnet.doors.fasp.intake import Intake
from linnet.doors.fasp.provider_info import capability_named, provider_info
from linnet.doors.fasp.receive import receive
from linnet.doors.fasp.registration import Backfills
from linnet.doors.fasp.server_book import ServerBook
from linnet.doors.fasp.trends import Trends
from linnet.doors.fasp.worker import Worker
from linnet.doors.platform import Platform
from linnet.posts.store import PostStore
from linnet.workspace import Workspace

PREFIX = "/fasp"


def mount_fasp(
    app: FastAPI, platform: Platform, workspace: Workspace, *, fetcher: Fetcher | None = None
) -> Worker:
    store = PostStore(workspace)
    servers, waiting = ServerBook(store.state), AnnouncementBook(store.state)
    intake = Intake(workspace, store, waiting, fetcher or http_fetcher(servers))
    worker = Worker(intake, waiting, Backfills(workspace, servers).go_on)
    access = Access(workspace, servers, prefix=PREFIX)
    accounts, trends = AccountSearch(platform, store), Trends(platform, store)
    router = APIRouter(prefix=PREFIX, tags=["doors"])

    def needs(capability: str, work: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
        def checked(call: Call) -> Reply:
            if capability not in servers.capabilities(call.server.server_id):
                raise NotHere(
                    f"{capability} is not switched on for {call.server.host}; POST its activation first"
                )
            return work(call)

        return checked

    def announced(call: Call) -> Reply:
        announcement = read_announcement(call.json())
        receive(announcement, call.server, servers=servers, waiting=waiting, store=store)
        worker.wake()
        return Reply(status=204)

    @router.get("/provider_info", summary="What this provider is and can do")
    async def info(request: Request) -> Response:
        return await access.answer(request, lambda call: Reply(value=provider_info(workspace)))

    @router.post("/capabilities/{name}/{version}/activation", summary="Switch a capability on")
    async def activate(request: Request, name: str, version: str) -> Response:
        def work(call: Call) -> Reply:
            servers.activate(call.server.server_id, capability_named(name, version))
            return Reply(status=204)

        return await access.answer(request, work)

    @router.delete("/capabilities/{name}/{version}/activation", summary="Switch a capability off")
    async def deactivate(request: Request, name: str, version: str) -> Response:
        def work(call: Call) -> Reply:
            servers.deactivate(call.server.server_id, capability_named(name, version))
            return Reply(status=204)

        return await access.answer(request, work)

    @router.post("/data_sharing/v0/announcements", summary="Take in what is new, changed or gone")
    async def announcements(request: Request) -> Response:
        return await access.answer(request, needs("data_sharing", announced))

    @router.get("/account_search/v0/search", summary="Accounts by their name")
    async def account_search(request: Request) -> Response:
        work = needs("account_search", lambda call: Reply(value=accounts.search(call.parameters)))
        return await access.answer(request, work)

    @router.get("/trends/v0/{kind}", summary="Trending content, hashtags or links")
    async def trending(request: Request, kind: str) -> Response:
        kinds = {"content": trends.content, "hashtags": trends.hashtags, "links": trends.links}

        def work(call: Call) -> Reply:
            if kind not in kinds:
                raise NotHere(f"there are trends of {', '.join(kinds)}")
            return Reply(value=kinds[kind](call.parameters))

        return await access.answer(request, needs("trends", work))

    @router.api_route("/{rest:path}", methods=["GET", "POST", "DELETE"], include_in_schema=False)
    async def unknown(request: Request, rest: str) -> Response:
        def work(call: Call) -> Reply:
            raise NotHere("there is no such endpoint")

        return await access.answer(request, work)

    app.include_router(router)
    return worker


def http_fetcher(servers: ServerBook) -> HttpFetcher:
    """One that may reach this machine only where the operator registered at a name of it."""
    return HttpFetcher(lambda: frozenset(server.host for server in servers.all()))
