"""Every kind of money at a real terminal, through real services: the checker finds nothing wrong with it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tillday_checker.check import check, look
from tillday_checker.judge import judge
from tillday_checker.story import whole_story
from tillday_checker.world import World
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.business_dates import business_today
from tillday_contracts.denominations import STANDARD
from tillday_contracts.entries import TillStarted
from tillday_contracts.wishes import SettingsContent, Tender
from tillday_local.day.back_office import BackOffice
from tillday_local.demo_store import SETTINGS, SUPERVISOR, demo_content
from tillday_local.folder import DataFolder
from tillday_local.preparation import prepare_store
from tillday_local.store_content import StoreContent, StoreSetUp
from tillday_local.system import LocalSystem, Plan
from tillday_local.terminal_client import TerminalClient

FLOAT = 20_000
DOLLARS = Tender(
    tender="cash_usd",
    name="Dollars",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="move_all"),
)
TENDERS = (*(tender for tender in SETTINGS.tenders if tender.tender != "cash_usd"), DOLLARS)
ROUNDED = SETTINGS.policies.model_copy(update={"cash_rounding": 5, "own_count_approval": "always"})
CONTENT = SETTINGS.model_copy(update={"tenders": TENDERS, "policies": ROUNDED})
FORCED = CONTENT.model_copy(update={"floats": {"TILL1": FLOAT}})
PIN = demo_content(1).pins[SUPERVISOR]
WORD = {"person": SUPERVISOR, "pin": PIN}
APPROVAL = {**WORD, "reason": "Counted twice"}


def store_content(settings: SettingsContent) -> StoreContent:
    demo = demo_content(1)
    return StoreContent(settings=settings, people=demo.people, catalogue=demo.catalogue)


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[LocalSystem]:
    content = store_content(CONTENT)

    async def prepare(system: LocalSystem) -> None:
        await prepare_store(system, content)

    async with LocalSystem(
        DataFolder(tmp_path / "data"), Plan(terminals=content.terminals(1), prepare=prepare)
    ) as one:
        yield one


class Counter:
    """A supervisor at the one terminal, doing everything alone."""

    def __init__(self, client: TerminalClient) -> None:
        self.client = client

    async def do(self, path: str, **body: object) -> dict[str, Any]:
        return await self.client.post(f"/api/v1/{path}", body)

    async def sell(self, sku: str, *payments: tuple[str, int], **changes: object) -> dict[str, Any]:
        paid = [{"tender": tender, "tendered": amount} for tender, amount in payments]
        return await self.do("sales", **{"lines": [{"sku": sku, "quantity": 1}], "payments": paid, **changes})

    async def move(self, kind: str, amount: int) -> None:
        await self.do("movements", kind=kind, tender="cash", amount=amount, reason="As agreed")

    async def open(self, amount: int) -> None:
        await self.do("till/start")
        await self.do("till/initial-count", denominations=pieces(amount), approval=APPROVAL)

    async def close(self) -> dict[str, Any]:
        await self.do("cash-up/start")
        state = (await self.client.status())["till_state"]
        expected = {part["tender"]: part["amount"] for part in state["expected"]}
        for tender in TENDERS:
            amount = expected.get(tender.tender, 0)
            in_pieces = tender.kind in ("cash", "foreign_cash")
            said = {"denominations": pieces(amount)} if in_pieces else {"counted": amount}
            await self.do("cash-up/tender", tender=tender.tender, **said)
        return await self.do("cash-up/confirm")

    async def until(self, holds: Any, what: str) -> None:
        for _ in range(160):
            if holds(await self.client.status()):
                return
            await asyncio.sleep(0.25)
        raise AssertionError(f"the terminal does not {what}: {await self.client.status()}")


def pieces(amount: int) -> list[dict[str, int]]:
    return [{"value": 1, "quantity": amount}] if amount else []


async def first_session(counter: Counter) -> str:
    """Sell and move in every way there is; return the session."""
    await counter.open(15_000)
    session = str((await counter.client.status())["till_state"]["session_id"])
    sold = await counter.sell(
        "COF-01", ("cash", 1_000), lines=[{"sku": "COF-01", "quantity": 3, "discount": 23}]
    )
    await counter.sell("SAN-03", ("card", 300), ("cash", 500))
    await counter.sell("MUG-01", ("cash_usd", 2_000))
    await counter.sell("WAT-02")
    await counter.sell("SAN-01", ("voucher", 395))
    await counter.sell(
        "CAK-01", ("card", 350), lines=[{"sku": "CAK-01", "quantity": 1, "price": 400}], discount=50
    )
    await counter.do("refunds", of=sold["number"], lines=[{"sku": "COF-01", "quantity": 1}])
    await counter.do("drawer/open", reason="Change for a customer")
    for kind, amount in (("paid_in", 500), ("paid_out", 120), ("loan", 2_000), ("pickup", 3_000)):
        await counter.move(kind, amount)
    await counter.do("x-report/print")
    await counter.do("flash-report")
    await counter.do(f"documents/{sold['number']}/reprint")
    closed = await counter.close()
    await counter.do(f"documents/{closed['number']}/reprint")
    return session


async def second_session(counter: Counter, wrong: str) -> None:
    """Begin with the forced float, and settle what the first session keyed wrongly."""
    await counter.open(FLOAT)
    for tender, amount in (("cash", 160), ("card", -160)):
        await counter.do(
            "adjustments",
            corrects=wrong,
            tender=tender,
            amount=amount,
            reason="Keyed as cash",
            allowed_by=WORD,
        )
    await counter.sell("COF-02", ("cash", 210))
    await counter.close()


async def test_a_day_with_every_kind_of_money_breaks_no_invariant(system: LocalSystem) -> None:
    (address,) = system.plan.terminals
    client = TerminalClient(
        system.terminal_url(address), system.folder.terminal(address.terminal), patience=20
    )
    counter = Counter(client)
    today = business_today(datetime.now(UTC), time_zone=CONTENT.time_zone, rollover=CONTENT.rollover)
    async with system.operator() as services:
        await BackOffice(services, CONTENT.store, now=lambda: datetime.now(UTC)).open_store(today)
        await counter.until(lambda status: status["business_date"], "take the business date")
        await client.sign_in(SUPERVISOR, PIN)
        wrong = await first_session(counter)
        await StoreSetUp(services, store_content(FORCED)).define()
        await counter.until(lambda status: _asks_for(status, FLOAT), "hear of the forced float")
        await second_session(counter, wrong)
    await counter.until(lambda status: status["link"]["pending"] == 0, "hand over its journal")
    await client.close()

    folders, database = [system.folder.terminal(address.terminal)], system.database
    verdict = await check(database.url, folders, password=database.password, patience=20)

    assert verdict.violations == ()
    world = await look(database.url, folders, password=database.password)
    assert_that_all_of_it_happened(world)
    assert world.ledger is not None
    robbed = replace(world.ledger, safe=world.ledger.safe[1:])
    assert judge(replace(world, ledger=robbed)).violated == (17,)


def assert_that_all_of_it_happened(world: World) -> None:
    """A day in which something was left out proves nothing about it."""
    assert world.ledger is not None
    assert world.reports is not None
    rows = [row.strip() for paper in world.terminals[0].paper or () for row in paper.rows]
    assert {"X REPORT", "FLASH REPORT", "REFUND", "*** DUPLICATE 1 ***"} <= set(rows)
    assert {row.tender for row in world.ledger.tenders} >= {"cash", "card", "voucher", "cash_usd"}
    assert {row.kind for row in world.ledger.movements} == {"paid_in", "paid_out", "loan", "pickup"}
    assert {row.kind for row in world.ledger.safe} == {"cash_up", "float", "loan", "pickup"}
    assert len(world.ledger.adjustments) == 2
    starts = [entry.body for entry in whole_story(world) if isinstance(entry.body, TillStarted)]
    before, after = (start.settings_rev or 0 for start in starts)
    assert 0 < before < after
    assert sorted(row.copies for row in world.reports.copies) == [0, 1]
    assert {row.refunds for row in world.ledger.tenders} == {0, 150}


def _asks_for(status: dict[str, Any], amount: int) -> bool:
    asked = status["till_state"]["expected"] or []
    return {"tender": "cash", "amount": amount} in asked
