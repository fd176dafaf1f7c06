"""Counting a till by hand: the float in the morning, every tender at the end."""

from __future__ import annotations

from collections.abc import Mapping
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


def cashing_up(pieces: list[dict[str, int]], totals: Mapping[str, str], approving: Approving | None) -> Step:
    """Return the whole cash-up: start it unless it runs, count what is not confirmed yet, close.

    Cash is counted by its pieces; another tender has the total given, else it is confirmed as expected.
    """

    async def step(client: TerminalClient, counter: Counter) -> None:
        given = {tender: parse_minor(text, counter.currency) for tender, text in totals.items()}
        if (await client.status())["till_state"]["status"] != "closing_count":
            await client.post(f"{API}/cash-up/start", {})
        till = (await client.status())["till_state"]
        expected = {part["tender"]: int(part["amount"]) for part in till["expected"] or ()}
        for tender in {CASH: 0, **expected, **given}:
            if tender not in till["confirmed"]:
                content = _count_of(tender, pieces, {**expected, **given})
                await _counted(client, f"{API}/cash-up/tender", content, approving)
        figures = await client.post(f"{API}/cash-up/confirm", {})
        rows = [(tender["tender"], *_amounts(tender, counter.currency)) for tender in figures["tenders"]]
        columns = ("Tender", "Expected", "Counted", "Difference", "Kept", "To safe")
        counter.show(figures, rows_table(f"Cash-up {figures['number']}", columns, rows))

    return step


async def cancel_cash_up(client: TerminalClient, counter: Counter) -> None:
    """Go back to selling; only before anything was confirmed."""
    answer = await client.post(f"{API}/cash-up/cancel", {})
    counter.show(answer, "The cash-up is cancelled; the till sells again.")


def _count_of(tender: str, pieces: list[dict[str, int]], totals: Mapping[str, int]) -> dict[str, Any]:
    if tender == CASH:
        return {"tender": tender, "denominations": pieces}
    return {"tender": tender, "counted": totals[tender]}


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
