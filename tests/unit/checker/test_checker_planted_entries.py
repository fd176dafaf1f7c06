"""Journals that a terminal must never write: everybody took them faithfully, the checker still names them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from checker_journal import (
    EPOCH,
    FIRST,
    FIRST_DAY,
    MORNING,
    SECOND,
    SECOND_DAY,
    TERMINAL,
    TILL,
    Journal,
    approval,
    pieces,
    priced,
    two_days,
)
from checker_world import (
    with_terms,
    world_of,
)
from tillday_checker.judge import judge
from tillday_contracts import entries as e
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.ids import receipt_number

Change = Callable[[e.EntryBody], e.EntryBody]


def rewritten(kind: type[e.EntryBody], change: Callable[..., e.EntryBody], *, nth: int = 0) -> Journal:
    """Write the two days again with the n-th body of a kind changed; the chain is whole."""
    journal, seen = Journal(), 0
    for body in two_days().bodies:
        mine = isinstance(body, kind)
        journal.write(change(body) if mine and seen == nth else body)
        seen += mine
    return relinked(journal)


def relinked(journal: Journal) -> Journal:
    """Write a journal again with manifests and print marks that name the entries as they stand now."""
    again = Journal()
    for body in journal.bodies:
        if not isinstance(body, e.Printed) or isinstance(again.bodies[-1], e.Sale | e.TillClosed):
            again.write(_renamed(body, again))
    return again


def _renamed(body: e.EntryBody, journal: Journal) -> e.EntryBody:
    if isinstance(body, e.TillClosed):
        last = journal.entries[-1]
        member = e.ManifestMember(terminal=TERMINAL, epoch=EPOCH, to_seq=last.seq, to_hash=last.hash)
        return body.model_copy(update={"manifest": (member,)})
    if isinstance(body, e.Printed):
        document = getattr(journal.bodies[-1], "number")  # noqa: B009 - only what has a number is printed
        return body.model_copy(update={"document": document, "entry": journal.entries[-1].hash})
    return body


def of_cash(tenders: tuple[e.TenderCount, ...], **changes: object) -> dict[str, object]:
    return {"tenders": (tenders[0].model_copy(update=changes), *tenders[1:])}


def closed(**changes: object) -> Journal:
    return rewritten(e.TillClosed, lambda body: body.model_copy(update=of_cash(body.tenders, **changes)))


def opened(*, nth: int = 0, **changes: object) -> Journal:
    return rewritten(
        e.InitialCountConfirmed,
        lambda body: body.model_copy(update=of_cash(body.tenders, **changes)),
        nth=nth,
    )


def sold(**changes: object) -> Journal:
    return rewritten(e.Sale, lambda body: body.model_copy(update=changes))


def without(*kinds: type[e.EntryBody]) -> Journal:
    journal = Journal()
    for body in two_days().bodies:
        if not isinstance(body, kinds):
            journal.write(body)
    return relinked(journal)


def extra_sale(**changes: object) -> e.Sale:
    named = {"session_id": SECOND, "till": TILL, "business_date": SECOND_DAY, "cashier": "C1"}
    number = receipt_number(TERMINAL, EPOCH, 4)
    return e.Sale.model_validate({**named, "number": number, **priced(("APPLE", 1, 199)), **changes})


def with_sale_before_count() -> Journal:
    journal = Journal()
    for body in two_days().bodies:
        if isinstance(body, e.InitialCountConfirmed) and body.session_id == SECOND:
            journal.write(extra_sale(number=receipt_number(TERMINAL, EPOCH, 3)))
            continue
        journal.write(
            body.model_copy(update={"number": receipt_number(TERMINAL, EPOCH, 4)}) if _third(body) else body
        )
    return relinked(journal)


def _third(body: e.EntryBody) -> bool:
    return isinstance(body, e.Sale) and body.session_id == SECOND


def with_second_start() -> Journal:
    journal = two_days()
    asked = (e.TenderAmount(tender="cash", amount=15_000),)
    journal.write(
        e.TillStarted(session_id="c" * 32, till=TILL, business_date=SECOND_DAY, by="C1", expected=asked)
    )
    return journal


def with_sale_after_hearing() -> Journal:
    """Sell in a session of which the terminal said that it sells no more."""
    journal = two_days()
    journal.write(e.CloseHeard(session_id=SECOND, desired_rev=4))
    journal.sell(SECOND, SECOND_DAY, ("APPLE", 1, 199))
    return journal


def with_late_sale() -> Journal:
    """Write a sale into the closed session, behind the position that its manifest covers."""
    journal = two_days()
    journal.write(extra_sale(session_id=FIRST, business_date=FIRST_DAY))
    return journal


NOTE = DenominationCount(value=5000, quantity=1)
PLANTED: list[tuple[str, Callable[[], Journal], set[int]]] = [
    ("a sale after the terminal heard that its till closes", with_sale_after_hearing, {8}),
    ("a sale's date is not its session's", lambda: sold(business_date=SECOND_DAY), {3, 4, 11, 17, 20, 26}),
    (
        "the terminal had another date",
        lambda: rewritten(e.TerminalOpened, lambda b: b.model_copy(update={"business_date": SECOND_DAY})),
        {3},
    ),
    ("a sale before the opening count", with_sale_before_count, {4, 8}),
    ("a sale of no session", lambda: without(e.TillStarted, e.TillClosed), {1, 4, 8, 11}),
    ("a sale after the close", with_late_sale, {3, 8, 10}),
    ("a second session of the till was started", with_second_start, {9}),
    ("the close expects another amount", lambda: closed(expected=16_045, difference=-9), {11, 15, 17, 20}),
    ("a tax is wrong", lambda: sold(taxes=(e.TaxTotal(rate=1900, gross=847, tax=136),)), {11}),
    ("a line's tax share is wrong", lambda: rewritten(e.Sale, _shifted_share), {11}),
    ("the pieces are not the total", lambda: closed(denominations=pieces(16_035)), {12}),
    ("a piece was counted twice", lambda: opened(denominations=(*pieces(10_000), NOTE, NOTE)), {12}),
    (
        "a piece that the store does not have",
        lambda: opened(denominations=(*pieces(14_925), DenominationCount(value=25, quantity=3))),
        {12},
    ),
    ("cash counted without pieces", lambda: opened(denominations=()), {12}),
    ("the difference is not counted − expected", lambda: closed(difference=-11), {13, 15, 17, 20}),
    ("kept and moved are not what was counted", lambda: closed(moved=1_035), {13, 17, 20}),
    ("less than nothing was kept", lambda: closed(kept=-100, moved=16_136), {13, 14, 17, 20}),
    ("more was kept than counted", lambda: closed(kept=16_037, moved=-1), {13, 14, 17, 20}),
    (
        "the opening expects another amount than was kept",
        lambda: rewritten(e.TillStarted, _asks_less, nth=1),
        {14},
    ),
    ("nobody approved the difference", lambda: closed(approval=None), {15}),
    (
        "the approval is for another difference",
        lambda: closed(approval=approval(FIRST, "cash_up", expected=16_046, counted=16_026)),
        {15},
    ),
    (
        "the approval is of another session",
        lambda: closed(approval=approval(SECOND, "cash_up", expected=16_046, counted=16_036)),
        {15},
    ),
    (
        "the opening count hides a difference",
        lambda: opened(nth=1, expected=14_990, counted=14_990, denominations=pieces(14_990)),
        {14, 17, 20},
    ),
    ("a number was left out", lambda: sold(number=receipt_number(TERMINAL, EPOCH, 8)), {24}),
    ("a number was given twice", lambda: sold(number=receipt_number(TERMINAL, EPOCH, 2)), {24, 18, 25}),
    ("a number of another epoch", lambda: sold(number="T1-ZZZZZ-1"), {24}),
    (
        "a terminal was opened at the front by nobody",
        lambda: rewritten(e.TerminalOpened, lambda b: b.model_copy(update={"origin": "front_office"})),
        {23},
    ),
]


def _asks_less(body: e.TillStarted) -> e.TillStarted:
    return body.model_copy(update={"expected": (e.TenderAmount(tender="cash", amount=14_000),)})


def _shifted_share(body: e.Sale) -> e.Sale:
    one, other = body.lines
    shifted = (one.model_copy(update={"tax": one.tax + 1}), other.model_copy(update={"tax": other.tax - 2}))
    return body.model_copy(update={"lines": shifted})


@pytest.mark.parametrize(
    ("journal", "numbers"), [(j, n) for _, j, n in PLANTED], ids=[name for name, _, _ in PLANTED]
)
def test_a_journal_that_breaks_an_invariant_is_named(
    journal: Callable[[], Journal], numbers: set[int]
) -> None:
    verdict = judge(world_of(journal()))

    assert set(verdict.violated) == numbers


def test_writing_the_two_days_again_breaks_nothing() -> None:
    assert judge(world_of(relinked(two_days()))).holds


def test_an_entry_that_claims_another_place_is_named() -> None:
    journal = two_days()
    journal.write(e.SignedIn(person="C1"), seq=999)

    assert judge(world_of(journal)).violated == (23,)


def test_a_float_in_an_entry_is_named() -> None:
    journal = two_days()
    held = journal.write(e.SignedIn(person="C1"))
    world = world_of(journal)
    floating = replace(held, data=held.data.replace(b'"seq":', b'"x":1.5,"seq":'))
    folder = replace(world.terminals[0], entries=(*world.terminals[0].entries[:-1], floating))

    assert 16 in judge(replace(world, terminals=(folder,))).violated


def test_a_forced_own_approval_is_named_where_the_store_forbids_it() -> None:
    own = approval(FIRST, "cash_up", expected=16_046, counted=16_036).model_copy(update={"by": "C1"})
    world = world_of(closed(approval=own))

    assert judge(world).holds
    assert judge(with_terms(world, own_count_approval="never")).violated == (15,)


def test_a_tolerated_difference_needs_no_approval() -> None:
    world = world_of(closed(approval=None))

    assert judge(with_terms(world, cash_up_tolerance={"cash": 9})).violated == (15,)
    assert judge(with_terms(world, cash_up_tolerance={"cash": 10})).holds


def test_a_sale_that_has_not_arrived_yet_is_nobodys_fault() -> None:
    journal = two_days()
    world = world_of(journal)
    journal.sell(SECOND, SECOND_DAY, ("APPLE", 1, 199))
    waiting = tuple(replace(entry, acknowledged=False) for entry in journal.entries[-2:])
    folder = replace(world.terminals[0], entries=(*world.terminals[0].entries, *waiting), paper=None)

    assert judge(replace(world, terminals=(folder,))).holds


def test_a_forked_sale_waits_in_a_rescue_session() -> None:
    world = world_of(two_days())
    assert world.ledger is not None
    forked = next(row for row in world.ledger.journal if row.placement == "session")
    misplaced = replace(
        world.ledger,
        journal=tuple(replace(row, quarantine=row.hash == forked.hash) for row in world.ledger.journal),
    )

    assert {4, 10} & set(judge(replace(world, ledger=misplaced)).violated)


def test_a_store_is_judged_at_the_instant_of_its_opening() -> None:
    world = world_of(two_days())
    assert world.stores is not None
    early = tuple(replace(opening, at=MORNING - timedelta(days=1)) for opening in world.stores.openings)

    assert judge(replace(world, stores=replace(world.stores, openings=early))).holds
