"""What `tillday pos` does at a till that several terminals share: join, leave, count the guests."""

from __future__ import annotations

from typing import Any

from tillday_contracts.arithmetic import TenderTotals
from tillday_local.operator.pos import API, Counter, Step, amount
from tillday_local.operator.tables import rows_table
from tillday_local.terminal_client import TerminalClient


def joining(till: str) -> Step:
    """Return the step with which a terminal asks to sell into another one's till."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        answer = await client.post(f"{API}/till/join", {"till": till})
        counter.show(answer, _standing(answer))

    return step


async def leave(client: TerminalClient, counter: Counter) -> None:
    """Sell into the other till no longer."""
    answer = await client.post(f"{API}/till/leave", {})
    counter.show(answer, _standing(answer))


def _standing(answer: dict[str, Any]) -> str:
    match answer["status"]:
        case "joined":
            return f"This terminal sells into till {answer['till']} of terminal {answer['host']} now."
        case "asked":
            return f"Till {answer['till']} is asked for. {answer['text']}"
        case _:
            return "This terminal sells into no other till."


async def count_guests(client: TerminalClient, counter: Counter) -> None:
    """Ask the back office what guests brought, before the first tender is counted."""
    answer = await client.post(f"{API}/cash-up/guests", {})
    rows = [
        (guest["terminal"], part["tender"], amount(_net(part), counter.money))
        for guest in answer["guests"]
        for part in guest["tenders"]
    ]
    missing = ", ".join(answer["not_counted"])
    tables = [rows_table("Guests", ("Terminal", "Tender", "Amount"), rows)]
    counter.show(answer, *tables, *((f"Not counted: {missing}.",) if missing else ()))


def _net(part: dict[str, Any]) -> int:
    return TenderTotals(**{name: part[name] for name in part if name != "tender"}).expected
