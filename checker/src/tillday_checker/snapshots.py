"""Invariants 11 and 26 on paper without a number: X and flash reports show figures that once were true."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillday_checker.course import Session, course_of, placement_in
from tillday_checker.paper import amounts_in, documents_of, number_of, printing, stated_total
from tillday_checker.rules import Rules
from tillday_checker.story import Told, accepted
from tillday_checker.sums import expected_by_tender, parts_of, products_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Paper, Terminal, World
from tillday_contracts.entries import Sale

_DATE: Final = re.compile(r"^Business date\s+([0-9]{4}-[0-9]{2}-[0-9]{2})$")
_EXPECTED: Final = "Expected "
_INCOMPLETE: Final = "Without the last "

Figures = Mapping[str, int]
State = tuple[int, Figures]
"""Since which place in its terminal's story figures were true."""


@dataclass(frozen=True, slots=True)
class Glance:
    """An unnumbered report: its rows, and the place in the story of the newest receipt printed before it."""

    rows: tuple[str, ...]
    after: int
    where: str


def snapshots_were_true(world: World) -> Found:
    """11: the figures of each printed X and flash report were those of its terminal at one instant."""
    for terminal, told in printing(world):
        story = accepted(told)
        for glance in _glances(terminal, story, "X REPORT"):
            states = [_states(session, story) for session in course_of(story).sessions.values()]
            if not any(_was_true(_expected_on(glance), one, glance.after) for one in states):
                yield Violation(11, "an X report shows amounts that were never expected", glance.where)
        for glance in _glances(terminal, story, "FLASH REPORT"):
            sales = list(_sales_of(story, _date_of(glance)))
            if len(story) == len(told) and not _was_sold(glance, sales):
                yield Violation(11, "a flash report shows figures that were never sold", glance.where)


def blind_counts_stay_blind(world: World) -> Found:
    """26: where the count is blind, no X report shows what a till should hold."""
    rules = Rules(world)
    for terminal, told in printing(world):
        story = accepted(told)
        sessions = course_of(story).sessions
        terms = [one for key in sessions for one in rules.of(terminal.store, key)]
        for glance in _glances(terminal, story, "X REPORT"):
            if terms and all(one.blind_count for one in terms) and _expected_on(glance):
                text = "an X report shows expected amounts where the count is blind"
                yield Violation(26, text, glance.where)


def _glances(terminal: Terminal, story: Sequence[Told], name: str) -> Iterator[Glance]:
    documents = documents_of(story)
    places = {entry.hash: place for place, entry in enumerate(story)}
    newest = -1
    for place, paper in enumerate(terminal.paper or (), 1):
        if name in (row.strip() for row in paper.rows) and paper.complete:
            yield Glance(paper.rows, newest, f"tape of {terminal.terminal}, document {place}")
        newest = max(newest, _place_of(paper, documents, places))


def _place_of(paper: Paper, documents: Mapping[str, Told], places: Mapping[str, int]) -> int:
    entry = documents.get(number_of(paper))
    return places[entry.hash] if entry is not None else -1


def _states(session: Session, story: Sequence[Told]) -> list[State]:
    """Return what was expected in a session from its opening on, event by event."""
    places = {entry.hash: place for place, entry in enumerate(story)}
    if session.opened is None or session.opened_entry is None:
        return []
    parts = parts_of([], session.opened)
    states: list[State] = [(places[session.opened_entry.hash], expected_by_tender(parts))]
    for one in session.events:
        if placement_in(session, one.entry, one.body) == "session":
            parts.update(parts_of([one.body]))
            states.append((places[one.entry.hash], expected_by_tender(parts)))
    return states


def _was_true(shown: list[int], states: Sequence[State], after: int) -> bool:
    """Say whether a till expected these amounts, at no instant that was over before the last receipt."""
    for place, (_, figures) in enumerate(states):
        is_over = any(since <= after for since, _ in states[place + 1 :])
        if not is_over and sorted(shown) == sorted(amount for amount in figures.values() if amount):
            return True
    return False


def _expected_on(glance: Glance) -> list[int]:
    shown = []
    for place, row in enumerate(glance.rows):
        if row.strip().startswith(_EXPECTED):
            found = amounts_in(row) or amounts_in(" ".join(glance.rows[place + 1 : place + 2]))
            shown += [amount for amount in found[-1:] if amount]
    return shown


def _date_of(glance: Glance) -> date | None:
    found = (_DATE.match(row.strip()) for row in glance.rows)
    return next((date.fromisoformat(match[1]) for match in found if match), None)


def _sales_of(story: Sequence[Told], day: date | None) -> Iterator[tuple[int, Sale]]:
    for place, entry in enumerate(story):
        if isinstance(entry.body, Sale) and entry.body.business_date == day:
            yield place, entry.body


def _was_sold(glance: Glance, sales: Sequence[tuple[int, Sale]]) -> bool:
    """Say whether the sheet shows what a beginning of the day's sales comes to, the printed ones included."""
    incomplete = any(_INCOMPLETE in row for row in glance.rows)
    printed = sum(1 for place, _ in sales if place <= glance.after)
    total, shown = stated_total(glance.rows), Counter(_all_amounts(glance.rows))
    for count in range(0 if incomplete else printed, len(sales) + 1):
        due = [gross for _, gross in products_of(sale for _, sale in sales[:count]).values()]
        if total == sum(due) and not Counter([*due, total]) - shown:
            return True
    return False


def _all_amounts(rows: Iterable[str]) -> Iterator[int]:
    return (amount for row in rows for amount in amounts_in(row))
