"""Two supervisors at two browsers and one store service: one wins, the other is told in plain words."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from backoffice_service.messaging.services import Services
from integration.store_service.store_world import MONDAY, SUPERVISOR, TUESDAY, World, running_world, until
from servers import Broker, FreshDatabase
from tillday_contracts.report_messages import StatusBoard
from tillday_contracts.store_messages import SettingsAnswer, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, PageBrowser, SaidServices, example

SECOND = "SUPERVISOR-2"
RIGHTS = ("sell", "open_store", "close_store", "manage")
DAY, SETTINGS = "/stores/S1/day", "/stores/S1/settings/store"


@dataclass
class StoreLink:
    """The broker as the back office's own client uses it."""

    world: World

    async def request(self, subject: str, body: bytes, *, timeout: float) -> bytes:
        return await self.world.operator.raw(subject, body, timeout)


@dataclass
class StoreServices(SaidServices):
    """The store service itself; what the reports would say is made up."""

    real: Any = None

    async def ask(self, message: Any, expect: type[BaseModel]) -> BaseModel:
        if type(message) in self.answers:
            return await super().ask(message, expect)
        answer: BaseModel = await self.real.ask(message, expect)
        return answer


@pytest.fixture
async def world(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[World]:
    async with running_world(fresh_database, broker) as made:
        await made.operator.define("T1")
        for person in (SUPERVISOR, SECOND):
            await made.operator.person(person, "supervisor", RIGHTS)
        yield made


def browser(world: World, person: str, language: str = "en") -> PageBrowser:
    services = StoreServices({StatusBoard: example("reply.board")}, real=Services(StoreLink(world)))  # type: ignore[arg-type]
    return OfficeRoom(person=person, services=services).browser(language)


async def sent(browser: PageBrowser, address: str, **form: object) -> httpx.Response:
    return await browser.ask("POST", address, {"data": {name: str(value) for name, value in form.items()}})


async def test_of_two_who_open_at_once_one_wins_and_a_repeat_changes_nothing(world: World) -> None:
    one, other = browser(world, SUPERVISOR), browser(world, SECOND, "es")
    world.tills.hold.clear()
    winning = asyncio.create_task(sent(one, f"{DAY}/open", business_date=TUESDAY, key="1"))
    await until(lambda: _is(world, "opening"))
    losing = asyncio.create_task(sent(other, f"{DAY}/open", business_date=MONDAY, key="1"))
    again = asyncio.create_task(sent(other, f"{DAY}/open", business_date=TUESDAY, key="2"))
    await asyncio.wait((losing,), timeout=3)
    world.tills.hold.set()
    won, lost, same = await asyncio.gather(winning, losing, again)

    assert (won.headers["location"], lost.status_code) == (f"{DAY}?done=open", 409)
    assert 'role="alert"' in lost.text
    assert "tienda" in lost.text.split('role="alert"')[1][:300]
    assert same.headers["location"] == f"{DAY}?done=open"

    closed = await asyncio.gather(
        *(sent(each, f"{DAY}/close", business_date=TUESDAY, key="3") for each in (one, other))
    )
    late = await sent(other, f"{DAY}/open", business_date=TUESDAY, key="4")
    assert [answer.headers["location"] for answer in closed] == [f"{DAY}?done=close"] * 2
    assert late.status_code == 409
    assert (await world.events()).count("store_opened") == 1


async def _is(world: World, state: str) -> bool:
    return await world.operator.state_of(TUESDAY) == state


async def test_of_two_who_save_settings_that_both_saw_one_is_told_and_loses_nothing_typed(
    world: World,
) -> None:
    seen = await world.operator.ask(StoreSettings(store="S1"), SettingsAnswer)
    form = {"revision": seen.revision, "key": "1"}

    answers = await asyncio.gather(
        *(
            sent(browser(world, person), SETTINGS, **form, name=name)
            for person, name in ((SUPERVISOR, "My shop"), (SECOND, "Your shop"))
        )
    )

    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 409)
    assert "changed" in lost.text.split('role="alert"')[1][:400]
    now = await world.operator.ask(StoreSettings(store="S1"), SettingsAnswer)
    assert now.revision == seen.revision + 1
    (typed,) = {"My shop", "Your shop"} - {now.settings.name}
    assert f'value="{typed}"' in lost.text
