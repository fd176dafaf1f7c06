"""Whatever somebody types, sends or puts into an address: no page fails, and nothing of it is run or told."""

import asyncio
import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from structlog.testing import capture_logs

from backoffice_service.pages.speech import HERE
from unit.backoffice_service.api_room import LEAKS, full_room, routes_of
from unit.backoffice_service.office_room import PageBrowser

CORPUS = (
    "'; DROP TABLE audit; --",
    '"><script>alert(1)</script>',
    "{{ 7 * 191 }}{% raw %}${7*191}",
    "\u202egnirts a\u2066\u200f",
    "x" * 10_240,
    "2026-02-30",
    "-1",
    "../../etc/passwd",
    "\x00\x1b[2J",
    "\ud83d\udca9".encode("utf-16", "surrogatepass").decode("utf-16"),
)
JSON = {"Content-Type": "application/json", "Idempotency-Key": "k"}
STREAM = "/stores/{store}/events"
ROUTES = [one for one in routes_of(full_room().browser().app) if one[1] != STREAM]
_NAME = re.compile(r'name="([a-z_-]+)"')


@cache
def field_names() -> tuple[str, ...]:
    """Every field that a form of the pages has."""
    templates = sorted((HERE / "templates").glob("*.html"))
    return tuple(sorted({name for file in templates for name in _NAME.findall(file.read_text("utf-8"))}))


def request_of(method: str, path: str, word: str) -> tuple[str, dict[str, Any]]:
    """An address and what is sent there: a word of the corpus in every part of both."""
    quoted = quote(word[:2000], safe="")
    address = re.sub(r"{(?!store)[a-z]+}", lambda _: quoted, path).replace("{store}", "S1")
    fields = dict.fromkeys((*field_names(), "date", "before", "after", "find", "only"), word[:500])
    if method == "GET":
        return address, {"params": fields}
    if path.startswith("/api/"):
        return address, {"content": json.dumps(fields), "headers": JSON}
    return address, {"data": fields}


async def answers(browser: PageBrowser, word: str) -> list[tuple[str, int, str]]:
    """What every route says to a word."""
    found = []
    async with browser.client() as client:
        for method, path in ROUTES:
            address, sent = request_of(method, path, word)
            answer = await client.request(method, address, **sent)
            found.append((f"{method} {path}", answer.status_code, answer.text))
    return found


@pytest.mark.parametrize("word", CORPUS, ids=range(len(CORPUS)))
def test_no_word_of_the_corpus_makes_a_page_fail_or_is_run(word: str) -> None:
    with capture_logs():
        found = asyncio.run(answers(full_room().browser(), word))

    assert [route for route, status, _ in found if status >= 500] == []
    pages = [(route, text) for route, _, text in found if "/api/" not in route]
    assert [route for route, text in pages if "<script>alert" in text or "1337" in text] == []
    assert [route for route, _, text in found if any(leak in text for leak in LEAKS)] == []


async def statuses(browser: PageBrowser, store: str) -> dict[str, int]:
    """What every route about a store says to a usual request."""
    found = {}
    async with browser.client() as client:
        for method, path in ROUTES:
            if "{store}" in path:
                address = re.sub(r"{(?!store)[a-z]+}", "T1", path).replace("{store}", store)
                sent: dict[str, Any] = {} if method == "GET" else {"content": "{}", "headers": JSON}
                found[f"{method} {path}"] = (await client.request(method, address, **sent)).status_code
    return found


def test_another_stores_address_is_nobodys_whatever_stands_behind_it() -> None:
    room = full_room()

    found = asyncio.run(statuses(room.browser(), "S2"))

    assert len(found) > 100
    assert set(found.values()) == {403}
    assert room.services.asked == []


def test_a_cashier_gets_nowhere() -> None:
    room = full_room(role="cashier")

    assert set(asyncio.run(statuses(room.browser(), "S1")).values()) == {403}
    assert room.services.asked == []


def test_every_route_is_tried() -> None:
    assert len(ROUTES) > 120
    assert ("POST", "/stores/{store}/settings/people/{person}") in ROUTES
    assert ("GET", "/api/stores/{store}/status-board") in ROUTES


def test_a_failure_would_be_noticed_and_tells_no_more_than_its_reference() -> None:
    room = full_room()
    room.services.answers = {}

    with capture_logs() as logs:
        answer = room.browser().get("/api/stores/S1/people")

    assert answer.status_code == 500
    assert answer.json()["reference"] == logs[0]["reference"]
    assert not [leak for leak in (*LEAKS, "KeyError") if leak in answer.text]
