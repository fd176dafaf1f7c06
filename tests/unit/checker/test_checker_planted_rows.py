"""Rows that were altered where they are kept: the checker names the invariant that each one breaks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checker_journal import (
    FIRST,
    FIRST_DAY,
    MORNING,
    SECOND,
    SECOND_DAY,
    STORE,
    TERMINAL,
    TILL,
    two_days,
)
from checker_world import (
    world_of,
)
from tillday_checker.judge import CHECKS, judge
from tillday_checker.store_rows import Day, Opening, Wish
from tillday_checker.verdict import INVARIANTS
from tillday_checker.world import LedgerSession, Paper, TenderRow, World
from tillday_contracts.entries import SignedIn

Plant = Callable[[World], World]
Alter = Callable[[Any], Any]


def first(rows: tuple[Any, ...], **changes: object) -> tuple[Any, ...]:
    return (replace(rows[0], **changes), *rows[1:])


def last(rows: tuple[Any, ...], **changes: object) -> tuple[Any, ...]:
    return (*rows[:-1], replace(rows[-1], **changes))


def altered(rows: Any, parts: dict[str, Alter]) -> Any:
    return replace(rows, **{name: change(getattr(rows, name)) for name, change in parts.items()})


def ledger(**parts: Alter) -> Plant:
    """Alter tables of the ledger."""
    return lambda world: replace(world, ledger=altered(world.ledger, parts))


def stores(**parts: Alter) -> Plant:
    """Alter tables of the store service."""
    return lambda world: replace(world, stores=altered(world.stores, parts))


def reports(**parts: Alter) -> Plant:
    """Alter tables of the report service."""
    return lambda world: replace(world, reports=altered(world.reports, parts))


def terminal(**parts: Alter) -> Plant:
    """Alter a terminal's folder."""
    return lambda world: replace(world, terminals=(altered(world.terminals[0], parts),))


