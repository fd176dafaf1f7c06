"""Any day at one till, delivered in any pieces: the ledger's money is what the journal's own figures say."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from till_service.domain.money import SafeRow
from unit.till_service.any_day import SAFE, SIGN, TENDERS, Act, AnyDay, effect, journal_of
from unit.till_service.journals import SESSION
from unit.till_service.ledgers import Ledger

SALE = st.builds(Act, st.just("sale"), st.sampled_from(TENDERS), st.integers(-5_000, 5_000))
MOVEMENT = st.builds(Act, st.sampled_from(sorted(SIGN)), st.sampled_from(TENDERS), st.integers(1, 5_000))
ACTS = st.lists(SALE | MOVEMENT, max_size=8)


DAYS = st.builds(
    AnyDay,
    float_moved=st.integers(-9_000, 9_000).filter(bool),
    early=ACTS,
    covered=ACTS,
    uncovered=ACTS,
    late=ACTS,
    mistaken=st.sampled_from([0, 0, 300]),
)


def expected_safe(day: AnyDay) -> Counter[str]:
    inside = day.early + day.covered
    safe = effect(inside)
    safe["cash"] += day.mistaken - day.float_moved
    for act in inside:
        safe[act.tender] += act.amount * SAFE.get(act.kind, 0)
    return safe


def taken(day: AnyDay, cuts: list[int]) -> Ledger:
    """The ledger after the day's journal came in pieces that end at `cuts`."""
    journal = journal_of(day)
    ledger = Ledger()
    ledger.register(journal)
    edges = sorted({0, len(journal.entries), *(cut for cut in cuts if cut < len(journal.entries))})
    for first, last in pairwise(edges):
        ledger.take(journal, journal.message(first + 1, last))
    return ledger


def held(ledger: Ledger, *sessions: str) -> dict[str, int]:
    return {tender: sum(ledger.expected(each, tender) for each in sessions) for tender in TENDERS}


def wrong(day: AnyDay, ledger: Ledger) -> list[str]:
    """Name everything that is not as the day's own figures say."""
    inside, outside = effect(day.early + day.covered), effect(day.uncovered + day.late)
    rescues = [rescue.session_id for rescue in ledger.rescues.get(SESSION, ())]
    safe = {tender: sum(row.amount for row in ledger.safe if row.tender == tender) for tender in TENDERS}
    agreed = {
        "desk": not ledger.letters,
        "session": held(ledger, SESSION) == {**inside, "cash": 15_000 + inside["cash"]},
        "rescue": held(ledger, *rescues) == dict(outside),
        "safe": safe == dict(expected_safe(day)),
        "task": len(ledger.tasks) == bool(day.mistaken),
    }
    return [name for name, holds in agreed.items() if not holds]


@given(day=DAYS, cuts=st.lists(st.integers(1, 60), max_size=6))
def test_every_amount_of_any_day_is_where_the_count_says(day: AnyDay, cuts: list[int]) -> None:
    assert wrong(day, taken(day, cuts)) == []


PICKUP = Act("pickup", "cash", 700)
REFUND = Act("sale", "card", -500)
PLAIN = AnyDay(1_000, [PICKUP], [REFUND], [PICKUP, REFUND], [REFUND], 300)


@pytest.mark.parametrize(
    ("broken", "instead", "shown"),
    [
        ("tills.outside", lambda *_: [], "rescue"),
        ("book._reversed", lambda totals: totals, "session"),
        ("book.loan_or_pickup", lambda *_, **__: [], "safe"),
        ("book.moved_at_close", lambda *_: [], "safe"),
        ("effects.float_row", lambda facts, *_: SafeRow("S1", "T1", "float", "cash", 0, SESSION, ""), "safe"),
        ("comparison.disagreement", lambda *_: {}, "task"),
    ],
)
def test_control_each_rule_is_missed_when_it_is_gone(
    monkeypatch: pytest.MonkeyPatch, broken: str, instead: object, shown: str
) -> None:
    assert wrong(PLAIN, taken(PLAIN, [9])) == []
    monkeypatch.setattr(f"till_service.domain.{broken}", instead)

    assert shown in wrong(PLAIN, taken(PLAIN, [9]))
