"""Differences over time as plain values: a plot by date, bars by terminal or cashier, an export."""

import csv
import io
from dataclasses import dataclass

from backoffice_service.pages.plots import Frame, Plot, Series, columns
from backoffice_service.pages.sales import WIDEST, as_text
from backoffice_service.pages.speech import Speech
from tillday_contracts.figure_messages import DifferenceRow, Differences
from tillday_contracts.money import plain_minor


@dataclass(frozen=True, slots=True)
class DifferenceBar:
    """A row and how long its two bars are, in hundredths of the longest of its currency."""

    row: DifferenceRow
    missing: int
    surplus: int


def bars_of(told: Differences) -> list[DifferenceBar]:
    """Return the rows with their bars."""
    longest = {row.currency: 0 for row in told.rows}
    for row in told.rows:
        longest[row.currency] = max(longest[row.currency], row.missing, row.surplus)
    return [
        DifferenceBar(
            row,
            missing=_width(row.missing, longest[row.currency]),
            surplus=_width(row.surplus, longest[row.currency]),
        )
        for row in told.rows
    ]


def _width(amount: int, longest: int) -> int:
    return amount * WIDEST // longest if longest else 0


def plot_of(told: Differences, speech: Speech) -> Plot:
    """Return what was missing and too much on each date that was counted."""
    frame = Frame(
        name="off",
        title=speech.text("Differences by business date"),
        told=speech.text("What was missing hangs below the line, what was too much stands above it."),
        value=lambda value: speech.amount(value, told.currency),
        tick=lambda value: speech.short(value, told.currency),
        labels=[speech.day(day.business_date) for day in told.days],
    )
    return columns(
        frame,
        [
            Series(speech.text("Too much"), "good", [day.surplus for day in told.days]),
            Series(speech.text("Missing"), "bad", [-day.missing for day in told.days]),
        ],
    )


def spreadsheet(told: Differences) -> str:
    """Return the rows as CSV with a head line; no text in it is a formula to any spreadsheet."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("key", "name", "sessions", "with_difference", "missing", "surplus", "currency"))
    for row in told.rows:
        money = (plain_minor(row.missing, row.currency), plain_minor(row.surplus, row.currency))
        lines.writerow((as_text(row.key), as_text(row.name), row.sessions, row.off, *money, row.currency))
    return text.getvalue()
