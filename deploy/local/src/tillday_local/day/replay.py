"""A past day of a real shop as a script: its tickets, its products, its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from tillday_contracts.asks import CatalogueItem
from tillday_contracts.business_dates import begin_of
from tillday_contracts.catalogue_csv import read_catalogue
from tillday_contracts.denominations import STANDARD
from tillday_contracts.wishes import SettingsContent
from tillday_local.day.clock import ReplayedClock
from tillday_local.day.run import DayScript
from tillday_local.day.tickets import TicketsUnusable, plan_tickets, read_tickets
from tillday_local.demo_store import people, tenders
from tillday_local.store_content import StoreContent

SETTINGS: Final = SettingsContent(
    store="S1",
    name="Replayed shop",
    currency="GBP",
    time_zone="Europe/London",
    locale="en_GB",
    denominations=STANDARD["GBP"],
    tenders=tenders("GBP"),
)


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Which days are played again, in their order; `speed` times real time, None as fast as it can."""

    tickets: Path
    products: Path
    dates: tuple[date, ...]
    speed: int | None = None


def replayed_scripts(replay: Replay, terminals: int, folder: Path) -> list[DayScript]:
    """Return a script per date on one clock that begins at the first rollover; raises TicketsUnusable."""
    content = StoreContent(settings=SETTINGS, people=people(terminals), catalogue=_products(replay.products))
    codes = [address.terminal for address in content.terminals(terminals)]
    shop = [read_tickets(replay.tickets, on, content.catalogue, SETTINGS) for on in replay.dates]
    folder.mkdir(parents=True, exist_ok=True)
    begins = [begin_of(on, time_zone=SETTINGS.time_zone, rollover=SETTINGS.rollover) for on in replay.dates]
    clock = ReplayedClock(folder / "clock", begins[0], rate=replay.speed)
    return [
        DayScript(
            content=content,
            terminals=plan_tickets(tickets, content.prices, codes),
            begin=begin,
            clock=clock,
        )
        for tickets, begin in zip(shop, begins, strict=True)
    ]


def _products(file: Path) -> tuple[CatalogueItem, ...]:
    try:
        read = read_catalogue(file.read_bytes())
    except OSError as error:
        raise TicketsUnusable(f"{file} cannot be read: {error.strerror or error}") from None
    if read.problems:
        worst = read.problems[0]
        raise TicketsUnusable(f"{file}, line {worst.line}: {worst.text}")
    return read.items
