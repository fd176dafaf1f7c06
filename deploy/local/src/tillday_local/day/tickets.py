"""Real tickets of a shop as a day's plan: two CSV files in, baskets in their order out.

Tickets: `date,time,ticket,item`, one row per item sold; every row is a line, also one of price 0. Products:
`sku,name,price_minor,tax_percent`. How ticket number n is paid: n mod 10 of 6, 7 and 8 by card, of 9 with a
voucher of at most 5.00 and the rest in exact cash, else in cash, even numbers with notes and odd ones with
the exact coins.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from tillday_contracts.asks import CatalogueItem
from tillday_contracts.business_dates import begin_of
from tillday_contracts.wishes import SettingsContent
from tillday_local.day.plan import Pays, PlannedSale, TerminalPlan


class TicketsUnusable(Exception):
    """A file cannot be replayed; the text names file, line and what to do."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One receipt of the shop: its number, the instant on the shop's clock, the SKU of each row."""

    number: int
    at: datetime
    skus: tuple[str, ...]


def read_tickets(
    file: Path, on: date, catalogue: Sequence[CatalogueItem], settings: SettingsContent
) -> tuple[Ticket, ...]:
    """Return the tickets of a business date in the order in which they were sold; raises TicketsUnusable.

    A ticket belongs to the date in its row. One stamped before the date's rollover is sold at the rollover.
    """
    skus = {item.name.strip(): item.sku for item in catalogue}
    rows: dict[int, tuple[datetime, list[str]]] = {}
    zone, begin = (
        ZoneInfo(settings.time_zone),
        begin_of(on, time_zone=settings.time_zone, rollover=settings.rollover),
    )
    for line, row in _rows(file, ("date", "time", "ticket", "item")):
        if row["date"] != on.isoformat():
            continue
        sku = skus.get(row["item"].strip())
        if sku is None:
            raise TicketsUnusable(
                f"{file}, line {line}: no product is called {row['item']!r}; add it to the products"
            )
        number, stamped = _stamp(file, line, row, on, zone)
        rows.setdefault(number, (max(stamped, begin), []))[1].append(sku)
    if not rows:
        raise TicketsUnusable(f"{file} has no ticket of {on}; choose another --date")
    tickets = (Ticket(number, at, tuple(bought)) for number, (at, bought) in rows.items())
    return tuple(sorted(tickets, key=lambda ticket: (ticket.at, ticket.number)))


def dates_in(file: Path) -> tuple[date, ...]:
    """Return every date of which the file has a ticket, in order; raises TicketsUnusable."""
    found = set[date]()
    for line, row in _rows(file, ("date",)):
        try:
            found.add(date.fromisoformat(row["date"]))
        except ValueError:
            raise TicketsUnusable(
                f"{file}, line {line}: {row['date']!r} is no date, write YYYY-MM-DD"
            ) from None
    return tuple(sorted(found))


def plan_tickets(
    tickets: Sequence[Ticket], prices: Mapping[str, int], terminals: Sequence[str]
) -> tuple[TerminalPlan, ...]:
    """Deal the tickets to the terminals in turn; half of the first one's (at least one) is sold offline."""
    plans = []
    for n, terminal in enumerate(terminals):
        own = tickets[n :: len(terminals)]
        offline = max(1, len(own) // 2) if n == 0 else 0
        sales = tuple(_planned(ticket, prices, offline=i < offline) for i, ticket in enumerate(own))
        plans.append(TerminalPlan(terminal=terminal, cashier=f"CASHIER-{n + 1}", sales=sales, shortage=0))
    return tuple(plans)


def _planned(ticket: Ticket, prices: Mapping[str, int], *, offline: bool) -> PlannedSale:
    due = sum(prices[sku] for sku in ticket.skus)
    lines = tuple((sku, 1) for sku in ticket.skus)
    return PlannedSale(lines=lines, due=due, pays=_pays(ticket.number), offline=offline, at=ticket.at)


def _pays(number: int) -> Pays:
    if number % 10 in (6, 7, 8):
        return "card"
    if number % 10 == 9:
        return "voucher"
    return "notes" if number % 2 == 0 else "exact"


def _stamp(file: Path, line: int, row: Mapping[str, str], on: date, zone: ZoneInfo) -> tuple[int, datetime]:
    try:
        return int(row["ticket"]), datetime.combine(on, time.fromisoformat(row["time"]), zone)
    except ValueError as error:
        raise TicketsUnusable(f"{file}, line {line}: {error}; write HH:MM:SS and a ticket number") from None


def _rows(file: Path, columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise TicketsUnusable(f"{file}: the column {', '.join(missing)} is missing in the first line")
            yield from enumerate(reader, 2)
    except OSError as error:
        raise TicketsUnusable(f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise TicketsUnusable(f"{file} cannot be read: it is no text in UTF-8") from None
