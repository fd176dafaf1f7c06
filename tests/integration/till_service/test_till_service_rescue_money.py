"""The money of late entries: the count that a reviewer names, what a lost journal moved, and the safe."""

from collections.abc import AsyncIterator

import pytest

from integration.till_service.review_room import ReviewRoom, accept, reject, review_room
from servers import Broker, FreshDatabase
from tillday_contracts.entries import InitialCountConfirmed, OpeningTender, TenderCount, TillClosed
from tillday_contracts.rescue_messages import NamedCount
from unit.till_service.journals import CASHIER, DAY, SESSION, WrittenJournal
from unit.till_service.shared_till import TILL, close, host, joined, member, sell

SECOND_SESSION = "1" * 32
OPENING = NamedCount(session_id=SECOND_SESSION, kind="opening")
CASH_UP = NamedCount(session_id=SESSION, kind="cash_up")
LOST_EPOCH, NEXT_EPOCH = "5f0c3a9d17e2b846", "09b1e77c4d20f3a5"


@pytest.fixture
async def room(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[ReviewRoom]:
    async with review_room(fresh_database, broker) as room:
        yield room


def cash(expected: int, counted: int) -> TenderCount:
    return TenderCount(
        tender="cash",
        opening=15_000,
        expected=expected,
        counted=counted,
        difference=counted - expected,
        kept=15_000,
        moved=counted - 15_000,
    )


def counted_close(journal: WrittenJournal, expected: int, counted: int, *, n: int = 1) -> TillClosed:
    return journal.closing(expected, n=n).model_copy(update={"tenders": (cash(expected, counted),)})


def open_next(journal: WrittenJournal, expected: int, counted: int) -> None:
    """The next session of the till, counted with a difference."""
    journal.session = SECOND_SESSION
    journal.start_till()
    tender = OpeningTender(tender="cash", expected=expected, counted=counted, difference=counted - expected)
    journal.write(
        InitialCountConfirmed(session_id=SECOND_SESSION, business_date=DAY, by=CASHIER, tenders=(tender,))
    )


async def counted_with_the_guests_money(room: ReviewRoom) -> tuple[WrittenJournal, WrittenJournal]:
    """The guest's 500 lay in the drawer before the count, and was asked for at the next one."""
    first, second = host(), joined()
    await room.knows(first, second)
    first.sell(4_000)
    covered = member(second)
    sell(second, 500)
    ended = counted_close(first, 19_000, 19_500)
    first.write(ended.model_copy(update={"manifest": (*ended.manifest, covered)}))
    await room.arrive(first)
    await room.arrive(second)
    sent = len(first.entries)
    open_next(first, 15_500, 15_000)
    await room.arrive(first, sent + 1)
    return first, second


async def test_the_count_that_a_reviewer_names_has_the_money_and_both_counts_are_settled_to_nothing(
    room: ReviewRoom,
) -> None:
    await counted_with_the_guests_money(room)
    shown = await room.shown()
    assert [(p.tender, p.count) for p in shown.entries[0].places] == [("cash", OPENING)]
    assert await room.settlements() == []
    beside = await room.beside(shown, shown.entries[0])
    assert [(c.count, c.difference, c.settled, c.has_it) for c in beside.counts][1:] == [
        (CASH_UP, 500, 500, False),
        (OPENING, -500, -500, True),
    ]
    assert [line.type for line in beside.host.lines if line.type == "TILL_CLOSED"] == ["TILL_CLOSED"]
    assert [line.hash for line in beside.other.lines][-1] == shown.entries[0].entry

    await room.accept(shown, count=CASH_UP)

    assert [p.count for p in (await room.shown()).entries[0].places] == [CASH_UP]
    assert await room.settlements() == [
        (SECOND_SESSION, "opening", "cash", 500),
        (SESSION, "cash_up", "cash", -500),
    ]
    recorded = await room.rows("SELECT kind, counted - expected FROM till_count ORDER BY kind, 2")
    assert recorded == [("cash_up", 500), ("opening", -500), ("opening", 0)]
    again = await room.shown()
    await room.decide(accept(again))
    assert await room.settlements() == []
    assert await room.rows("SELECT sum(amount)::bigint, count(*) FROM settlement") == [(0, 4)]


async def test_only_a_count_of_the_till_is_named_and_not_for_what_its_host_sold(room: ReviewRoom) -> None:
    first, _ = await counted_with_the_guests_money(room)
    guests = await room.shown()
    unknown = NamedCount(session_id="9" * 32, kind="cash_up")
    first.session = SESSION
    late = len(first.entries)
    first.sell(700)
    await room.arrive(first, late + 1)
    shown = await room.shown()
    own = next(entry for entry in shown.entries if entry.terminal == "T1")

    answers = [
        (await room.decide(accept(guests, count=unknown))).model_dump(),
        (await room.decide(accept(shown, own, count=OPENING))).model_dump(),
    ]

    assert [a["code"] for a in answers] == ["unknown_count", "own_count"]
    assert (await room.decide(accept(shown, own))).outcome == "done"


async def forked(room: ReviewRoom) -> None:
    """4000 sent; the disk is restored; 500 and a cash-up in the lost branch; the fork counts 15000."""
    lost = WrittenJournal()
    lost.begin()
    lost.open_till()
    lost.sell(4_000)
    await room.knows(lost)
    await room.arrive(lost)
    known = len(lost.entries)
    after = lost.next_epoch(NEXT_EPOCH)
    follows, held = lost.position(known), member(lost, known)
    lost.sell(500)
    lost.write(counted_close(lost, 19_500, 19_500))
    after.begin(follows=follows)
    ended = counted_close(after, 19_000, 15_000)
    after.write(ended.model_copy(update={"manifest": (held, *ended.manifest)}))
    await room.arrive(after)
    await room.arrive(lost, known + 1, quarantine=True)


async def test_what_a_lost_journal_sold_and_moved_waits_for_a_persons_accept_and_settles_the_count(
    room: ReviewRoom,
) -> None:
    await forked(room)
    shown = await room.shown()
    by_kind = {entry.kind: entry for entry in shown.entries}

    assert (shown.session.undecided, shown.session.sales, shown.session.movements) == (2, 1, 1)
    assert all(entry.quarantine for entry in shown.entries)
    assert [(t.tender, t.amount) for t in by_kind["count"].tenders] == [("cash", -4_500)]
    assert await room.settlements() == [(SESSION, "cash_up", "cash", 4_000)]
    assert await room.safe() == 0
    assert (await room.close(shown.session.session_id)).outcome == "refused"

    await room.accept(shown)

    assert await room.safe() == 4_500
    assert await room.settlements() == [(SESSION, "cash_up", "cash", 4_000)]
    assert (await room.close(shown.session.session_id)).model_dump()["number"] == "B-1"


async def test_a_lost_count_that_moved_nothing_after_all_is_rejected_and_its_settlement_taken_back(
    room: ReviewRoom,
) -> None:
    await forked(room)
    shown = await room.shown()
    await room.accept(shown)
    again = await room.shown()
    moved = next(entry for entry in again.entries if entry.kind == "count")

    await room.decide(reject(again, moved, no_cash=True))

    assert await room.safe() == 0
    assert await room.unidentified() == {}
    assert await room.settlements() == [(SESSION, "cash_up", "cash", -500)]


async def test_a_rescue_session_is_in_the_stores_balance_once_it_is_closed(room: ReviewRoom) -> None:
    first, second = host(), joined()
    await room.knows(first, second)
    covered = member(second)
    first.sell(4_000)
    sell(second, 500)
    close(first, 19_000, covered)
    await room.arrive(first)
    await room.arrive(second)
    waiting = await room.balance()

    await room.accept(await room.shown())
    await room.close((await room.listed())[0].session_id)

    told = await room.balance()
    assert [(t.tender, t.amount) for t in waiting.balance] == [("cash", 4_000)]
    assert [(t.tender, t.amount) for t in waiting.waiting] == [("cash", 500)]
    assert [(t.tender, t.amount) for t in told.balance] == [("cash", 4_500)]
    assert told.waiting == ()
    assert [(one.kind, one.status) for one in told.sessions] == [
        ("regular", "closed_front"),
        ("rescue", "closed"),
    ]


async def test_a_late_pickup_reaches_the_safe_when_it_is_accepted_and_leaves_it_when_it_is_rejected(
    room: ReviewRoom,
) -> None:
    first, second = host(), joined()
    await room.knows(first, second)
    covered = member(second)
    second.write(second.movement("pickup", 2_000).model_copy(update={"till": TILL}))
    close(first, 15_000, covered)
    await room.arrive(first)
    await room.arrive(second)
    waiting = await room.safe()

    await room.accept(await room.shown())
    accepted = await room.safe()
    await room.decide(reject(await room.shown()))

    assert (waiting, accepted, await room.safe()) == (0, 2_000, 0)
    assert await room.claimed() == {"cash": -2_000}
    assert await room.unidentified() == {"cash": -2_000}
