"""Any day at one till, delivered in any pieces: the ledger's money is what the journal's own figures say."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from till_service.domain.money import SafeRow
from tillday_contracts.entries import Payment
from tillday_contracts.movement_entries import MovementKind
from unit.till_service.journals import SESSION, WrittenJournal, counted
from unit.till_service.ledgers import Ledger

TENDERS = ("cash", "card", "cash_usd")
SIGN: dict[str, int] = {"paid_in": 1, "paid_out": -1, "loan": 1, "pickup": -1}
SAFE: dict[str, int] = {"loan": -1, "pickup": 1}


@dataclass(frozen=True)
class Act:
    """One thing that a person does: a receipt (kind `sale`, below zero a refund) or a movement."""

    kind: str
    tender: str
    amount: int


SALE = st.builds(Act, st.just("sale"), st.sampled_from(TENDERS), st.integers(-5_000, 5_000))
MOVEMENT = st.builds(Act, st.sampled_from(sorted(SIGN)), st.sampled_from(TENDERS), st.integers(1, 5_000))
ACTS = st.lists(SALE | MOVEMENT, max_size=8)


@dataclass(frozen=True)
class AnyDay:
    """What is done before the opening count, before the position that the close counts, and after it."""

    float_moved: int
    early: list[Act]
    covered: list[Act]
    uncovered: list[Act]
    late: list[Act]
    mistaken: int


DAYS = st.builds(
    AnyDay,
    float_moved=st.integers(-9_000, 9_000).filter(bool),
    early=ACTS,
    covered=ACTS,
    uncovered=ACTS,
    late=ACTS,
    mistaken=st.sampled_from([0, 0, 300]),
)


def effect(acts: list[Act]) -> Counter[str]:
    """What acts do to the drawer, by tender: worked out here and nowhere else."""
    sums: Counter[str] = Counter(dict.fromkeys(TENDERS, 0))
    for act in acts:
        sums[act.tender] += act.amount * SIGN.get(act.kind, 1)
    return sums


def write(journal: WrittenJournal, acts: list[Act]) -> None:
    for act in acts:
        if act.kind != "sale":
            kind: MovementKind = act.kind  # type: ignore[assignment]
            journal.move(kind, act.amount, tender=act.tender)
        elif act.amount >= 0:
            paid = Payment(tender=act.tender, tendered=act.amount, amount=act.amount)
            journal.write(journal.sale(act.amount, payments=(paid,) if act.amount else ()))
        else:
            back = Payment(tender=act.tender, tendered=0, change=-act.amount, amount=act.amount)
            journal.write(journal.sale(act.amount, payments=(back,)))


def journal_of(day: AnyDay) -> WrittenJournal:
    journal = WrittenJournal()
    journal.begin()
    journal.start_till()
    journal.move_float(15_000 - day.float_moved, 15_000)
    write(journal, day.early)
    journal.confirm_opening(15_000)
    write(journal, day.covered)
    to_seq = len(journal.entries)
    write(journal, day.uncovered)
    own = effect(day.early + day.covered)
    others = tuple(counted(tender, own[tender]) for tender in TENDERS[1:])
    journal.write(journal.closing(15_000 + own["cash"] + day.mistaken, to_seq=to_seq, others=others))
    write(journal, day.late)
    return journal


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
