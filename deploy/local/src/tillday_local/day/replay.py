"""A past day of a real shop as a script: its tickets, its products, its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from tillday_contracts.business_dates import begin_of
from tillday_contracts.catalogue_csv import read_catalogue
from tillday_contracts.denominations import STANDARD
from tillday_contracts.link import CatalogueItem, SettingsContent
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
    """Which day is played again; `speed` times real time, None as fast as it can."""

    tickets: Path
    products: Path
    on: date
    speed: int | None = None


def replayed_script(replay: Replay, terminals: int, folder: Path) -> DayScript:
    """Return the script of the day, its clock at the rollover of the date; raises TicketsUnusable."""
    content = StoreContent(settings=SETTINGS, people=people(terminals), catalogue=_products(replay.products))
    tickets = read_tickets(replay.tickets, replay.on, content.catalogue, SETTINGS)
    codes = [address.terminal for address in content.terminals(terminals)]
    folder.mkdir(parents=True, exist_ok=True)
    begin = begin_of(replay.on, time_zone=SETTINGS.time_zone, rollover=SETTINGS.rollover)
    return DayScript(
        content=content,
        terminals=plan_tickets(tickets, content.prices, codes),
        clock=ReplayedClock(folder / "clock", begin, rate=replay.speed),
    )


def _products(file: Path) -> tuple[CatalogueItem, ...]:
    try:
        read = read_catalogue(file.read_bytes())
    except OSError as error:
        raise TicketsUnusable(f"{file} cannot be read: {error.strerror or error}") from None
    if read.problems:
        worst = read.problems[0]
        raise TicketsUnusable(f"{file}, line {worst.line}: {worst.text}")
    return read.items
