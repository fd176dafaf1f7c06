"""Terminal and ledger, both real: what a restored copy, a fork and a ledger that lost something end in."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import nats
import pytest

from agent_back_office import BackOffice
from agent_process import AgentProcess
from agent_shop import KEY, NOON, PINS, TENDERS, TODAY, desired, store_settings
from read_before import Program, begin
from servers import Broker, FreshDatabase, service_environment
from tillday_contracts.till_messages import RegisterJournalKey
from tillday_contracts.wishes import Settings


@dataclass
class Ledger:
    """The till service as a process, with a database of its own."""

    broker: Broker
    database: FreshDatabase
    environment: dict[str, str]
    log: Path
    process: Program | None = field(default=None)

    def launch(self) -> None:
        environment = {**os.environ, **self.environment}
        self.process = begin("till_service", environment=environment, err=self.log)

    async def start(self) -> None:
        self.launch()
        url = f"http://127.0.0.1:{self.environment['TILLDAY_HTTP_PORT']}/readyz"
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(200):
                try:
                    if (await client.get(url)).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError(self.log.read_text()[-3000:])

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)

    async def register(self) -> None:
        client = await nats.connect(
            self.broker.nats_url, user="tillday", password=self.broker.password_of("tillday")
        )
        command = RegisterJournalKey(
            message_id=uuid4(),
            correlation_id=uuid4(),
            occurred_at=NOON,
            by="OPERATOR",
            store="S1",
            terminal="T1",
            till="TILL1",
            key_id="a" * 16,
            journal_key=KEY.hex(),
        )
        await client.request(command.subject, command.model_dump_json().encode(), timeout=10)
        await client.close()

    async def rows(self, question: str) -> list[asyncpg.Record]:
        connection = await self.database.connect()
        try:
            found: list[asyncpg.Record] = await connection.fetch(question)
            return found
        finally:
            await connection.close()


@dataclass
class Shop:
    """One terminal with a real ledger behind it."""

    agent: AgentProcess
    ledger: Ledger

    async def sell(self, *keys: str) -> list[str]:
        numbers = []
        for key in keys:
            answer = await self.agent.sell(key)
            assert answer.status_code == 200, answer.text
            numbers.append(str(answer.json()["number"]))
        return numbers

    async def drained(self) -> dict[str, Any]:
        return await self.agent.until(lambda s: s["link"]["pending"] == 0, seconds=40)

    async def until_the_ledger_has(self, sales: int) -> None:
        for _ in range(200):
            held = await self.ledger.rows("SELECT placement FROM till.sale")
            if [sale["placement"] for sale in held] == ["session"] * sales:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{held}\n{self.agent.log[-1500:]}\n{self.ledger.log.read_text()[-1500:]}")

    def copy(self, to: Path) -> None:
        """The whole disk, as an image would be: journal and anchor."""
        to.mkdir(exist_ok=True)
        for name in ("journal.db", "anchor"):
            shutil.copy(self.agent.folder / name, to / name)

    def restore(self, copied: Path) -> None:
        for name in ("journal.db-wal", "journal.db-shm"):
            (self.agent.folder / name).unlink(missing_ok=True)
        for name in ("journal.db", "anchor"):
            shutil.copy(copied / name, self.agent.folder / name)


@pytest.fixture
async def shop(broker: Broker, fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(broker, fresh_database, tmp_path) as running:
        yield running


@asynccontextmanager
async def opened(
    broker: Broker, database: FreshDatabase, folder: Path, store: Settings | None = None
) -> AsyncIterator[Shop]:
    await database.with_tables_of("till_service")
    environment = service_environment("till_service", database, broker)
    ledger = Ledger(broker, database, environment, folder / "ledger.log")
    agent = AgentProcess(folder / "t1", broker.mqtt_url, "observer", broker.password_of("observer"))
    office = BackOffice(broker)
    office.deaf = True  # the real ledger answers; this one has the people and the goods
    await ledger.start()
    try:
        await ledger.register()
        async with office.working():
            await office.retain(store or store_settings(rev=9), desired(9, business_date=TODAY))
            await agent.start()
            await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
            await agent.open_till()
            yield Shop(agent, ledger)
    finally:
        await agent.stop()
        ledger.stop()


async def test_a_terminal_restored_from_a_copy_goes_on_where_the_ledger_ends(
    shop: Shop, tmp_path: Path
) -> None:
    await shop.sell("k1", "k2")
    await shop.drained()
    shop.agent.halt()
    shop.copy(tmp_path / "image")
    await shop.agent.start()
    await shop.agent.sign_in()
    await shop.sell("k3", "k4", "k5")
    before = await shop.drained()
    shop.agent.halt()
    shop.restore(tmp_path / "image")

    await shop.agent.start()
    after = await shop.agent.until(lambda s: s["journal"]["epoch"] != before["journal"]["epoch"])
    await shop.agent.sign_in()
    (number,) = await shop.sell("k6")
    status = await shop.drained()

    # Its own BOOT entry already stands where the ledger holds another one.
    assert any("Another journal" in alarm["text"] for alarm in after["alarms"])
    assert number.endswith("-1")
    assert status["till_state"]["expected"] == [{"tender": "cash", "amount": 15000 + 6 * 160}]
    sales = await shop.ledger.rows("SELECT placement FROM till.sale")
    assert [sale["placement"] for sale in sales] == ["session"] * 6


async def test_sales_of_a_branch_that_was_lost_wait_for_a_person_and_none_is_lost(
    shop: Shop, tmp_path: Path
) -> None:
    await shop.sell("k1")
    await shop.drained()
    shop.agent.halt()
    shop.copy(tmp_path / "image")
    await shop.agent.start()
    await shop.agent.sign_in()
    await shop.sell("k2", "k3")
    before = await shop.drained()
    shop.agent.halt()
    shop.ledger.stop()
    shop.restore(tmp_path / "image")

    await shop.agent.start()
    await shop.agent.sign_in()
    await shop.sell("x1", "x2")
    await shop.ledger.start()
    after = await shop.agent.until(lambda s: s["journal"]["epoch"] != before["journal"]["epoch"], seconds=90)
    await shop.sell("k4")
    await shop.drained()

    assert any("Another journal" in alarm["text"] for alarm in after["alarms"])
    counts = await shop.ledger.rows("SELECT placement, count(*) AS n FROM till.sale GROUP BY placement")
    assert {row["placement"]: row["n"] for row in counts} == {"session": 4, "rescue": 2}
    quarantined = await shop.ledger.rows("SELECT type FROM till.journal WHERE quarantine")
    assert sum(row["type"] == "SALE" for row in quarantined) == 2


async def test_a_ledger_that_was_restored_gets_again_what_it_lost(shop: Shop) -> None:
    await shop.sell("k1")
    await shop.drained()
    shop.ledger.stop()
    tables = await shop.ledger.rows(
        "SELECT table_name AS name FROM information_schema.tables"
        " WHERE table_schema = 'till' AND table_type = 'BASE TABLE'"
    )
    names = {row["name"] for row in tables} - {"terminal", "journal_key"}
    kept = {name for name in names if "migration" in name}
    connection = await shop.ledger.database.connect()
    await connection.execute(f"TRUNCATE {', '.join(f'till.{name}' for name in sorted(names - kept))}")
    await connection.close()

    await shop.ledger.start()
    shop.agent.halt()  # a HELLO now, instead of within the next minute
    await shop.agent.start()
    await shop.until_the_ledger_has(1)
    alarms = {alarm["code"] for alarm in (await shop.agent.status())["alarms"]}
    assert alarms <= {"clock_skew"}  # this agent's clock stands still, the ledger's goes on

    await shop.agent.sign_in()
    await shop.sell("k2")
    await shop.drained()
    await shop.until_the_ledger_has(2)


async def test_a_day_of_every_kind_of_money_stands_in_the_ledger_as_at_the_till(
    broker: Broker, fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    store = store_settings(*TENDERS, rev=9, floats={"TILL1": 15000})
    boss = {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"]}
    async with opened(broker, fresh_database, tmp_path, store) as shop:
        (number,) = await shop.sell("k1")
        mug = {"lines": [{"sku": "MUG-01", "quantity": 1}]}
        dollars = {"tender": "cash_usd", "tendered": 2000}
        money = {"tender": "cash", "reason": "as agreed", "allowed_by": boss}
        pieces = [{"value": 1, "quantity": 15000 + 160 - 590 - 160 + 500 - 300 + 2000 - 1000}]
        steps: list[tuple[str, dict[str, Any]]] = [
            ("/sales", {**mug, "payments": [dollars]}),
            ("/refunds", {"of": number, "allowed_by": boss}),
            ("/movements", {**money, "kind": "paid_in", "amount": 500}),
            ("/movements", {**money, "kind": "paid_out", "amount": 300}),
            ("/movements", {**money, "kind": "loan", "amount": 2000}),
            ("/movements", {**money, "kind": "pickup", "amount": 1000}),
            ("/adjustments", {**money, "corrects": "9" * 32, "amount": -2000}),
            ("/cash-up/start", {}),
            ("/cash-up/tender", {"tender": "cash", "denominations": pieces}),
            ("/cash-up/tender", {"tender": "card", "counted": 0}),
            ("/cash-up/tender", {"tender": "voucher", "counted": 0}),
            (
                "/cash-up/tender",
                {"tender": "cash_usd", "denominations": [{"value": 1000, "quantity": 2}]},
            ),
            ("/cash-up/confirm", {}),
        ]
        for place, (path, body) in enumerate(steps):
            answer = await shop.agent.post(path, body, f"s{place}")
            assert answer.status_code == 200, (path, answer.text)
        closed = answer.json()
        await shop.drained()

        assert [(t["tender"], t["difference"], t["moved"]) for t in closed["tenders"]] == [
            ("cash", 0, 610),
            ("card", 0, 0),
            ("voucher", 0, 0),
            ("cash_usd", 0, 0),
        ]
        desk = await shop.ledger.rows("SELECT type FROM till.journal WHERE placement = 'desk'")
        assert desk == []
        held = await shop.ledger.rows(
            "SELECT opening, sales, refunds, paid_in, paid_out, loans, pickups FROM till.session_tender"
            " WHERE tender = 'cash'"
        )
        assert [tuple(row) for row in held] == [(15000, -430, 160, 500, 300, 2000, 1000)]
        safe = await shop.ledger.rows("SELECT kind, amount FROM till.safe_movement ORDER BY ordinal")
        assert [tuple(row) for row in safe] == [
            ("float", -15000),
            ("loan", -2000),
            ("pickup", 1000),
            ("cash_up", 610),
        ]
        assert len(await shop.ledger.rows("SELECT 1 FROM till.adjustment")) == 1
