"""Invariants 18, 23 and 25 on paper: what came out of the printers agrees with the journals."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tillday_checker.story import Told, accepted, ledger_story, whole_story
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Paper, Terminal, World
from tillday_contracts.entries import Printed, Sale, TillClosed

_NUMBER: Final = re.compile(r"^(Receipt|Report)\s+([A-Z0-9_-]{1,16}-[0-9A-Z]{5}-[0-9]{1,12})$")
_COPY: Final = re.compile(r"^\*\*\* DUPLICATE ([0-9]+) \*\*\*$")
_AMOUNT: Final = re.compile(r"[+-]?\d+(?:[ .,'’]\d{3}(?!\d))*(?:[.,]\d{1,3}(?!\d))?")
_TOTAL: Final = "TOTAL "


@dataclass(frozen=True, slots=True)
class Sheet:
    """A numbered document on a tape; `copy` is 0 for an original."""

    number: str
    copy: int
    rows: tuple[str, ...]
    complete: bool
    where: str


def sheets_of(terminal: Terminal) -> list[Sheet]:
    """Return the numbered documents of a terminal's tape; one that ended before its number is none."""
    return [
        Sheet(
            number,
            _copy_of(paper),
            paper.rows,
            paper.complete,
            f"tape of {terminal.terminal}, document {place}",
        )
        for place, paper in enumerate(terminal.paper or (), 1)
        if (number := number_of(paper))
    ]


def number_of(paper: Paper) -> str:
    """Return the number of a document on paper; none is blank."""
    found = (_NUMBER.match(row.strip()) for row in paper.rows)
    return next((match[2] for match in found if match), "")


def _copy_of(paper: Paper) -> int:
    found = (_COPY.match(row.strip()) for row in paper.rows)
    return next((int(match[1]) for match in found if match), 0)


def printed_is_in_the_journal(world: World) -> Found:
    """18: every receipt that began to print is a sale of its terminal's journal, with that total."""
    for terminal, told in printing(world):
        documents = documents_of(told)
        for sheet in sheets_of(terminal):
            entry = documents.get(sheet.number)
            if entry is None:
                yield Violation(18, f"{sheet.number} was printed and is in no journal", sheet.where)
            elif isinstance(entry.as_counted, Sale) and sheet.complete:
                yield from _total(sheet, entry.as_counted)


def printing(world: World) -> Iterable[tuple[Terminal, list[Told]]]:
    """Yield each terminal that has a tape, with what is known of its journal."""
    story = whole_story(world)
    for terminal in world.terminals:
        if terminal.paper is not None:
            owner = (terminal.store, terminal.terminal)
            yield terminal, [told for told in story if (told.store, told.terminal) == owner]


def documents_of(told: Iterable[Told]) -> dict[str, Told]:
    """Return receipts and cash-ups by their number."""
    return {entry.body.number: entry for entry in told if isinstance(entry.body, Sale | TillClosed)}


def _total(sheet: Sheet, sale: Sale) -> Found:
    shown = stated_total(sheet.rows)
    if shown != sale.total:
        yield Violation(18, f"{sheet.number} shows a total of {shown}, the journal {sale.total}", sheet.where)


def stated_total(rows: tuple[str, ...]) -> int | None:
    """Return the total that paper shows."""
    for place, row in enumerate(rows):
        if row.strip().startswith(_TOTAL):
            amounts = amounts_in(row) or amounts_in(" ".join(rows[place + 1 : place + 2]))
            return amounts[-1] if amounts else None
    return None


def amounts_in(text: str) -> list[int]:
    """Return the amounts in a row of paper, minor units."""
    return [int(re.sub(r"[^\d-]", "", found)) for found in _AMOUNT.findall(text)]


def reports_show_the_recorded_figures(world: World) -> Found:
    """19: a printed cash-up report shows the figures of its close."""
    for terminal, told in printing(world):
        documents = documents_of(told)
        for sheet in sheets_of(terminal):
            entry = documents.get(sheet.number)
            if entry is not None and isinstance(entry.body, TillClosed) and sheet.complete:
                yield from _figures(sheet, entry.body)


def _figures(sheet: Sheet, closed: TillClosed) -> Found:
    shown = {amount for row in sheet.rows for amount in amounts_in(row)}
    for tender in closed.tenders:
        due = {tender.expected, tender.counted, tender.difference, tender.kept, tender.moved}
        if missing := sorted(due - shown):
            text = f"{sheet.number} does not show {missing} of {tender.tender}"
            yield Violation(19, text, sheet.where)


def prints_are_on_the_tape(world: World) -> Found:
    """23: what the journal calls printed is on the tape."""
    for terminal, told in printing(world):
        if any(not paper.complete for paper in terminal.paper or ()):
            continue  # a person may have called a torn document printed
        begun = {(sheet.number, sheet.copy) for sheet in sheets_of(terminal)}
        for entry in told:
            if isinstance(entry.body, Printed) and (entry.body.document, entry.body.copy_no) not in begun:
                text = f"{entry.body.document} is called printed and is not on the tape"
                yield Violation(23, text, entry.where)


def reprints_are_marked_and_equal(world: World) -> Found:
    """25: a document comes out whole once as an original; any other is marked and reads the same."""
    for terminal, _ in printing(world):
        by_number: dict[str, list[Sheet]] = defaultdict(list)
        for sheet in sheets_of(terminal):
            if sheet.complete:
                by_number[sheet.number].append(sheet)
        yield from _reprints(by_number)


def _reprints(by_number: Mapping[str, list[Sheet]]) -> Found:
    for number, sheets in by_number.items():
        originals = [sheet for sheet in sheets if sheet.copy == 0]
        if len(originals) > 1:
            yield Violation(
                25, f"{number} came out {len(originals)} times as an original", originals[1].where
            )
        for sheet in sheets:
            if originals and _without_mark(sheet) != _without_mark(originals[0]):
                yield Violation(25, f"copy {sheet.copy} of {number} differs from the original", sheet.where)


def _without_mark(sheet: Sheet) -> tuple[str, ...]:
    return tuple(row.rstrip() for row in sheet.rows if not _COPY.match(row.strip()))


def copies_are_counted(world: World) -> Found:
    """25: what is called printed is that very entry's document; reports tell how many copies there are."""
    story = accepted(ledger_story(world) if world.ledger else whole_story(world))
    documents = {
        entry.hash: entry.body.number for entry in story if isinstance(entry.body, Sale | TillClosed)
    }
    copies: dict[str, int] = defaultdict(int)
    for entry in story:
        body = entry.body
        if not isinstance(body, Printed):
            continue
        if documents.get(body.entry, body.document) != body.document:
            text = f"{body.document} is called printed for the entry of {documents[body.entry]}"
            yield Violation(25, text, entry.where)
        copies[body.entry] = max(copies[body.entry], body.copy_no)
    yield from _told_copies(world, story, copies)


def _told_copies(world: World, story: Iterable[Told], copies: Mapping[str, int]) -> Found:
    closes = {
        entry.body.session_id: copies[entry.hash] for entry in story if isinstance(entry.body, TillClosed)
    }
    for row in world.reports.copies if world.reports and world.ledger else ():
        if row.copies != closes.get(row.session_id, 0):
            text = f"{row.copies} copies are told, {closes.get(row.session_id, 0)} were printed"
            yield Violation(25, text, f"cash-up report, session {row.session_id}")
