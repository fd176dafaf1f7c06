"""Money that a till must never move: the checker names each false receipt, float, movement and safe."""

from collections.abc import Callable
from typing import Any

import pytest

from checker_journal import (
    FIRST,
    SECOND,
    SECOND_DAY,
    Journal,
    pieces,
)
from checker_money import (
    KEPT,
    adjustment,
    counted_exactly,
    dollars,
    float_moved,
    money_days,
    money_world,
    movement,
    paid,
)
from tillday_checker.judge import judge
from tillday_contracts import entries as e
from tillday_contracts.denominations import DenominationCount

Change = Callable[[Any], e.EntryBody | tuple[e.EntryBody, ...]]


def rewritten(kind: type[e.EntryBody], change: Change, *, nth: int = 0) -> Journal:
    """Write the days again with the n-th body of a kind changed; the chain is whole, the close recounted."""
    journal, seen = Journal(), 0
    for body in money_days().bodies:
        mine = isinstance(body, kind)
        now = change(_recounted(body, journal)) if mine and seen == nth else _recounted(body, journal)
        seen += mine
        for one in now if isinstance(now, tuple) else (now,):
            journal.write(one)
    return journal


def _recounted(body: e.EntryBody, journal: Journal) -> e.EntryBody:
    head = journal.entries[-1] if journal.entries else None
    if isinstance(body, e.Printed) and head is not None:
        return body.model_copy(update={"entry": head.hash})
    if isinstance(body, e.TenderConfirmed):
        count = next(c for c in counted_exactly(journal, FIRST) if c.tender == body.tender)
        figures = {"expected": count.expected, "counted": count.counted}
        return body.model_copy(update={**figures, "denominations": count.denominations})
    if isinstance(body, e.TillClosed) and head is not None:
        member = body.manifest[0].model_copy(update={"to_seq": head.seq, "to_hash": head.hash})
        tenders = counted_exactly(journal, FIRST)
        return body.model_copy(update={"manifest": (member,), "tenders": tenders})
    return body


def said(**changes: object) -> Change:
    return lambda body: body.model_copy(update=changes)


def sold(nth: int, **changes: object) -> Journal:
    return rewritten(e.Sale, said(**changes), nth=nth)


def with_amounts(nth: int, *, expected: int) -> Journal:
    """Start the n-th till with another expected amount."""
    asked = (e.TenderAmount(tender="cash", amount=expected),)
    return rewritten(e.TillStarted, said(expected=asked), nth=nth)


def kept_told(amount: int) -> Journal:
    """Start the second till with this word on what was kept."""
    told = (e.TenderAmount(tender="cash", amount=amount),)
    return rewritten(e.TillStarted, said(kept=told), nth=1)


def opened_against(expected: int) -> Change:
    """Count the second opening against another amount, and find exactly that."""
    figures = {"expected": expected, "counted": expected, "denominations": pieces(expected)}
    return lambda body: body.model_copy(update={"tenders": (body.tenders[0].model_copy(update=figures),)})


def counted_in(tender: str, **changes: object) -> Journal:
    def other(body: e.TillClosed) -> e.TillClosed:
        counts = tuple(
            one.model_copy(update=changes) if one.tender == tender else one for one in body.tenders
        )
        return body.model_copy(update={"tenders": counts})

    return rewritten(e.TillClosed, other)


def shifted_tax(body: e.Sale) -> e.Sale:
    """Give both lines shares that add up and are not those of the largest remainder."""
    one, other = body.lines
    lines = (one.model_copy(update={"tax": one.tax - 1}), other.model_copy(update={"tax": other.tax + 1}))
    return body.model_copy(update={"lines": lines})


def four_back(body: e.Sale) -> e.Sale:
    """Take four pieces back for the money of one."""
    line = body.lines[0].model_copy(update={"quantity": -4, "discount": -597})
    return body.model_copy(update={"lines": (line,)})


def late_movement() -> Journal:
    journal = money_days()
    journal.write(movement("paid_in", 100))
    return journal


def piece(value: int, quantity: int) -> DenominationCount:
    return DenominationCount(value=value, quantity=quantity)


def float_after_count() -> Journal:
    journal = Journal()
    for body in money_days().bodies:
        if not isinstance(body, e.FloatMoved):
            journal.write(_recounted(body, journal))
        if isinstance(body, e.InitialCountConfirmed) and body.session_id == SECOND:
            journal.write(float_moved())
    return journal


