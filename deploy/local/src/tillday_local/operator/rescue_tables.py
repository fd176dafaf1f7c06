"""How rescue sessions look to a person: orders with their cashiers, payments, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tillday_contracts.money import plain_minor
from tillday_contracts.rescue_messages import (
    CountedTender,
    JournalLine,
    RescueDecision,
    RescueEntry,
    RescueJournalsShown,
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
            amounts(one.tenders, settings),
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
        ("Amounts", amounts(one.tenders, settings)),
        ("Unidentified", amounts(one.unidentified, settings)),
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
            amounts(entry.tenders, settings),
            _counted_in(entry),
            entry.reason,
            None if entry.decision is None else _said(entry.decision),
        )
        for entry in answer.entries
    )
    return rows_table("Orders", columns, rows)


def side_by_side(answer: RescueJournalsShown, settings: SettingsContent) -> list[RenderableType]:
    """Return the counts of the till, and both journals beside each other."""
    columns = (
        "Count",
        "Tender",
        "Business date",
        "Expected",
        "Counted",
        "Difference",
        "Settled",
        "Its money",
    )
    rows = (
        (
            f"{counted.count.kind}:{counted.count.session_id}",
            counted.tender,
            counted.business_date.isoformat(),
            *(_plain(counted.tender, amount, settings) for amount in _figures(counted)),
            "here" if counted.has_it else "",
        )
        for counted in answer.counts
    )
    journals = headed_table("Journals", f"Host {answer.host.terminal}", f"Terminal {answer.other.terminal}")
    lines = zip_longest(answer.host.lines, answer.other.lines)
    for host, other in lines:
        journals.add_row(_line(host, answer.entry.entry), _line(other, answer.entry.entry))
    return [rows_table("Counts of the till", columns, rows), journals]


def _figures(counted: CountedTender) -> tuple[int, int, int, int]:
    return counted.expected, counted.counted, counted.difference, counted.settled


def _line(line: JournalLine | None, looked_at: str) -> str:
    if line is None:
        return ""
    mark = " ◀" if line.hash == looked_at else ""
    told = line.body.get("number") or line.body.get("kind") or ""
    return f"{line.seq} {minute(line.at)} {line.type.lower().replace('_', ' ')} {told}{mark}".rstrip()


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


def amounts(tenders: Sequence[RescueTender], settings: SettingsContent) -> str:
    """Return amounts with their tenders and currencies, in one line."""
    return ", ".join(_amount(tender, settings) for tender in tenders)


def _amount(tender: RescueTender, settings: SettingsContent) -> str:
    currency = _currency(tender.tender, settings)
    return f"{tender.tender} {plain_minor(tender.amount, currency)} {currency}"


def _plain(tender: str, amount: int, settings: SettingsContent) -> str:
    return plain_minor(amount, _currency(tender, settings))


def _currency(tender: str, settings: SettingsContent) -> str:
    known = next((one for one in settings.tenders if one.tender == tender), None)
    return settings.currency if known is None else known.currency
