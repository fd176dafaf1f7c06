"""One store day from opening to closing, on a system of its own, with nobody watching."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from terminal_agent.hardware.virtual_drawer import VirtualDrawer
from tillday_contracts.business_dates import business_today
from tillday_contracts.report_messages import CashUp
from tillday_local.cuttable_link import CuttableLink
from tillday_local.day.back_office import BackOffice
from tillday_local.day.books import DayBooks, StoreBooks
from tillday_local.day.cashier import Cashier
from tillday_local.day.clock import DayClock, MachineClock
from tillday_local.day.plan import PlannedSale, TerminalPlan
from tillday_local.day.tally import Tally, together
from tillday_local.day.timeline import Timeline
from tillday_local.folder import DataFolder
from tillday_local.preparation import prepare_store
from tillday_local.store_content import StoreContent
from tillday_local.system import LocalSystem, Plan, Watchers
from tillday_local.terminal_client import TerminalClient

BACK_OFFICE = "back office"


async def _nothing(_step: str) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class DayScript:
    """What is played. `between` is awaited between two steps and hears which: trouble is made there."""

    content: StoreContent
    terminals: Sequence[TerminalPlan]
    begin: datetime | None = None
    """When the day begins on its clock; None: now."""
    clock: DayClock = field(default_factory=MachineClock)
    between: Callable[[str], Awaitable[None]] = _nothing
    sold: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True, kw_only=True)
class DayRecord:
    """What came of it: the back office's reports and what the people saw."""

    business_date: date
    reports: tuple[CashUp, ...]
    tally: Tally
    books: DayBooks


@asynccontextmanager
async def day_system(
    folder: DataFolder, script: DayScript, watchers: Watchers
) -> AsyncIterator[tuple[LocalSystem, dict[str, CuttableLink]]]:
    """Bring up a system whose terminals reach the broker over links that can be cut, by terminal code."""
    async with AsyncExitStack() as stack:
        links: dict[str, CuttableLink] = {}
        addresses = script.content.terminals(len(script.terminals))

        async def prepare(system: LocalSystem) -> None:
            port = urlsplit(system.mqtt_url).port
            assert port is not None
            for address in addresses:
                links[address.terminal] = await stack.enter_async_context(CuttableLink(port))
            await prepare_store(
                system,
                script.content,
                mqtt_url_of=lambda address: f"mqtts://127.0.0.1:{links[address.terminal].port}",
            )

        plan = Plan(terminals=addresses, prepare=prepare, clock=script.clock.file)
        yield await stack.enter_async_context(LocalSystem(folder, plan, watchers)), links


