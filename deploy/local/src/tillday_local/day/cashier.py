"""A cashier and a supervisor at one terminal, working through its local API with a drawer of real pieces.

Every step looks at the terminal first and goes on from what it finds, so that an agent that was killed in the
middle of an answer costs time and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from terminal_agent.hardware.virtual_drawer import VirtualDrawer
from tillday_contracts.wishes import Tender
from tillday_local.day.counter_money import CounterMoney
from tillday_local.day.customer import exactly
from tillday_local.day.errands import Errands
from tillday_local.day.plan import PlannedSale, TerminalPlan
from tillday_local.day.stuck import DayStuck
from tillday_local.day.tally import Tally
from tillday_local.demo_store import KEPT_FLOAT, SUPERVISOR
from tillday_local.store_content import StoreContent
from tillday_local.terminal_client import TerminalClient, TerminalRefused

FIRST_FLOAT: Final[Mapping[int, int]] = {
    2000: 2,
    1000: 4,
    500: 6,
    200: 8,
    100: 10,
    50: 16,
    20: 19,
    10: 12,
    5: 12,
    2: 15,
    1: 10,
}
"""What the first morning's drawer holds: 150.00 in pieces that can give change."""

ATTEMPTS: Final = 60
PAUSE_SECONDS: Final = 0.25


