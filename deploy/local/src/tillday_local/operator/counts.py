"""Counting a till by hand: the float in the morning, every tender at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tillday_contracts.money import parse_minor, plain_minor
from tillday_local.operator.pos import API, DIFFERENCE, Counter, Step, ask_pin
from tillday_local.operator.tables import rows_table
from tillday_local.terminal_client import TerminalClient, TerminalRefused

APPROVER_PIN_VARIABLE: Final = "TILLDAY_APPROVER_PIN"
CASH: Final = "cash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """Who lets a difference pass, and why. The PIN is asked for, or comes from the environment."""

    person: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """Return the approval as the terminal takes it."""
        return {
            "person": self.person,
            "pin": ask_pin(self.person, APPROVER_PIN_VARIABLE),
            "reason": self.reason,
        }


def counting(pieces: list[dict[str, int]], approving: Approving | None) -> Step:
    """Return the initial count."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        answer = await _counted(client, f"{API}/till/initial-count", {"denominations": pieces}, approving)
        total = sum(piece["value"] * piece["quantity"] for piece in pieces)
        counter.show(answer, f"{plain_minor(total, counter.currency)} counted. The till is open.")

    return step


@dataclass(frozen=True, slots=True, kw_only=True)
class CashUpCount:
    """What a person counted at the end: cash and foreign cash by their pieces, other tenders by totals."""

    pieces: Mapping[str, list[dict[str, int]]]
    totals: Mapping[str, str]


def cashing_up(count: CashUpCount, approving: Approving | None) -> Step:
    """Return the whole cash-up: start it unless it runs, count what is not confirmed yet, close.

    A tender of which no total is given is confirmed as expected; of foreign cash that nobody counted there
    is none.
    """

    async def step(client: TerminalClient, counter: Counter) -> None:
        status = await client.status()
        currencies = {one["tender"]: str(one["currency"]) for one in status["tenders"]}
        totals = {
            tender: parse_minor(text, currencies.get(tender, counter.currency))
            for tender, text in count.totals.items()
        }
        if status["till_state"]["status"] != "closing_count":
            await client.post(f"{API}/cash-up/start", {})
        till = (await client.status())["till_state"]
        for content in contents_of(status["tenders"], till, count.pieces, totals):
            await _counted(client, f"{API}/cash-up/tender", content, approving)
        figures = await client.post(f"{API}/cash-up/confirm", {})
        rows = [
            (tender["tender"], *_amounts(tender, currencies.get(tender["tender"], counter.currency)))
            for tender in figures["tenders"]
        ]
        columns = ("Tender", "Expected", "Counted", "Difference", "Kept", "To safe")
        counter.show(figures, rows_table(f"Cash-up {figures['number']}", columns, rows))

    return step


def contents_of(
    tenders: Iterable[Mapping[str, Any]],
    till: Mapping[str, Any],
    pieces: Mapping[str, list[dict[str, int]]],
    totals: Mapping[str, int],
) -> Iterator[dict[str, Any]]:
    """Yield what to count of each tender, cash first; a blind count hides what is expected."""
    foreign = {one["tender"] for one in tenders if one["kind"] == "foreign_cash"}
    expected = {part["tender"]: int(part["amount"]) for part in till["expected"] or ()}
    named = [*expected] or [one["tender"] for one in tenders]
    for tender in dict.fromkeys((CASH, *named, *pieces, *totals)):
        if tender in till["confirmed"]:
            continue
        if tender in foreign or tender in pieces:
            yield {"tender": tender, "denominations": pieces.get(tender, [])}
        else:
            yield {"tender": tender, "counted": totals.get(tender, expected.get(tender))}


async def cancel_cash_up(client: TerminalClient, counter: Counter) -> None:
    """Go back to selling; only before anything was confirmed."""
    answer = await client.post(f"{API}/cash-up/cancel", {})
    counter.show(answer, "The cash-up is cancelled; the till sells again.")


async def _counted(
    client: TerminalClient, path: str, content: Mapping[str, Any], approving: Approving | None
) -> dict[str, Any]:
    """Count without approval first: only a difference needs one, and it is bound to that very difference."""
    try:
        return await client.post(path, content)
    except TerminalRefused as refusal:
        if approving is None or refusal.problem.get("code") != DIFFERENCE:
            raise
        return await client.post(path, {**content, "approval": approving.as_json()})


def _amounts(tender: Mapping[str, Any], currency: str) -> list[str]:
    names = ("expected", "counted", "difference", "kept", "moved")
    return [plain_minor(int(tender[name]), currency) for name in names]
