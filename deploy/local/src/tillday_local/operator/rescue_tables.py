"""How rescue sessions look to a person: orders with their cashiers, payments, decisions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tillday_contracts.money import plain_minor
from tillday_contracts.rescue_messages import (
    RescueDecision,
    RescueEntry,
    RescueSession,
    RescueSessionList,
    RescueShown,
    RescueTender,
)
from tillday_contracts.wishes import SettingsContent
from tillday_local.operator.tables import headed_table, minute, rows_table

SHOWN_DIGITS = 12
WAY = "./tillday rescue show RESCUE tells more; accept, repair or reject what is in it, then close it"


def listed(answer: RescueSessionList, settings: SettingsContent) -> list[RenderableType]:
    """Return the rescue sessions as a table, and what to do with them."""
    if not answer.sessions:
        return [Text("Nothing came late to a closed till.")]
    table = headed_table(
        f"Rescue sessions of {answer.store}",
        *(
            "Name",
            "Business date",
            "Created by",
            "Status",
            "Sales",
            "Others",
            "Undecided",
            "Amounts",
            "Close",
        ),
    )
    for one in answer.sessions:
        table.add_row(
            one.name,
            one.business_date.isoformat(),
            one.created_by or "",
            one.status,
            *(str(count) for count in (one.sales, one.movements, one.undecided)),
            _amounts(one.tenders, settings),
            _close(one),
        )
    return [table, Text(WAY)] if any(one.number is None for one in answer.sessions) else [table]


def shown(answer: RescueShown, settings: SettingsContent) -> list[RenderableType]:
    """Return one rescue session: its facts, its orders, and every decision."""
    tables: list[RenderableType] = [_facts(answer.session, settings), _orders(answer, settings)]
    if len(answer.history) > sum(entry.decision is not None for entry in answer.entries):
        rows = ((minute(d.at), d.entry[:SHOWN_DIGITS], d.number, _said(d)) for d in answer.history)
        tables.append(rows_table("Every decision", ("At", "Entry", "Number", "What"), rows))
    return tables


def _facts(one: RescueSession, settings: SettingsContent) -> Table:
    facts: list[tuple[str, object]] = [
        ("Name", one.name),
        ("Status", f"{one.status}, {one.undecided} undecided" if one.undecided else one.status),
        ("Business date", one.business_date.isoformat()),
        ("Created by", one.created_by or "nobody knows"),
        ("Till, terminal", f"{one.till}, {one.terminal}"),
        ("Belongs to session", one.original),
        ("Amounts", _amounts(one.tenders, settings)),
        ("Unidentified", _amounts(one.unidentified, settings)),
        ("Close", _close(one)),
    ]
    return rows_table("Rescue session", ("", "What is known"), facts)


def _orders(answer: RescueShown, settings: SettingsContent) -> Table:
    columns = ("Entry", "At", "By", "Terminal", "What", "Payments", "Counted in", "Reason", "Decision")
    rows = (
        (
            entry.body.get("number") or entry.entry[:SHOWN_DIGITS],
            minute(entry.at),
            entry.by,
            f"{entry.terminal}, lost journal" if entry.quarantine else entry.terminal,
            what(entry),
            _amounts(entry.tenders, settings),
            _counted_in(entry),
            entry.reason,
            None if entry.decision is None else _said(entry.decision),
        )
        for entry in answer.entries
    )
    return rows_table("Orders", columns, rows)


def what(entry: RescueEntry) -> str:
    """Return what was sold or moved, for people."""
    lines = entry.body.get("lines")
    if isinstance(lines, list):
        return ", ".join(f"{line['quantity']} {line['name']}" for line in lines if isinstance(line, dict))
    if entry.kind == "movement":
        return f"{str(entry.body.get('kind')).replace('_', ' ')}: {entry.body.get('reason')}"
    return "moved at a count of a lost journal"


def _counted_in(entry: RescueEntry) -> str:
    places = (
        f"{place.tender}: {place.count.kind.replace('_', '-')} {place.count.session_id[:SHOWN_DIGITS]}"
        if place.count is not None
        else f"{place.tender}: the next count"
        for place in entry.places
    )
    return ", ".join(places)


def _said(decision: RescueDecision) -> str:
    approved = f" and {decision.approved_by}" if decision.approved_by else ""
    cash = ", no cash received" if decision.no_cash else ""
    why = f": {decision.reason}" if decision.reason else ""
    return f"{decision.verdict} by {decision.by}{approved}{cash}{why}"


def _close(session: RescueSession) -> str:
    if session.number is None:
        return ""
    return f"{session.number} {minute(session.closed_at)} {session.closed_by}"


def _amounts(tenders: Sequence[RescueTender], settings: SettingsContent) -> str:
    return ", ".join(_amount(tender, settings) for tender in tenders)


def _amount(tender: RescueTender, settings: SettingsContent) -> str:
    known = next((one for one in settings.tenders if one.tender == tender.tender), None)
    currency = settings.currency if known is None else known.currency
    return f"{tender.tender} {plain_minor(tender.amount, currency)} {currency}"
