"""Every address of the back office, found in the application: a new one cannot stay untried."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from backoffice_service.http.guard import MOST_BYTES
from unit.backoffice_service.office_room import OfficeRoom, PageBrowser

# Nobody is signed in there yet, or everybody is: they are about no store.
AT_THE_DOOR = {"/", "/sign-in", "/sign-out", "/preferences", "/second-factor", "/api/sign-in"}
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def routes(browser: PageBrowser, method: str) -> Iterator[str]:
    """Every address that answers a method, with store S1 and made-up codes in it."""
    for route in _flat(browser.app.routes):
        if method in (route.methods or ()):
            yield re.sub(r"{\w+(:\w+)?}", "X1", route.path.replace("{store}", "S1"))


def _flat(found: object) -> Iterator[APIRoute]:
    for route in found:  # type: ignore[attr-defined]  # the router's own list
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "routes", None):
            yield from _flat(inner)
        elif router := getattr(route, "original_router", None):
            yield from _flat(router.routes)


def test_the_addresses_are_found() -> None:
    browser = OfficeRoom().browser()

    assert len(set(routes(browser, "GET"))) > 20
    assert "/stores/S1/day/close" in set(routes(browser, "POST"))


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_nothing_is_changed_for_a_page_that_is_not_ours(origin: str) -> None:
    room = OfficeRoom(role="manager")
    browser = room.browser()

    for path in routes(browser, "POST"):
        answer = browser.post(path, data={"reason": "x"}, headers={"Origin": origin})
        assert answer.status_code == 403, path
    assert room.services.asked == []
    assert room.trail.acts == []


def test_only_looking_and_posting_is_answered() -> None:
    browser = OfficeRoom().browser()
    methods = {method for route in _flat(browser.app.routes) for method in route.methods or ()}

    assert methods <= {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_gets_anything_of_a_store_that_is_not_theirs(method: str) -> None:
    room = OfficeRoom(role="manager")
    browser = room.browser()

    for path in routes(browser, method):
        if "/stores/S1" in path:
            answer = asyncio.run(browser.ask(method, path.replace("/stores/S1", "/stores/S2"), _form(method)))
            assert answer.status_code == 403, path
    assert room.services.asked == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_cashier_gets_nothing_of_the_own_store(method: str) -> None:
    room = OfficeRoom(role="cashier")
    browser = room.browser()

    for path in routes(browser, method):
        if path not in AT_THE_DOOR:
            answer = asyncio.run(browser.ask(method, path, _form(method)))
            assert answer.status_code == 403, path
    assert room.services.asked == []


def test_every_answer_has_the_headers_that_keep_foreign_pages_and_scripts_out() -> None:
    browser = OfficeRoom(role="cashier").browser()

    for answer in (browser.get("/stores/S1/terminals"), browser.get("/sign-in"), browser.get("/nowhere")):
        for name, value in HEADERS.items():
            assert answer.headers[name].startswith(value), name
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_what_is_too_long_or_does_not_say_how_long_it_is_is_not_read() -> None:
    room = OfficeRoom(role="manager")
    browser = room.browser()

    async def pieces() -> object:
        yield b"reason=x"

    long = browser.post("/stores/S1/day/open", content=b"x" * (MOST_BYTES + 1))
    endless = browser.post("/stores/S1/day/open", content=pieces())

    assert (long.status_code, endless.status_code) == (413, 411)
    assert room.services.asked == []


def test_a_failure_shows_a_reference_and_nothing_of_itself() -> None:
    room = OfficeRoom(role="manager")
    browser = room.browser()

    async def ask() -> httpx.Response:
        # Nobody answers here, which is a bug: the room has no answer for this question.
        transport = httpx.ASGITransport(browser.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://office.test") as client:
            return await client.get("/stores/S1/terminals")

    answer = asyncio.run(ask())

    assert answer.status_code == 500
    assert re.search(r"<b>[0-9a-f]{12}</b>", answer.text)
    for inside in ("Traceback", "KeyError", "StoreSettings", ".py"):
        assert inside not in answer.text


def _form(method: str) -> dict[str, dict[str, str]]:
    return {"data": {"reason": "x", "key": "k"}} if method == "POST" else {}
