"""A back-office close, its evidence, the last word and the drain of the journal: any order ends alike.

Membership, figures and settled amounts are compared; marks and `B-` numbers are not part of the end.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from till_service.domain.closes import Evidence as Told
from till_service.domain.figures import kept_now
from till_service.domain.money import SafeRow, moved_by_report
from till_service.domain.sessions import ClosedInBack, ClosingCount, Open, SessionFacts, status_of
from tillday_contracts.close_messages import Evidence
from tillday_contracts.entries import CashUpStarted, CloseHeard, TillClosed
from unit.till_service.back_office import close_command, no_close_command, scanned, typed
from unit.till_service.journals import CASHIER, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

OPEN_FROM = 4
"""Entries that the ledger needs before the back office can close: genesis, boot, start, opening count."""


@dataclass(frozen=True)
class End:
    """What has to be alike: where each entry is, the totals, what was kept, and the safe."""

    members: dict[str, tuple[str, str]]
    totals: dict[str, int]
    kept: dict[str, int]
    safe: int
    desk: int
    tasks: int


def end(ledger: Ledger) -> End:
    session = ledger.sessions[SESSION]
    return End(
        members={hash_: (p.placement, p.session_id) for hash_, p in ledger.placed.items()},
        totals={f"{owner}/{name}": t.expected for (owner, name), t in ledger.tenders.items() if t.expected},
        kept={k.tender: k.amount for k in kept_now(session, ledger.totals_of(SESSION))},
        safe=sum(row.amount for row in ledger.safe),
        desk=len(ledger.letters),
        tasks=len(ledger.tasks),
    )


@dataclass
class Day:
    """A journal with its own close; what is sold after the counted position is not covered."""

    journal: WrittenJournal
    closed: TillClosed


def a_day(covered: list[int], uncovered: list[int], late: list[int]) -> Day:
    journal = WrittenJournal()
    journal.begin()
    journal.open_till(15_000)
    for amount in covered:
        journal.sell(amount)
    to_seq = len(journal.entries)
    for amount in uncovered:
        journal.sell(amount)
    journal.write(CloseHeard(session_id=SESSION, desired_rev=1))
    journal.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    closed = journal.closing(15_000 + sum(covered), to_seq=to_seq)
    journal.write(closed)
    for amount in late:
        journal.sell(amount)
    return Day(journal, closed)


def ended(
    day: Day, *, evidence: Evidence | None, at: int | None, cuts: list[int], answers: bool = False
) -> End:
    """The end when the back office closes after `at` entries (None: never) and the rest drains in pieces.

    A terminal that answers hears of it first.
    """
    ledger, size = Ledger(), len(day.journal.entries)
    ledger.register(day.journal)
    edges = sorted({0, size, *(cut for cut in cuts if cut < size), *((at,) if at is not None else ())})
    for first, last in pairwise(edges):
        if first == at:
            ledger.close_till(close_command(evidence), heard_at=ledger.now if answers else None)
        ledger.take(day.journal, day.journal.message(first + 1, last))
    return end(ledger)


AMOUNTS = st.lists(st.integers(1, 5_000), max_size=5)


@settings(deadline=None, max_examples=60)
@given(AMOUNTS, AMOUNTS, AMOUNTS, st.data())
def test_the_close_of_the_back_office_at_any_position_by_any_evidence_ends_as_if_it_had_not_been(
    covered: list[int], uncovered: list[int], late: list[int], data: st.DataObject
) -> None:
    day = a_day(covered, uncovered, late)
    close_at = next(e.seq for e in day.journal.entries if e.hash == closing_hash(day))
    at = data.draw(st.integers(OPEN_FROM, close_at - 1))
    evidence = data.draw(
        st.sampled_from([None, scanned(day.closed), typed(day.closed), typed(day.closed, members=False)])
    )
    cuts = data.draw(st.lists(st.integers(1, 25), max_size=5))

    answers = data.draw(st.booleans())

    closed = ended(day, evidence=evidence, at=at, cuts=cuts, answers=answers)
    assert closed == ended(day, evidence=None, at=None, cuts=[])


def closing_hash(day: Day) -> str:
    ledger = Ledger()
    ledger.register(day.journal)
    ledger.take(day.journal, day.journal.message())
    return ledger.closes[SESSION].hash


DAY = a_day([1_000, 3_000], [700], [450])


@pytest.mark.parametrize("short_by", [1, 2])
def test_a_report_that_covers_too_little_is_corrected_by_the_close_itself(short_by: int) -> None:
    member = DAY.closed.manifest[0]
    too_little = member.to_seq - short_by
    wrong = member.model_copy(
        update={"to_seq": too_little, "to_hash": DAY.journal.entries[too_little - 1].hash}
    )
    evidence = scanned(DAY.closed.model_copy(update={"manifest": (wrong,)}))

    for at in range(OPEN_FROM, 9):
        closed = ended(DAY, evidence=evidence, at=at, cuts=list(range(1, 12)))
        assert closed == ended(DAY, evidence=None, at=None, cuts=[])


def test_control_a_close_whose_manifest_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ended(DAY, evidence=None, at=None, cuts=[])
    monkeypatch.setattr("till_service.domain.routing.manifest_of", lambda _session: None)
    monkeypatch.setattr("till_service.domain.tills.manifest_of", lambda _session: None)

    assert ended(DAY, evidence=None, at=5, cuts=[7]) != right


def never_taken_back(facts: SessionFacts, told: Told, *, sign: int) -> Iterator[SafeRow]:
    """What a report moved, where nobody takes it back when the close itself has come."""
    return moved_by_report(facts, told, sign=sign) if sign > 0 else iter(())


def test_control_a_report_whose_money_stays_in_the_safe_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ended(DAY, evidence=scanned(DAY.closed), at=5, cuts=[])
    monkeypatch.setattr("till_service.domain.book.moved_by_report", never_taken_back)

    assert ended(DAY, evidence=scanned(DAY.closed), at=5, cuts=[]).safe != right.safe


def no_close_then(day: Day, *, at: int, said_after: int, chance: random.Random) -> End:
    """The end when a person decided by what the ledger held after `at` entries, and says so only later."""
    ledger, size = Ledger(), len(day.journal.entries)
    ledger.register(day.journal)
    ledger.take(day.journal, day.journal.message(1, at))
    ledger.close_till(close_command())
    closed = ledger.sessions[SESSION]
    assert isinstance(closed, ClosedInBack)
    edges = sorted({at, said_after, size, *(chance.randint(at, size) for _ in range(2))})
    for first, last in pairwise(edges):
        if first == said_after:
            say_as_of(ledger, day, at)
        ledger.take(day.journal, day.journal.message(first + 1, last))
    return end(ledger)


def say_as_of(ledger: Ledger, day: Day, at: int) -> None:
    """The very decision that was taken when the ledger held `at` entries, taking effect now."""
    present = dict(ledger.streams)
    known = {
        key: s._replace(upto=at, head_hash=day.journal.entries[at - 1].hash) for key, s in present.items()
    }
    ledger.streams = known
    ledger.say_no_close(no_close_command())
    ledger.streams = present


def test_one_decision_that_no_close_will_come_ends_alike_whenever_it_takes_effect() -> None:
    chance = random.Random(5)
    before_close = next(e.seq for e in DAY.journal.entries if e.hash == closing_hash(DAY))
    for at in range(OPEN_FROM, before_close):
        ends = [no_close_then(DAY, at=at, said_after=said, chance=chance) for said in range(at, before_close)]

        assert all(one == ends[0] for one in ends)


def test_every_position_of_a_close_is_one_that_the_back_office_may_take() -> None:
    ledger = Ledger()
    ledger.register(DAY.journal)
    for entry in DAY.journal.entries[:9]:
        ledger.take(DAY.journal, DAY.journal.message_of(entry))
        known = ledger.sessions.get(SESSION)
        assert isinstance(known, Open | ClosingCount) == (entry.seq >= OPEN_FROM)
    assert status_of(ledger.sessions[SESSION]) == "closing_count"