async def play_day(
    system: LocalSystem, links: dict[str, CuttableLink], script: DayScript, timeline: Timeline
) -> DayRecord:
    """Play the script; raises DayStuck, TerminalAway or CommandRefused where the day gets stuck."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(system.operator())
        office = BackOffice(client, script.content.settings.store, now=script.clock.now)
        cashiers = [_cashier(system, script.content, plan, timeline) for plan in script.terminals]
        for cashier in cashiers:
            stack.push_async_callback(cashier.client.close)
        books = StoreBooks(client, script.content.settings.store)
        return await _Play((office, books), cashiers, links, script, timeline).run()


class _Play:
    def __init__(
        self,
        back_office: tuple[BackOffice, StoreBooks],
        cashiers: list[Cashier],
        links: dict[str, CuttableLink],
        script: DayScript,
        timeline: Timeline,
    ) -> None:
        self._office, self._books = back_office
        self._cashiers = cashiers
        self._links = links
        self._script = script
        self._timeline = timeline
        self._settings = script.content.settings
        self._today = date.min

    async def run(self) -> DayRecord:
        if self._script.begin is not None:
            await self._script.clock.wait_until(self._script.begin)
        now, settings = self._script.clock.now(), self._settings
        today = business_today(now, time_zone=settings.time_zone, rollover=settings.rollover)
        plans = [cashier.plan for cashier in self._cashiers]
        await self._office.force_floats({plan.till: plan.forced_float for plan in plans if plan.forced_float})
        await self._office.open_store(today)
        self._today = today
        self._timeline.note(BACK_OFFICE, f"store opened for {today}")
        await self._books.take_delivery(today, self._script.content.catalogue)
        await self._script.between("store opened")
        await self._each(lambda cashier: cashier.open_till(today.isoformat()))
        await self._script.between("tills open")
        await self._sell_everything()
        await self._script.between("all sold")
        await self._each(lambda cashier: cashier.run_errands(f"{self._today}-{cashier.plan.terminal}"))
        await self._visit()
        await self._each(Cashier.flash)
        await self._each(Cashier.cash_up, of=[one for one in self._cashiers if one not in self._guests])
        await self._each(Cashier.wait_until_alone, of=self._guests)
        await self._each(lambda cashier: cashier.adjust_afterwards(today.isoformat()))
        await self._script.between("cashed up")
        await self._each(Cashier.wait_until_acknowledged)
        self._timeline.note(BACK_OFFICE, "the ledger holds every entry")
        await self._office.close_store(today)
        self._timeline.note(BACK_OFFICE, "store closed")
        await self._each(Cashier.wait_until_closed)
        await self._each(Cashier.wait_until_acknowledged)
        return await self._record(today)

    async def _record(self, business_date: date) -> DayRecord:
        tally = together(cashier.tally for cashier in self._cashiers)
        sessions = sum(cashier.sessions for cashier in self._cashiers)
        reports = await self._office.cash_ups(
            business_date, sessions=sessions, receipts=tally.sales + tally.refunds
        )
        books = await self._books.when_posted(business_date, sessions=sessions)
        self._timeline.note(BACK_OFFICE, f"{sessions} sessions posted, stock and accounts follow")
        return DayRecord(business_date=business_date, reports=reports, tally=tally, books=books)

    async def _each(
        self, step: Callable[[Cashier], Awaitable[None]], *, of: Sequence[Cashier] | None = None
    ) -> None:
        await asyncio.gather(*(step(cashier) for cashier in (self._cashiers if of is None else of)))

    @property
    def _guests(self) -> list[Cashier]:
        return [cashier for cashier in self._cashiers if cashier.plan.host is not None]

    async def _visit(self) -> None:
        """Guests cash up their own tills and sell into another one's; its host counts them afterwards."""
        hosts = {cashier.plan.terminal: cashier for cashier in self._cashiers}
        for guest in self._guests:
            assert guest.plan.host is not None
            host, terminal = hosts[guest.plan.host], guest.plan.terminal
            await guest.cash_up()
            await guest.join(host)
            for n, sale in enumerate(guest.plan.visit, len(guest.plan.sales) + 1):
                await guest.sell(n, sale, key=f"{self._today}-{terminal}-{n}", host=host)
                self._script.sold()
                await self._script.between(f"{terminal} sold {n}")
            await guest.wait_until_acknowledged()
            await host.wait_for_guest(terminal)
            self._timeline.note(terminal, f"{len(guest.plan.visit)} sales into the till of {guest.plan.host}")

    async def _sell_everything(self) -> None:
        """Sales with an instant happen in its order over all terminals, the others as fast as each can."""
        timed = [
            (sale.at, n, cashier, sale)
            for cashier in self._cashiers
            for n, sale in enumerate(cashier.plan.sales, 1)
            if sale.at is not None
        ]
        for at, n, cashier, sale in sorted(timed, key=lambda planned: planned[:2]):
            await self._script.clock.wait_until(at)
            await self._sell(cashier, n, sale)
        await self._each(self._sell_untimed)
        for cashier in self._cashiers:
            await self._switch(cashier, cut=False)
            tally = cashier.tally
            self._timeline.note(cashier.plan.terminal, f"{tally.sales} sales, {tally.offline_sales} offline")

    async def _sell_untimed(self, cashier: Cashier) -> None:
        for n, sale in enumerate(cashier.plan.sales, 1):
            if sale.at is None:
                await self._sell(cashier, n, sale)

    async def _sell(self, cashier: Cashier, n: int, sale: PlannedSale) -> None:
        terminal = cashier.plan.terminal
        await self._switch(cashier, cut=sale.offline)
        await cashier.sell(n, sale, key=f"{self._today}-{terminal}-{n}")
        self._script.sold()
        await self._script.between(f"{terminal} sold {n}")

    async def _switch(self, cashier: Cashier, *, cut: bool) -> None:
        link = self._links[cashier.plan.terminal]
        if link.is_cut == cut:
            return
        if cut:
            link.cut()
        else:
            link.heal()
        await cashier.wait_for_link(online=not cut)
        self._timeline.note(cashier.plan.terminal, "link cut, selling on" if cut else "link is back")


def _cashier(system: LocalSystem, content: StoreContent, plan: TerminalPlan, timeline: Timeline) -> Cashier:
    address = next(known for known in system.plan.terminals if known.terminal == plan.terminal)
    agent: Path = system.folder.terminal(plan.terminal)
    client = TerminalClient(system.terminal_url(address), agent, patience=60.0)
    drawer = VirtualDrawer(system.folder.device(plan.terminal) / "drawer.json")
    return Cashier(client, drawer, plan, content=content, note=timeline.note)
