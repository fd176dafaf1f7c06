"""Money at a terminal by hand: refunds, movements, the drawer, and the reports that it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tillday_contracts.money import parse_minor, plain_minor
from tillday_local.operator.counts import APPROVER_PIN_VARIABLE
from tillday_local.operator.pos import API, Counter, Step, ask_pin, currency_of
from tillday_local.operator.tables import headed_table, rows_table
from tillday_local.terminal_client import TerminalClient

_FIGURES: Final = (
    *("opening", "sales", "refunds", "paid_in", "paid_out", "loans", "pickups"),
    "expected",
)


def refunding(
    lines: list[dict[str, Any]],
    *,
    of: str | None,
    payments: Sequence[tuple[str, str]],
    allowed_by: str | None,
) -> Step:
    """Return one refund: of a whole receipt or some of its lines, in cash where no tender is named."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        paid = [
            {"tender": tender, "amount": parse_minor(text, await currency_of(client, counter, tender))}
            for tender, text in payments
        ]
        body = {"of": of, "lines": lines, "payments": paid, **_allowed(allowed_by)}
        answer = await client.post(f"{API}/refunds", body)
        back = plain_minor(-int(answer["total"]), counter.currency)
        counter.show(answer, f"Refund {answer['number']}: {back} {counter.currency} ({answer.get('print')})")

    return step


def moving(kind: str, tender: str, amount: str, *, reason: str, allowed_by: str | None) -> Step:
    """Return one movement of money into or out of the till."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        currency = await currency_of(client, counter, tender)
        body = {"kind": kind, "tender": tender, "amount": parse_minor(amount, currency), "reason": reason}
        answer = await client.post(f"{API}/movements", {**body, **_allowed(allowed_by)})
        moved = plain_minor(int(answer["amount"]), currency)
        counter.show(answer, f"{kind.replace('_', ' ').capitalize()}: {moved} {currency} ({tender}).")

    return step


def opening_drawer(reason: str) -> Step:
    """Return the step that opens the drawer without a transaction."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        answer = await client.post(f"{API}/drawer/open", {"reason": reason})
        counter.show(answer, "The drawer is open; who opened it and why is kept.")

    return step


def x_report(*, on_paper: bool) -> Step:
    """Return the step that shows the running session's figures, printed too where wanted."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        path = f"{API}/x-report"
        answer = await (client.post(f"{path}/print", {}) if on_paper else client.get(path))
        heads = ("Opening", "Sales", "Refunds", "Paid in", "Paid out", "Loans", "Pickups", "Expected")
        title = f"X report of {answer['business_date']}: {answer['receipts']} receipts{_printed(answer)}"
        rows = [(_name(one), *_amounts(one)) for one in answer["tenders"]]
        counter.show(answer, rows_table(title, ("Tender", *heads), rows))

    return step


async def flash(client: TerminalClient, counter: Counter) -> None:
    """Ask the back office what this terminal sold on its date; the terminal prints it."""
    answer = await client.post(f"{API}/flash-report", {})
    currency = answer["currency"]
    title = f"Flash report of {answer['business_date']}{_printed(answer)}"
    table = headed_table(title, "SKU", "Product", f"Total {currency}")
    for line in answer["lines"]:
        table.add_row(line["sku"], line["name"], plain_minor(int(line["total"]), currency))
    table.add_section()
    table.add_row("", "Total sales", plain_minor(int(answer["total"]), currency))
    missing = answer["missing"]
    counter.show(answer, table, *([f"Without the last {missing} entries."] if missing else []))


def reprinting(number: str) -> Step:
    """Return the step that prints a receipt or a cash-up report again, marked as a copy."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        answer = await client.post(f"{API}/documents/{number}/reprint", {})
        counter.show(answer, f"Copy {answer['copy']} of {answer['number']}{_printed(answer)}")

    return step


def _allowed(person: str | None) -> dict[str, Any]:
    if person is None:
        return {}
    return {"allowed_by": {"person": person, "pin": ask_pin(person, APPROVER_PIN_VARIABLE)}}


def _name(tender: Mapping[str, Any]) -> str:
    return f"{tender['name']} {tender['currency']}"


def _amounts(tender: Mapping[str, Any]) -> list[str]:
    return [plain_minor(int(tender[name]), str(tender["currency"])) for name in _FIGURES]


def _printed(answer: Mapping[str, Any]) -> str:
    return f" ({answer['print'].replace('_', ' ')})" if "print" in answer else ""
