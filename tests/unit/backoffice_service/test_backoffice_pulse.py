"""How open pages hear that the reports of their store changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from backoffice_service.messaging import pulse as pulses
from backoffice_service.messaging.pulse import Pulse
from tillday_contracts.example_reports import report_examples
from tillday_contracts.report_progress_messages import ReportsChanged


def changed(*stores: str) -> bytes:
    example = report_examples()["event.reports_changed"]
    assert isinstance(example, ReportsChanged)
    return example.model_copy(update={"stores": stores}).model_dump_json().encode()


async def next_of(changes: AsyncIterator[int]) -> int:
    async with asyncio.timeout(15):
        return await anext(changes)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulses, "LOOK_SECONDS", 3600.0)
    monkeypatch.setattr(pulses, "SHORTEST_PAUSE", 0.01)


async def test_a_page_hears_of_its_own_store_and_of_what_concerns_every_store(unhurried: None) -> None:
    pulse = Pulse()
    async with aclosing(pulse.changes("S1")) as changes:  # type: ignore[type-var]
        first = asyncio.create_task(next_of(changes))
        await asyncio.sleep(0)
        pulse.hear(changed("S2"))
        pulse.hear(b'{"store": "S1"}')
        for _ in range(20):
            await asyncio.sleep(0)
        assert not first.done(), "another store's change, and what an event alone would have told"

        pulse.hear(changed("S1", "S2"))
        assert await first == 1
        pulse.hear(changed())
        assert await next_of(changes) == 2


async def test_many_changes_at_once_are_one_look_and_none_is_missed(unhurried: None) -> None:
    pulse = Pulse()
    async with aclosing(pulse.changes("S1")) as changes:  # type: ignore[type-var]
        first = asyncio.create_task(next_of(changes))
        await asyncio.sleep(0)
        for _ in range(50):
            pulse.hear(changed("S1"))
        assert await first == 50
        pulse.hear(changed("S1"))
        assert await next_of(changes) == 51, "what came while the page rested"


async def test_a_last_sign_of_life_is_looked_for_without_any_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulses, "LOOK_SECONDS", 0.01)
    async with aclosing(Pulse().changes("S1")) as changes:  # type: ignore[type-var]
        assert await next_of(changes) == 0


async def test_the_more_pages_are_open_the_longer_each_rests() -> None:
    pulse = Pulse()
    assert pulse.pause() == pulses.SHORTEST_PAUSE
    open_pages = [pulse.changes("S1") for _ in range(5)]
    waiting = [asyncio.create_task(next_of(page)) for page in open_pages]
    await asyncio.sleep(0)
    assert pulse.pause() == pytest.approx(5 * pulses.PAUSE_A_PAGE)

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert pulse.pause() == pulses.SHORTEST_PAUSE, "closed pages count no more"
