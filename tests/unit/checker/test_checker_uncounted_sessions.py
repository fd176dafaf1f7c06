"""A till that was lost before its cash-up goes on at a replacement; late money comes after that opening."""

from dataclasses import replace
from datetime import timedelta

import pytest

from checker_journal import (
    EPOCH,
    FIRST,
    FIRST_DAY,
    KEY_ID,
    MORNING,
    SECOND,
    SECOND_DAY,
    STORE,
    TERMINAL,
    Journal,
    approval,
    pieces,
)
from checker_world import ledger_of
from tillday_checker.judge import judge
from tillday_checker.spoken import NoClose, Reach
from tillday_checker.world import Ledger, LedgerRow, LedgerSession, SaleRow, Stream, TenderRow, World
from tillday_contracts import entries as e

REPLACED = "9e8d7c6b5a493827"
RESCUE = "c" * 32
KNOWN, LATE = 847, 199
"""What the ledger held of the lost till when its replacement began, and what it learned afterwards."""
TOLD = 15_000 + KNOWN
IN_DRAWER = TOLD + LATE


def lost_till(*, heard: bool = False) -> Journal:
    """A till that is sold into and never counted; `heard`: it said that it sells no more."""
    journal = Journal()
    journal.write(e.Genesis(key_id=KEY_ID))
    journal.open_till(FIRST, FIRST_DAY, expected=15_000, counted=15_000)
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 3, 199), ("BREAD", 1, 250))
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 1, LATE))
    if heard:
        journal.write(e.CloseHeard(session_id=FIRST, desired_rev=4))
    return journal


def replacement(
    *, expected: int = TOLD, counted: int = IN_DRAWER, epoch: str = REPLACED, terminal: str = TERMINAL
) -> Journal:
    """The terminal that opens the till next, with what the back office told it."""
    journal = Journal(epoch=epoch, terminal=terminal)
    journal.write(e.Genesis(key_id=KEY_ID))
    word = approval(SECOND, "initial", expected=expected, counted=counted)
    journal.open_till(
        SECOND, SECOND_DAY, expected=expected, counted=counted, approval=word if counted != expected else None
    )
    return journal


def late_sale(old: Journal) -> int:
    return 1 + max(n for n, body in enumerate(old.bodies) if isinstance(body, e.Sale))


def both(old: Journal, new: Journal, *, late_from: int, status: str = "closed_back") -> World:
    """The ledger that held the old journal up to `late_from` when the new one came, and the rest after it."""
    one, other = ledger_of(old), ledger_of(new)
    head = old.entries[-1]
    hours = timedelta(hours=1), timedelta(hours=2)
    ledger = replace(
        one,
        journal=(
            *(one.journal[: late_from - 1]),
            *(replace(row, recorded_at=row.recorded_at + hours[0]) for row in other.journal),
            *(replace(row, recorded_at=row.recorded_at + hours[1]) for row in one.journal[late_from - 1 :]),
        ),
        positions=(*one.positions, *other.positions),
        streams=(Stream(STORE, TERMINAL, EPOCH, head.seq, head.hash), *other.streams),
        sessions=(*(replace(row, status=status) for row in one.sessions), *other.sessions),
        tenders=(*one.tenders, *other.tenders),
        safe=(*one.safe, *other.safe),
        closes=(*one.closes, *other.closes),
    )
    return World(ledger=ledger)


def of_ledger(world: World, **changes: object) -> World:
    assert world.ledger is not None
    return replace(world, ledger=replace(world.ledger, **changes))  # type: ignore[arg-type]


def violated(world: World) -> tuple[int, ...]:
    return judge(world).violated


@pytest.mark.parametrize("heard", [True, False])
def test_money_that_comes_after_the_next_opening_found_it_breaks_nothing(heard: bool) -> None:
    old = lost_till(heard=heard)

    assert violated(both(old, replacement(), late_from=late_sale(old))) == ()


def test_money_that_came_before_the_next_opening_is_expected_there() -> None:
    old = lost_till()

    assert violated(both(old, replacement(expected=IN_DRAWER), late_from=len(old.entries) + 1)) == ()


def test_a_word_that_no_close_will_come_breaks_nothing_before_or_after_the_late_money() -> None:
    old = lost_till()
    world = both(old, replacement(), late_from=late_sale(old))
    after = (NoClose(FIRST, (Reach(TERMINAL, EPOCH, len(old.entries)),)),)
    before = (NoClose(FIRST, (Reach(TERMINAL, EPOCH, late_sale(old) - 1),)),)

    assert violated(of_ledger(world, no_closes=after)) == ()
    assert violated(of_ledger(rescued(world), no_closes=before)) == ()
    assert 10 in violated(of_ledger(world, no_closes=before))


