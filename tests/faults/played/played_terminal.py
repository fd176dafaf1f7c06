"""A terminal whose clock jumps, that is alone for days, whose disk is copied, whose language changes."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_process import AgentProcess
from agent_shop import NOON, PINS, TODAY
from faults.campaign.counter import Counter, counter
from server_processes import free_port
from servers import Broker, FreshDatabase
from terminal_agent.hardware.tape import read_tape
from tillday_contracts.replay_clock import set_clock
from virtual_devices import start_device

BOSS = {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"]}
JUMPS = (
    NOON - timedelta(days=1),
    NOON + timedelta(days=365),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2031, 10, 26, 0, 30, tzinfo=UTC),  # the hour that a European night has twice
    datetime(2031, 10, 26, 1, 30, tzinfo=UTC),
    datetime(2031, 3, 30, 0, 59, 59, tzinfo=UTC),  # and the one that it lacks
)
PLACES = "SELECT seq, placement FROM till.journal WHERE type = 'SALE' ORDER BY epoch, seq"
BY_DATE = """
    SELECT s.business_date::text AS day, count(*) AS n
      FROM till.sale AS sold JOIN till.till_session AS s USING (session_id)
     GROUP BY 1 ORDER BY 1
"""


@pytest.fixture
async def shop(broker: Broker, fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Counter]:
    broker.start()
    async with counter(broker, fresh_database, tmp_path) as running:
        yield running


def clock_of(agent: AgentProcess) -> Path:
    return agent.folder.with_name(f"{agent.folder.name}.clock")


async def test_clocks_jump_and_order_numbers_and_dates_stay(shop: Counter) -> None:
    for n, instant in enumerate(JUMPS):
        set_clock(clock_of(shop.agent), instant)
        await shop.sell_some(f"jump-{n}", 2)
    for _ in range(4):
        wrong = await shop.agent.post("/sign-in", {"person": "SUPERVISOR-1", "pin": "000000"})
    set_clock(clock_of(shop.agent), NOON + timedelta(days=400))
    locked = await shop.agent.post("/sign-in", BOSS)
    set_clock(clock_of(shop.agent), datetime.now(UTC))
    await shop.sell_some("right-again", 1)
    status = await shop.drained()

    assert (wrong.status_code, locked.status_code) != (200, 200)
    assert locked.status_code != 200, "a clock set forward shortens no wait"
    assert [int(number.rpartition("-")[2]) for number in shop.sold] == list(range(1, len(shop.sold) + 1))
    assert status["business_date"] == TODAY.isoformat()
    assert "clock_skew" in await alarms_of(shop), "a wrong clock is told of"
    await shop.ends_well()


async def alarms_of(shop: Counter) -> set[str]:
    found = await shop.ledger.rows("SELECT kind FROM till.alarm_watch")
    return {row["kind"] for row in found}


async def test_three_days_alone_stand_under_three_dates(shop: Counter, broker: Broker) -> None:
    await shop.sell_some("first-day", 2)
    broker.stop()
    await shop.agent.until(lambda s: not s["link"]["online"], seconds=60)
    for day in (1, 2):
        set_clock(clock_of(shop.agent), NOON + timedelta(days=day))
        status = await shop.agent.until(lambda s: not s["may_sell"])
        assert "usiness" in status["outcome"]["text"]
        assert (await shop.agent.sell(f"too-early-{day}")).status_code == 409
        await cash_up(shop.agent)
        date = (TODAY + timedelta(days=day)).isoformat()
        await shop.agent.sign_in("SUPERVISOR-1")
        assert (await shop.agent.post("/terminal/open", {"business_date": date})).status_code == 200
        await shop.agent.open_till()
        await shop.sell_some(f"day-{day}", 3)
    broker.start()
    await shop.agent.until(lambda s: s["link"]["online"], seconds=60)

    await shop.ends_well()
    days = {row["day"]: row["n"] for row in await shop.ledger.rows(BY_DATE)}
    assert days == {(TODAY + timedelta(days=day)).isoformat(): 2 + (day > 0) for day in range(3)}


async def cash_up(agent: AgentProcess) -> None:
    """Whoever stands there counts what is expected and closes the till."""
    expected = (await agent.status())["till_state"]["expected"][0]["amount"]
    pieces = [{"value": 1, "quantity": expected}]
    await agent.sign_in("SUPERVISOR-1")
    for path, body in (
        ("/cash-up/start", {}),
        ("/cash-up/tender", {"tender": "cash", "denominations": pieces}),
        ("/cash-up/confirm", {}),
    ):
        answer = await agent.post(path, body)
        assert answer.status_code == 200, (path, answer.text)


async def test_a_copied_disk_sells_on_both_and_every_printed_receipt_is_somewhere_once(
    shop: Counter, tmp_path: Path
) -> None:
    await shop.sell_some("before", 2)
    await shop.drained()
    twin = await copy_of(shop.agent, tmp_path / "twin")
    printer = start_device(twin.folder)
    try:
        await twin.start()
        await asyncio.gather(shop.agent.sign_in(), twin.sign_in())
        numbers = [await sold_by(agent, "both", 4) for agent in (shop.agent, twin)]
        for agent in (shop.agent, twin):
            await agent.until(lambda s: s["link"]["pending"] == 0, seconds=150)
        numbers += [await sold_by(agent, "afterwards", 2) for agent in (shop.agent, twin)]
        for agent in (shop.agent, twin):
            await agent.until(lambda s: s["link"]["pending"] == 0, seconds=150)
        epochs = {(await agent.status())["journal"]["epoch"] for agent in (shop.agent, twin)}
    finally:
        await twin.stop()
        printer.kill()
        printer.wait()

    assert len(epochs) == 2, "each sells on in an epoch of its own"
    held = await shop.ledger.rows("SELECT hash, placement FROM till.sale")
    assert len(held) == len({row["hash"] for row in held}) == 2 + 4 + 4 + 2 + 2
    printed = [one for agent in (shop.agent, twin) for one in originals(agent.folder)]
    assert len(printed) == 2 + 4 + 4 + 2 + 2
    assert {row["placement"] for row in held} <= {"session", "rescue"}


async def copy_of(agent: AgentProcess, folder: Path) -> AgentProcess:
    """The disk as an image of the running machine would have it."""
    assert agent.process is not None
    os.kill(agent.process.pid, signal.SIGSTOP)
    try:
        shutil.copytree(
            agent.folder, folder, symlinks=True, ignore=shutil.ignore_patterns("tape.bin", "printer*")
        )
    finally:
        os.kill(agent.process.pid, signal.SIGCONT)
    return replace(
        agent, folder=folder, port=free_port(), printer=folder / "printer", process=None, http=None
    )


async def sold_by(agent: AgentProcess, prefix: str, count: int) -> list[str]:
    numbers = []
    for n in range(count):
        answer = await agent.sell(f"{prefix}-{agent.port}-{n}")
        assert answer.status_code == 200, answer.text
        numbers.append(answer.json()["number"])
    return numbers


def originals(folder: Path) -> list[str]:
    documents = read_tape(folder / "tape.bin")
    return [one.text for one in documents if one.complete and "Espresso" in one.text]


@pytest.mark.parametrize("language", ["tr_TR", "de_DE"])
async def test_another_language_of_the_system_changes_no_amount(
    broker: Broker, fresh_database: FreshDatabase, tmp_path: Path, language: str
) -> None:
    broker.start()
    environment = speaking(language, tmp_path)
    async with counter(broker, fresh_database, tmp_path, environment=environment) as shop:
        await shop.sell_some(language, 2)
        assert (tmp_path / "decimal-point").read_text() == ",", "the language was not in force"
        assert all("1.60" in receipt for receipt in originals(shop.agent.folder))
        await shop.ends_well()


def speaking(language: str, folder: Path) -> dict[str, str]:
    """Make the language known to the agent's process alone, and let it be spoken from its first line on."""
    made = folder / "languages"
    made.mkdir()
    target = str(made / f"{language}.UTF-8")
    subprocess.run(["localedef", "-i", language, "-f", "UTF-8", target], check=True, capture_output=True)
    start, said = folder / "start", folder / "decimal-point"
    start.mkdir()
    lines = (
        "import locale, pathlib",
        "locale.setlocale(locale.LC_ALL, '')",
        f"pathlib.Path({str(said)!r}).write_text(locale.localeconv()['decimal_point'])",
    )
    (start / "sitecustomize.py").write_text("\n".join(lines))
    return {"LOCPATH": str(made), "LC_ALL": f"{language}.UTF-8", "PYTHONPATH": str(start)}