class Cashier:
    """The people and the drawer of one terminal. `note` hears what happens, for the timeline."""

    def __init__(
        self,
        client: TerminalClient,
        drawer: VirtualDrawer,
        plan: TerminalPlan,
        *,
        content: StoreContent,
        note: Callable[[str, str], None],
    ) -> None:
        self.client = client
        self.plan = plan
        self.tally = Tally()
        self.receipts: dict[int, str] = {}
        """The number on the receipt of each planned sale, by its place in the plan."""
        self.brought = Tally()
        """What guests took into this till's drawer."""
        self.money = CounterMoney(drawer, content.settings.denominations, plan.terminal)
        self._content = content
        self._pins = content.pins
        self._note = note
        self._robbed = False
        self._last_refusal = ""
        self.sessions = 0
        """How many sessions were cashed up."""
        self._counted: dict[str, int] = {}
        """What of each tender earlier sessions took."""

    async def open_till(self, business_date: str) -> None:
        """Sign in, start the till and count it; the supervisor approves what differs."""
        await self._until(lambda status: status["business_date"] == business_date, "take the business date")
        if self.plan.forced_float:
            await self._until(self._knows_float, "hear of its float")
        self._bring_float()
        for _ in range(ATTEMPTS):
            till = (await self.client.status())["till_state"]["status"]
            if till == "open":
                return
            if till == "opening_count":
                await self._try(self._count_float)
            else:
                await self._try(self._start)
        raise await self._stuck("open its till")

    def _knows_float(self, status: dict[str, Any]) -> bool:
        """Say whether the next opening count expects the forced float, or has begun."""
        till = status["till_state"]
        told = {part["tender"]: part["amount"] for part in till["expected"] or ()}
        return told.get("cash") == self.plan.forced_float or till["status"] in ("opening_count", "open")

    def _bring_float(self) -> None:
        """Lay the first morning's float into an empty drawer, and what a forced float wants beside it."""
        if not self.money.drawer.count():
            self.money.drawer.put(FIRST_FLOAT)
        missing = self.plan.forced_float - self.money.drawer.total()
        if missing > 0:
            self.money.drawer.put(exactly(missing, self._content.settings.denominations))

    async def sell(self, n: int, sale: PlannedSale, *, key: str, host: Cashier | None = None) -> None:
        """Sell the n-th basket; the pieces move when the terminal has said that it is paid.

        A guest sells into the drawer of its `host`.
        """
        money = host.money if host else self.money
        paying = money.paying(sale)
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in sale.lines]
        body: dict[str, Any] = {"lines": lines, "payments": paying.payments()}
        if sale.discount:
            lines[0]["discount"] = sale.discount
            body["allowed_by"] = self._supervisor()
        answer = await self._insist("/api/v1/sales", body, key)
        money.settle(paying, answer["change"])
        self.receipts[n] = answer["number"]
        for tally in (self.tally, host.brought) if host else (self.tally,):
            tally.add(sale, self._content.prices, paying.taken())

    async def run_errands(self, key: str) -> None:
        """Do what happens beside selling, where the plan says so."""
        if self.plan.errands:
            errands = Errands(self.plan, self._content, self.money.drawer, post=self._insist, note=self._note)
            await errands.run(self.tally, self.receipts, key)

    async def flash(self) -> None:
        """The supervisor prints the flash report; it says what the counter saw, raises DayStuck where not."""
        await self.client.sign_in(SUPERVISOR, self._pins[SUPERVISOR])
        report = await self._insist("/api/v1/flash-report", {}, "")
        await self.client.sign_in(self.plan.cashier, self._pins[self.plan.cashier])
        told = {line["sku"]: [line["quantity"], line["total"]] for line in report["lines"]}
        if report["missing"] or told != self.tally.products or report["total"] != self.tally.total:
            raise DayStuck(f"{self.plan.terminal}: the flash report says {told}, not {self.tally.products}")
        self._note(self.plan.terminal, f"flash report: {len(told)} products, {report['total']} in total")

    async def cash_up(self) -> None:
        """Count the drawer as it is and close the till; the supervisor approves what is missing."""
        if self.plan.shortage and not self._robbed:
            self.money.drawer.steal(self.plan.shortage)
            self._robbed = True
            self._note(self.plan.terminal, f"{self.plan.shortage} minor units vanish from the drawer")
        for _ in range(ATTEMPTS):
            till = (await self.client.status())["till_state"]["status"]
            if till == "closed_front":
                self.money.drawer.move_to_safe(KEPT_FLOAT)
                self.money.dollars.move_to_safe(0)
                self._counted, self.sessions = self._taken(), self.sessions + 1
                return
            if till == "open":
                await self._try(lambda: self._post("/api/v1/cash-up/start", {}))
            else:
                await self._try(self._count_and_confirm)
        raise await self._stuck("cash up")

    async def join(self, host: Cashier) -> None:
        """Sell into the till of another terminal from now on."""
        for _ in range(ATTEMPTS):
            if (await self.client.status())["till_state"]["status"] == "joined":
                self._note(self.plan.terminal, f"a guest of {host.plan.terminal} now")
                return
            await self._try(lambda: self._post("/api/v1/till/join", {"till": host.plan.till}))
        raise await self._stuck(f"join {host.plan.till}")

    async def wait_for_guest(self, guest: str) -> None:
        """Wait until the terminal knows of a guest: else it would not ask what that one brought."""
        await self._until(
            lambda status: guest in status["till_state"]["members"], f"hear of its guest {guest}"
        )

    async def wait_until_alone(self) -> None:
        """Wait until the terminal is no guest any more, because its host has closed the till."""
        await self._until(lambda status: status["till_state"]["status"] != "joined", "leave its host")

    async def adjust_afterwards(self, business_date: str) -> None:
        """Where the plan says so: open the till once more, settle what was missing, and cash it up again."""
        if not self.plan.second_session:
            return
        wrong = (await self.client.status())["till_state"]["session_id"]
        await self.open_till(business_date)
        body = {
            "corrects": wrong,
            "tender": "cash",
            "amount": -self.plan.shortage,
            "reason": "A coin was given out twice as change",
            "allowed_by": self._supervisor(),
        }
        await self._insist("/api/v1/adjustments", body, f"{wrong}-adjustment")
        self._note(self.plan.terminal, "opened again with the forced float, the missing coin adjusted")
        await self.cash_up()

    async def wait_until_acknowledged(self) -> None:
        """Wait until the ledger holds everything this terminal wrote."""
        await self._until(lambda status: status["link"]["pending"] == 0, "hand over its journal", seconds=90)

    async def wait_for_link(self, *, online: bool) -> None:
        """Wait until the terminal says that it is online or offline."""
        await self._until(
            lambda status: status["link"]["online"] == online,
            "go online" if online else "go offline",
            seconds=90,
        )

    async def wait_until_closed(self) -> None:
        """Wait until the terminal blanked its business date."""
        await self._until(lambda status: status["business_date"] is None, "close", seconds=90)

    # --- single steps --------------------------------------------------------------------------------

    async def _start(self) -> None:
        await self._post("/api/v1/till/start", {})
        self._note(self.plan.terminal, "till started, drawer open for the initial count")

    async def _count_float(self) -> None:
        await self._post_with_approval("/api/v1/till/initial-count", {}, "The first float of this till")
        self._note(self.plan.terminal, f"initial count confirmed: {self.money.drawer.total()} in the drawer")

    async def _count_and_confirm(self) -> None:
        till = (await self.client.status())["till_state"]
        confirmed = till["confirmed"]
        if till["members"] and not confirmed:
            await self._count_guests()
        for tender in self._content.settings.tenders:
            if tender.tender not in confirmed:
                await self._count(tender)
        figures = await self._post("/api/v1/cash-up/confirm", {})
        cash = next(tender for tender in figures["tenders"] if tender["tender"] == "cash")
        self._note(
            self.plan.terminal,
            f"closed {figures['number']}: cash expected {cash['expected']}, counted {cash['counted']},"
            f" difference {cash['difference']:+d}",
        )

    async def _count_guests(self) -> None:
        answer = await self._post("/api/v1/cash-up/guests", {})
        if answer["not_counted"]:
            raise await self._stuck(f"count its guests {', '.join(answer['not_counted'])}")
        counted = ", ".join(guest["terminal"] for guest in answer["guests"])
        self._note(self.plan.terminal, f"what {counted} sold into this till is counted with it")

    def _taken(self) -> dict[str, int]:
        """Return what of each tender came into this till, by itself and by its guests."""
        own, brought = self.tally.tenders, self.brought.tenders
        return {tender: own.get(tender, 0) + brought.get(tender, 0) for tender in {**own, **brought}}

    async def _count(self, tender: Tender) -> None:
        """Cash by its pieces, the other tenders by their slips."""
        if tender.kind == "cash":
            reason = "Counted twice, one coin is missing"
            await self._post_with_approval("/api/v1/cash-up/tender", {"tender": tender.tender}, reason)
            return
        if tender.kind == "foreign_cash":
            pieces = [
                {"value": value, "quantity": n} for value, n in sorted(self.money.dollars.count().items())
            ]
            await self._post("/api/v1/cash-up/tender", {"tender": tender.tender, "denominations": pieces})
            return
        slips = self._taken().get(tender.tender, 0) - self._counted.get(tender.tender, 0)
        await self._post("/api/v1/cash-up/tender", {"tender": tender.tender, "counted": slips})

    async def _post_with_approval(self, path: str, body: dict[str, Any], reason: str) -> None:
        counted = _as_json(self.money.drawer.count())
        content = {**body, "denominations": counted}
        try:
            await self._post(path, content)
        except TerminalRefused as refusal:
            if refusal.status != 409 or not str(refusal.problem.get("type", "")).endswith(
                "unapproved_difference"
            ):
                raise
            self._note(self.plan.terminal, f"{refusal}: Supervisor 1 approves")
            approval = {"person": SUPERVISOR, "pin": self._pins[SUPERVISOR], "reason": reason}
            await self._post(path, {**content, "approval": approval})

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self.client.post(path, body)

    async def _insist(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Post until the terminal does it; the same key makes a repeat harmless."""
        for _ in range(ATTEMPTS):
            try:
                return await self.client.post(path, body, key=key or None)
            except TerminalRefused as refusal:
                await self._recover(refusal)
        raise await self._stuck(f"answer {path}")

    async def _try(self, step: Callable[[], Any]) -> None:
        try:
            await step()
        except TerminalRefused as refusal:
            await self._recover(refusal)

    async def _recover(self, refusal: TerminalRefused) -> None:
        """Sign in where that was missing; else give the terminal a moment and look again."""
        if refusal.status == 401:
            await self.client.sign_in(self.plan.cashier, self._pins[self.plan.cashier])
            self._note(self.plan.terminal, f"{self.plan.cashier} signed in")
            return
        self._last_refusal = str(refusal)
        await asyncio.sleep(PAUSE_SECONDS)

    async def _until(
        self, holds: Callable[[dict[str, Any]], bool], what: str, *, seconds: float = 30.0
    ) -> None:
        for _ in range(int(seconds / PAUSE_SECONDS) + 1):
            if holds(await self.client.status()):
                return
            await asyncio.sleep(PAUSE_SECONDS)
        raise await self._stuck(what)

    async def _stuck(self, what: str) -> DayStuck:
        status = await self.client.status()
        return DayStuck(
            f"terminal {self.plan.terminal} does not {what}; it said: {self._last_refusal} {status}"
        )

    def _supervisor(self) -> dict[str, str]:
        return {"person": SUPERVISOR, "pin": self._pins[SUPERVISOR]}


def _as_json(pieces: Mapping[int, int]) -> list[dict[str, int]]:
    """Return pieces as the terminal's API takes them."""
    return [{"value": value, "quantity": quantity} for value, quantity in sorted(pieces.items())]