def rescued(world: World) -> World:
    """The late sale stands in a rescue session."""
    assert world.ledger is not None
    ledger: Ledger = world.ledger
    sold, late = ledger.sales
    cash, *others = ledger.tenders
    apples, *products = ledger.products
    rescue = LedgerSession(
        RESCUE, STORE, TERMINAL, ledger.sessions[0].till, FIRST_DAY, "outstanding", rescue_of=FIRST
    )
    return of_ledger(
        world,
        sales=(sold, SaleRow(late.hash, RESCUE, "rescue", late.number, FIRST_DAY, LATE)),
        sessions=(*ledger.sessions, rescue),
        tenders=(replace(cash, sales=KNOWN), *others, TenderRow(RESCUE, "cash", 0, LATE, 0)),
        products=(
            replace(apples, quantity=apples.quantity - 1, gross=apples.gross - LATE),
            *products,
            replace(apples, session_id=RESCUE, quantity=1, gross=LATE),
        ),
    )


@pytest.mark.parametrize("expected", [TOLD - 47, 15_000 + KNOWN + LATE + 1])
def test_an_opening_that_was_told_what_the_ledger_never_held_is_named(expected: int) -> None:
    old = lost_till()

    assert violated(both(old, replacement(expected=expected), late_from=late_sale(old))) == (17,)


def test_totals_of_the_replacement_that_lack_what_was_counted_are_named() -> None:
    old = lost_till()
    world = both(old, replacement(), late_from=late_sale(old))
    assert world.ledger is not None
    *others, last = world.ledger.tenders

    assert 17 in violated(of_ledger(world, tenders=(*others, replace(last, opening=last.opening - LATE))))


def test_slips_that_nobody_counted_wait_for_the_next_cash_up() -> None:
    old = lost_till()
    old.sell(
        FIRST, FIRST_DAY, ("HAM", 1, 500), payments=(e.Payment(tender="card", tendered=500, amount=500),)
    )

    assert violated(both(old, replacement(expected=IN_DRAWER), late_from=len(old.entries) + 1)) == ()


def test_a_till_that_nobody_closed_goes_on_nowhere_else() -> None:
    old = lost_till()

    assert violated(both(old, replacement(), late_from=late_sale(old), status="open")) == (9,)


def test_a_terminal_that_goes_on_in_the_same_journal_closes_its_session_first() -> None:
    journal = lost_till(heard=True)
    word = approval(SECOND, "initial", expected=IN_DRAWER, counted=IN_DRAWER)
    journal.open_till(SECOND, SECOND_DAY, expected=IN_DRAWER, counted=IN_DRAWER, approval=word)
    found = ledger_of(journal)
    first, second = found.sessions
    world = World(ledger=replace(found, sessions=(replace(first, status="closed_back"), second)))

    assert 9 in violated(world)


def closed_late(*, kept: int = 15_000, stolen: int = 10) -> Journal:
    """The lost PC is found: it had counted its drawer before its replacement opened."""
    journal = lost_till()
    counted = IN_DRAWER - stolen
    cash = e.TenderCount(
        tender="cash",
        opening=15_000,
        expected=IN_DRAWER,
        counted=counted,
        difference=-stolen,
        kept=kept,
        moved=counted - kept,
        denominations=pieces(counted),
        approval=approval(FIRST, "cash_up", expected=IN_DRAWER, counted=counted),
    )
    journal.close_till(FIRST, FIRST_DAY, cash)
    return journal


def test_a_count_that_comes_after_the_opening_that_should_have_followed_it_breaks_nothing() -> None:
    old = closed_late()

    assert violated(both(old, replacement(counted=15_000), late_from=late_sale(old))) == ()


def test_an_opening_that_followed_no_count_and_nothing_that_was_held_is_named() -> None:
    old = closed_late()
    wrong = replacement(expected=TOLD - 47, counted=15_000)

    assert {14, 17, 20} <= set(violated(both(old, wrong, late_from=late_sale(old))))


def test_an_opening_that_knew_the_count_follows_it() -> None:
    old = closed_late()
    knew, ignored = replacement(expected=15_000, counted=15_000), replacement(counted=15_000)
    everything = len(old.entries) + 1

    assert violated(both(old, knew, late_from=everything)) == ()
    assert {14, 17, 20} <= set(violated(both(old, ignored, late_from=everything)))


def test_a_terminal_that_got_the_till_may_have_opened_it_before_a_count_that_arrived_first() -> None:
    old, everything = closed_late(), len(closed_late().entries) + 1
    moved = replacement(counted=15_000, terminal="T2")
    wrong = replacement(expected=TOLD - 47, counted=15_000, terminal="T2")

    assert violated(both(old, moved, late_from=everything)) == ()
    assert {14, 17, 20} <= set(violated(both(old, wrong, late_from=everything)))


def test_the_rows_of_these_worlds_stand_in_the_order_of_arrival() -> None:
    old = lost_till()
    world = both(old, replacement(), late_from=late_sale(old))
    assert world.ledger is not None
    rows: tuple[LedgerRow, ...] = world.ledger.journal

    assert [row.recorded_at for row in rows] == sorted(row.recorded_at for row in rows)
    assert rows[0].recorded_at > MORNING