def drop_first(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return rows[1:]


def twice(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*rows, rows[0])


def rows_of(paper: Paper, old: str, new: str) -> Paper:
    return replace(paper, rows=tuple(row.replace(old, new) for row in paper.rows))


def forged(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(row, data=row.data.replace(b'"total":847', b'"total":848')) for row in rows)


def second_running(**changes: object) -> LedgerSession:
    return replace(LedgerSession("c" * 32, STORE, TERMINAL, TILL, SECOND_DAY, "open"), **changes)  # type: ignore[arg-type]


def altered_close(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return first(rows, tenders=({**rows[0].tenders[0], "counted": 16_046},))


PLANTED: list[tuple[str, Plant, set[int]]] = [
    ("a sale is listed twice", ledger(sales=twice), {1}),
    ("a sale is on the desk and in a session", ledger(journal=lambda r: placed(r, "desk")), {1, 17}),
    ("a sale has no place", ledger(journal=lambda r: placed(r, "none")), {1}),
    ("a sale is in an unknown session", ledger(sales=lambda r: first(r, session_id="f" * 32)), {1, 4, 11}),
    ("a sale is missing", ledger(sales=drop_first), {1, 11}),
    ("a position was taken twice", ledger(positions=twice), {2}),
    ("a position is missing", ledger(positions=lambda r: r[:4] + r[5:]), {2}),
    ("the head is behind", ledger(streams=lambda r: first(r, upto=3)), {2}),
    ("the head's hash is another's", ledger(streams=lambda r: first(r, head_hash="0" * 64)), {2}),
    ("a terminal's entry is missing", terminal(entries=lambda r: r[:4] + r[5:]), {2, 23}),
    ("a sale is listed on another date", ledger(sales=lambda r: first(r, business_date=SECOND_DAY)), {3}),
    ("a sale is listed with another total", ledger(sales=lambda r: first(r, total=1)), {3}),
    ("a covered sale was rescued", ledger(sales=lambda r: first(r, placement="rescue")), {4}),
    (
        "a session lags behind its journal",
        ledger(sessions=lambda r: last(r, status="opening_count")),
        {4, 11},
    ),
    ("a session is missing", ledger(sessions=lambda r: r[:1]), {1, 4}),
    ("two days are open", stores(days=lambda r: first(r, state="open")), {5}),
    (
        "an earlier date was opened later",
        stores(
            openings=lambda r: (*r, Opening(STORE, FIRST_DAY, MORNING + timedelta(minutes=16, seconds=30)))
        ),
        {5},
    ),
    (
        "a closed day has a running session",
        ledger(sessions=lambda r: (*r, second_running(business_date=FIRST_DAY, till="T9-A"))),
        {6, 11},
    ),
    (
        "a terminal is wished open for a closed day",
        stores(wishes=lambda r: first(r, business_date=FIRST_DAY)),
        {6},
    ),
    ("a day was closed by nobody", stores(days=lambda r: first(r, closed_by=None)), {6}),
    (
        "a store was opened beside a running till",
        stores(openings=lambda r: last(r, at=MORNING + timedelta(minutes=8))),
        {7},
    ),
    ("a till has two running sessions", ledger(sessions=lambda r: (*r, second_running())), {9, 11}),
    ("a ledger total is wrong", ledger(tenders=lambda r: first(r, sales=1_045)), {11, 26}),
    (
        "a ledger total is of no session",
        ledger(tenders=lambda r: (*r, TenderRow("f" * 32, "cash", 0, 5, 0))),
        {11},
    ),
    ("a product total is wrong", ledger(products=lambda r: first(r, quantity=9)), {11}),
    ("a reported total is wrong", reports(tenders=lambda r: first(r, sales=1_045)), {11, 26}),
    ("a reported product is missing", reports(products=drop_first), {11}),
    ("the board says another status", reports(sessions=lambda r: first(r, status="open")), {11}),
    ("the board counts another number of receipts", reports(sessions=lambda r: first(r, receipts=7)), {11}),
    ("the board leaves a session out", reports(sessions=drop_first), {11}),
    ("a column holds floats", lambda w: replace(w, float_columns=("till.sale.total",)), {16}),
    ("an acknowledged entry is not in the ledger", ledger(journal=lambda r: r[:-1]), {18}),
    ("a close was rewritten in the ledger", ledger(closes=altered_close), {19}),
    ("a close was rewritten in the report", reports(cash_ups=altered_close), {19}),
    ("a close is missing in the ledger", ledger(closes=drop_first), {19}),
    ("bytes were forged in the ledger", ledger(journal=forged), {1, 11, 17, 23}),
    ("bytes were forged at the terminal", terminal(entries=forged), {23}),
    ("an entry was re-linked", terminal(entries=lambda r: last(r, prev="1" * 64)), {23}),
    ("the terminal's key is another", terminal(keys=lambda _: {"x": b"l" * 32}), {23}),
    ("a sale is listed under another number", ledger(sales=lambda r: first(r, number="T1-BW63N-9")), {24}),
    ("a receipt was printed that is no sale", terminal(paper=lambda p: (*p, stray(p))), {18}),
    ("paper shows another total", terminal(paper=lambda p: (rows_of(p[0], "8.47", "8.74"), *p[1:-1])), {18}),
    (
        "a printed report shows other figures",
        terminal(paper=lambda p: tuple(rows_of(x, "160.36", "160.37") for x in p)),
        {19},
    ),
    ("a document came out twice as an original", terminal(paper=twice), {25}),
    ("a copy differs", terminal(paper=lambda p: (*p[:-1], rows_of(p[-1], "Corner", "Other"))), {25}),
    ("a document that was called printed is not on the tape", terminal(paper=lambda p: p[1:]), {23}),
]


def placed(rows: tuple[Any, ...], placement: str) -> tuple[Any, ...]:
    sold = next(row.hash for row in rows if row.placement == "session")
    return tuple(replace(row, placement=placement) if row.hash == sold else row for row in rows)


def stray(papers: tuple[Paper, ...]) -> Paper:
    number = papers[0].rows[1].split()[-1]
    return rows_of(papers[0], number, f"{number}7")


def test_a_consistent_world_passes() -> None:
    verdict = judge(world_of(two_days()))

    assert verdict.violations == ()
    assert verdict.holds
    assert set(verdict.evaluated) == set(INVARIANTS)


def test_every_invariant_has_a_name_and_a_check() -> None:
    assert {number for number, _ in CHECKS} == set(INVARIANTS)


@pytest.mark.parametrize(
    ("plant", "numbers"), [(p, n) for _, p, n in PLANTED], ids=[name for name, _, _ in PLANTED]
)
def test_a_planted_violation_is_named(plant: Plant, numbers: set[int]) -> None:
    verdict = judge(plant(world_of(two_days())))

    assert not verdict.holds
    assert set(verdict.violated) == numbers
    assert all(found.text and found.where for found in verdict.violations)


def test_a_late_session_of_a_closed_day_is_no_violation() -> None:
    late = second_running(business_date=FIRST_DAY, late=True, till="T9-A")
    world = ledger(sessions=lambda rows: (*rows, late))(world_of(two_days()))

    assert 6 not in judge(world).violated


def test_an_acknowledged_entry_on_the_desk_is_no_violation() -> None:
    world = world_of(two_days())
    lost = world.terminals[0].entries[-1].hash
    damaged = ledger(journal=lambda rows: rows[:-1], on_desk=lambda _: frozenset({lost}))(world)

    assert 18 not in judge(damaged).violated


def test_bytes_that_claim_another_place_are_no_violation_once_they_are_on_the_desk() -> None:
    journal = two_days()
    journal.write(SignedIn(person="C1"), terminal="T2")
    world = world_of(journal)
    on_desk = ledger(journal=lambda rows: last(rows, placement="desk"))(world)

    assert judge(world).violated == (23,)
    assert judge(on_desk).holds


@pytest.mark.parametrize(("cancelled", "violated"), [(True, ()), (False, (5,))])
def test_a_date_is_opened_twice_only_if_it_was_cancelled_between(
    cancelled: bool, violated: tuple[int, ...]
) -> None:
    twice = stores(
        openings=lambda rows: (
            *rows[:-1],
            replace(rows[-1], at=rows[-1].at - timedelta(seconds=1), cancelled=cancelled),
            rows[-1],
        )
    )

    assert judge(twice(world_of(two_days()))).violated == violated


def test_a_part_that_was_not_looked_at_is_not_judged() -> None:
    world = replace(world_of(two_days()), ledger=None, stores=None, reports=None)

    verdict = judge(world)

    assert verdict.holds
    assert not {1, 4, 5, 6, 7, 10} & set(verdict.evaluated)


def test_the_verdict_for_machines_counts_the_invariants() -> None:
    world = stores(wishes=lambda _: (Wish(STORE, TERMINAL, FIRST_DAY),))(world_of(two_days()))

    content = judge(world).as_json()

    assert content["checked"] == len(INVARIANTS)
    assert content["violated"] == [
        {
            "invariant": 6,
            "name": INVARIANTS[6],
            "text": "the terminal is wished open for 2026-03-14, which is closed",
            "where": "S1/T1",
        }
    ]


def test_a_day_that_was_never_opened_needs_no_close() -> None:
    world = stores(days=lambda rows: (*rows, Day(STORE, SECOND_DAY.replace(day=16), "opening")))(
        world_of(two_days())
    )

    assert judge(world).holds


def test_both_sessions_of_the_small_world_are_looked_at() -> None:
    world = world_of(two_days())

    assert world.ledger is not None
    assert [session.session_id for session in world.ledger.sessions] == [FIRST, SECOND]
