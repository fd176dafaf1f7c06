"""One store day from opening to closing, on a system of its own, with nobody watching."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from terminal_agent.hardware.virtual_drawer import VirtualDrawer
from tillday_contracts.report_messages import CashUp
from tillday_contracts.topics import TerminalAddress
from tillday_local.cuttable_link import CuttableLink
from tillday_local.day.back_office import BackOffice
from tillday_local.day.cashier import Cashier
from tillday_local.day.plan import TerminalPlan
from tillday_local.day.tally import Tally, together
from tillday_local.day.timeline import Timeline
from tillday_local.demo_store import CATALOGUE, SETTINGS, demo_people
from tillday_local.folder import DataFolder
from tillday_local.preparation import prepare_store
from tillday_local.service_client import service_client
from tillday_local.system import LocalSystem, Plan, Watchers
from tillday_local.terminal_client import TerminalClient

BACK_OFFICE = "back office"


async def _nothing(_step: str) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class DayScript:
    """What is played. `between` is awaited between two steps and hears which: trouble is made there."""

    terminals: Sequence[TerminalPlan]
    between: Callable[[str], Awaitable[None]] = _nothing
    sold: Callable[[], None] = field(default=lambda: None)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class DayRecord:
    """What came of it: the back office's reports and what the people saw."""

    business_date: date
    reports: tuple[CashUp, ...]
    tally: Tally


@asynccontextmanager
async def day_system(
    folder: DataFolder, addresses: Sequence[TerminalAddress], watchers: Watchers
) -> AsyncIterator[tuple[LocalSystem, dict[str, CuttableLink]]]:
    """Bring up a system whose terminals reach the broker over links that can be cut, by terminal code."""
    async with AsyncExitStack() as stack:
        links: dict[str, CuttableLink] = {}

        async def prepare(system: LocalSystem) -> None:
            port = urlsplit(system.mqtt_url).port
            assert port is not None
            for address in addresses:
                links[address.terminal] = await stack.enter_async_context(CuttableLink(port))
            await prepare_store(
                system, mqtt_url_of=lambda address: f"mqtt://127.0.0.1:{links[address.terminal].port}"
            )

        plan = Plan(terminals=addresses, prepare=prepare)
        yield await stack.enter_async_context(LocalSystem(folder, plan, watchers)), links


async def play_day(
    system: LocalSystem, links: dict[str, CuttableLink], script: DayScript, timeline: Timeline
) -> DayRecord:
    """Play the script; raises DayStuck, TerminalAway or CommandRefused where the day gets stuck."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(service_client(system.nats_url, system.operator_password))
        office = BackOffice(client, now=script.now)
        cashiers = [_cashier(system, plan, timeline) for plan in script.terminals]
        for cashier in cashiers:
            stack.push_async_callback(cashier.client.close)
        return await _Play(office, cashiers, links, script, timeline).run()


class _Play:
    def __init__(
        self,
        office: BackOffice,
        cashiers: list[Cashier],
        links: dict[str, CuttableLink],
        script: DayScript,
        timeline: Timeline,
    ) -> None:
        self._office = office
        self._cashiers = cashiers
        self._links = links
        self._script = script
        self._timeline = timeline
        self._prices = {item.sku: item.price for item in CATALOGUE}

    async def run(self) -> DayRecord:
        business_date = business_today(self._script.now())
        await self._office.open_store(business_date)
        self._timeline.note(BACK_OFFICE, f"store opened for {business_date}")
        await self._script.between("store opened")
        await self._each(lambda cashier: cashier.open_till(business_date.isoformat()))
        await self._script.between("tills open")
        await self._each(self._sell)
        await self._script.between("all sold")
        await self._each(Cashier.cash_up)
        await self._script.between("cashed up")
        await self._each(Cashier.wait_until_acknowledged)
        self._timeline.note(BACK_OFFICE, "the ledger holds every entry")
        await self._office.close_store(business_date)
        self._timeline.note(BACK_OFFICE, "store closed")
        await self._each(Cashier.wait_until_closed)
        await self._each(Cashier.wait_until_acknowledged)
        return await self._record(business_date)

    async def _record(self, business_date: date) -> DayRecord:
        tally = together(cashier.tally for cashier in self._cashiers)
        reports = await self._office.cash_ups(
            business_date, sessions=len(self._cashiers), receipts=tally.sales
        )
        return DayRecord(business_date=business_date, reports=reports, tally=tally)

    async def _each(self, step: Callable[[Cashier], Awaitable[None]]) -> None:
        await asyncio.gather(*(step(cashier) for cashier in self._cashiers))

    async def _sell(self, cashier: Cashier) -> None:
        terminal, link = cashier.plan.terminal, self._links[cashier.plan.terminal]
        for n, sale in enumerate(cashier.plan.sales, 1):
            if sale.offline != link.is_cut:
                await self._switch(cashier, link, cut=sale.offline)
            await cashier.sell(sale, key=f"{terminal}-{n}", prices=self._prices)
            self._script.sold()
            await self._script.between(f"{terminal} sold {n}")
        if link.is_cut:
            await self._switch(cashier, link, cut=False)
        self._timeline.note(terminal, f"{cashier.tally.sales} sales, {cashier.tally.offline_sales} offline")

    async def _switch(self, cashier: Cashier, link: CuttableLink, *, cut: bool) -> None:
        if cut:
            link.cut()
        else:
            link.heal()
        await cashier.wait_for_link(online=not cut)
        self._timeline.note(cashier.plan.terminal, "link cut, selling on" if cut else "link is back")


def business_today(now: datetime) -> date:
    """Return the demo store's business date at an instant: before the rollover it is still yesterday's."""
    local = now.astimezone(ZoneInfo(SETTINGS.time_zone))
    hour, minute = (int(part) for part in SETTINGS.rollover.split(":"))
    rolled = (local.hour, local.minute) >= (hour, minute)
    return date.fromordinal(local.date().toordinal() - (not rolled))


def _cashier(system: LocalSystem, plan: TerminalPlan, timeline: Timeline) -> Cashier:
    address = next(known for known in system.plan.terminals if known.terminal == plan.terminal)
    folder = system.folder
    pins = {person.person: person.pin for person in demo_people(len(system.plan.terminals))}
    client = TerminalClient(system.terminal_url(address), folder.terminal(plan.terminal), patience=60.0)
    drawer = VirtualDrawer(folder.device(plan.terminal) / "drawer.json")
    return Cashier(client, drawer, plan, pins=pins, note=timeline.note)