DOLLAR_CHANGE = e.Payment(
    tender="cash_usd", tendered=2_000, change=370, amount=1_630, rate=920_000, value=1_840
)
MISFIT = {4, 11, 17, 20, 26}
"""What breaks when a close counts what does not fit its session."""
PLANTED: list[tuple[str, Callable[[], Journal], set[int]]] = [
    ("tax shares that only add up", lambda: rewritten(e.Sale, shifted_tax), {11}),
    ("change to a card", lambda: sold(1, payments=(paid("card", 600, 100), paid("cash", 500))), {11}),
    ("cash that was not rounded", lambda: sold(0, payments=(paid("cash", 847),), rounding=0), {11}),
    (
        "a card payment that was rounded",
        lambda: sold(1, payments=(paid("card", 497), paid("cash", 500)), rounding=-5),
        {11},
    ),
    (
        "dollars of another worth",
        lambda: sold(2, payments=(dollars(2_000, 1_800), paid("cash", 0, 300))),
        {11},
    ),
    ("change in dollars", lambda: sold(2, payments=(DOLLAR_CHANGE, paid("cash", 0, 340))), {11, 12}),
    ("more came back than was sold", lambda: rewritten(e.Sale, four_back, nth=5), {11}),
    ("a refund that sells", lambda: sold(4, refund_of="T1-BW63N-1"), {11}),
    (
        "a movement on another date",
        lambda: rewritten(e.Movement, said(business_date=SECOND_DAY)),
        MISFIT | {3},
    ),
    ("a movement of another till", lambda: rewritten(e.Movement, said(till="T9-A")), MISFIT),
    ("a movement after the close", late_movement, {3, 8, 10}),
    ("the float was not moved", lambda: rewritten(e.FloatMoved, lambda _: ()), {14, 17, 20}),
    (
        "a float that is not what was missing",
        lambda: rewritten(e.FloatMoved, said(amount=4_999)),
        {14, 17, 20},
    ),
    ("a float that nobody wants", lambda: rewritten(e.FloatMoved, said(wanted=19_000, kept=14_000)), {14}),
    ("a float after the opening count", float_after_count, {14}),
    (
        "a float that was moved twice",
        lambda: rewritten(e.FloatMoved, lambda body: (body, body)),
        {14, 17, 20},
    ),
    ("a start that tells of another kept amount", lambda: kept_told(14_000), {14}),
    ("an opening that asks for neither float nor kept", lambda: with_amounts(1, expected=16_000), {14}),
    (
        "an opening count against neither float nor kept",
        lambda: rewritten(e.InitialCountConfirmed, opened_against(16_000), nth=1),
        {14, 17, 20},
    ),
    ("dollars counted as a total", lambda: counted_in("cash_usd", denominations=()), {12}),
    ("dollars in coins of 20", lambda: counted_in("cash_usd", denominations=(piece(20, 100),)), {12}),
    ("an adjustment of its own session", lambda: rewritten(e.Adjustment, said(corrects=SECOND)), {19}),
    (
        "a count compared with another amount than there was",
        lambda: rewritten(e.TenderConfirmed, lambda b: b.model_copy(update={"expected": b.expected - 5})),
        {13, 26},
    ),
]


@pytest.mark.parametrize(
    ("journal", "numbers"), [(j, n) for _, j, n in PLANTED], ids=[name for name, _, _ in PLANTED]
)
def test_money_that_moves_wrongly_is_named(journal: Callable[[], Journal], numbers: set[int]) -> None:
    verdict = judge(money_world(journal()))

    assert set(verdict.violated) == numbers, verdict.violations


def test_days_with_every_kind_of_money_break_nothing() -> None:
    assert judge(money_world()).violations == ()


def test_a_start_that_tells_what_was_kept_is_no_violation() -> None:
    assert judge(money_world(kept_told(KEPT))).holds


def test_a_float_that_was_refused_is_no_violation() -> None:
    """The count starts with the forced float, is refused and made against what was kept."""

    def counted(body: e.InitialCountConfirmed) -> e.InitialCountConfirmed:
        return opened_against(KEPT)(body) if body.session_id == SECOND else body  # type: ignore[return-value]

    journal = Journal()
    for body in money_days().bodies:
        if isinstance(body, e.FloatMoved):
            continue
        said_now = counted(body) if isinstance(body, e.InitialCountConfirmed) else body
        journal.write(_recounted(said_now, journal))

    assert judge(money_world(journal)).violations == ()


def test_a_document_that_is_called_printed_for_another_entry_is_named() -> None:
    wrong = rewritten(e.Printed, lambda body: body.model_copy(update={"document": "T1-BW63N-2"}))

    assert 25 in judge(money_world(wrong)).violated


def test_an_adjustment_of_a_running_session_is_named() -> None:
    running, unknown = money_days(), money_days()
    running.write(adjustment("cash", 1, session_id="c" * 32, corrects=SECOND))
    unknown.write(adjustment("cash", 1, corrects="c" * 32))

    assert judge(money_world(running)).violated == (19,)
    assert judge(money_world(unknown)).holds
