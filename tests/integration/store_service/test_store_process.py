"""The service as a process: it ends in time, and a kill in the middle of an opening leaves nothing behind."""

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integration.store_service.store_world import MONDAY, Operator, open_store, operator, until
from integration.store_service.till_stand_in import TillStandIn, till_stand_in
from read_before import Program, begin
from servers import Broker, FreshDatabase, service_environment
from tillday_contracts.replay_clock import set_clock


@dataclass
class Process:
    environment: dict[str, str]
    process: Program | None = None

    def start(self) -> None:
        self.process = begin("store_service", environment={**os.environ, **self.environment})

    def end(self, number: int) -> tuple[int, float]:
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(10), time.monotonic() - begun


@pytest.fixture
async def tills(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[TillStandIn]:
    broker.start()
    await fresh_database.with_tables_of("store_service", "till_service")
    async with till_stand_in(fresh_database, broker) as made:
        yield made


@pytest.fixture
def process(
    tills: TillStandIn, fresh_database: FreshDatabase, broker: Broker, tmp_path: Path
) -> Iterator[Process]:
    cheap = {"TILLDAY_PIN_MEMORY_KIB": "8", "TILLDAY_PIN_PASSES": "1", "TILLDAY_PIN_RULES": "any"}
    # The clock of a past day: opening it would be refused for no other reason than the date.
    made = Process(service_environment("store_service", fresh_database, broker) | cheap | _in_march(tmp_path))
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait(5)


def _in_march(folder: Path) -> dict[str, str]:
    set_clock(folder / "clock", datetime(2026, 3, 2, 12, tzinfo=UTC))
    return {"TILLDAY_CLOCK_FILE": str(folder / "clock")}


@pytest.fixture
async def asker(broker: Broker, process: Process) -> AsyncIterator[Operator]:
    async with operator(broker) as made:

        async def answers() -> bool:
            try:
                await made.days()
            except Exception as error:
                return "outcome" in str(error) or "StoreDays" in str(error)
            return True

        await until(answers)
        yield made


async def test_a_kill_in_the_middle_of_an_opening_is_made_good_at_the_next_start(
    process: Process, asker: Operator, tills: TillStandIn
) -> None:
    await asker.define("T1")
    tills.hold.clear()
    request = open_store()
    await asker.client.publish(type(request).subject, request.model_dump_json().encode())
    await until(lambda: tills.asked)
    assert process.end(signal.SIGKILL)[0] == -signal.SIGKILL

    tills.hold.set()
    process.start()

    async def is_open() -> bool:
        try:
            return await asker.state_of(MONDAY) == "open"
        except Exception:
            return False

    await until(is_open)
    assert (await asker.day(request)).state == "open", "the repeated request gets its answer"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_ends_within_five_seconds(process: Process, asker: Operator, number: int) -> None:
    code, seconds = process.end(number)
    assert code == 0
    assert seconds < 5
