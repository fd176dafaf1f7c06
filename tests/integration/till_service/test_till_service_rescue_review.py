"""What came late is reviewed and closed: shown, decided once, numbered; the next late sale begins anew."""

import json
from collections.abc import AsyncIterator

import pytest

from integration.till_service.review_room import (
    SECOND,
    SUPERVISOR,
    ReviewRoom,
    accept,
    close,
    reject,
    repair,
    review_room,
)
from servers import Broker, FreshDatabase
from tillday_contracts.rescue_messages import RescueEntryDecided
from unit.till_service.back_office import close_command, scanned
from unit.till_service.journals import CASHIER, SESSION, WrittenJournal
from unit.till_service.shared_till import close as cash_up
from unit.till_service.shared_till import host, joined, member, sell


@pytest.fixture
async def room(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[ReviewRoom]:
    async with review_room(fresh_database, broker) as room:
        yield room


async def late(room: ReviewRoom, *amounts: int) -> tuple[WrittenJournal, WrittenJournal]:
    """The host sold 4000 and cashed up 19000/19000 without the guest, which sold meanwhile."""
    first, second = host(), joined()
    await room.knows(first, second)
    first.sell(4_000)
    covered = member(second)
    for amount in amounts:
        sell(second, amount)
    cash_up(first, 19_000, covered)
    await room.arrive(first)
    await room.arrive(second)
    return first, second


async def test_a_late_sale_is_shown_with_its_cashier_accepted_and_closed_under_a_number(
    room: ReviewRoom,
) -> None:
    await late(room, 500)
    (listed,) = await room.listed()
    shown = await room.shown()

    answer = await room.accept(shown)
    reviewed = await room.listed()
    closed = await room.close(listed.session_id)

    assert (listed.status, listed.created_by, listed.sales, listed.undecided) == (
        "outstanding",
        CASHIER,
        1,
        1,
    )
    (entry,) = shown.entries
    assert (entry.by, entry.terminal, [(t.tender, t.amount) for t in entry.tenders]) == (
        "C2",
        "T2",
        [("cash", 500)],
    )
    assert entry.body["lines"][0]["name"] == "Apple"  # type: ignore[index,call-overload]
    assert (answer.model_dump()["status"], answer.model_dump()["undecided"]) == ("reviewed", 0)
    assert [r.status for r in reviewed] == ["reviewed"]
    assert closed.model_dump()["number"] == "B-1"
    assert await room.listed() == ()
    (kept,) = await room.listed("closed")
    assert (kept.status, kept.number, kept.closed_by) == ("closed", "B-1", SUPERVISOR)
    assert await room.claimed() == {"cash": 500}


async def test_a_late_sale_that_comes_after_the_close_begins_the_next_rescue_session(
    room: ReviewRoom,
) -> None:
    _, second = await late(room, 500)
    shown = await room.shown()
    await room.accept(shown)
    await room.close(shown.session.session_id)
    before = len(second.entries)
    sell(second, 700)

    await room.arrive(second, before + 1)

    (open_again,) = await room.listed()
    assert (open_again.name, open_again.undecided) == (f"{shown.session.name} #2", 1)
    assert open_again.session_id != shown.session.session_id
    await room.accept(await room.shown())
    assert (await room.close(open_again.session_id)).model_dump()["number"] == "B-2"
    totals = "SELECT sum(sales)::bigint FROM session_tender WHERE session_id = '{}'"
    assert await room.rows(totals.format(shown.session.session_id)) == [(500,)]
    assert await room.rows(totals.format(open_again.session_id)) == [(700,)]


async def test_a_rescue_session_with_an_undecided_entry_is_not_closed(room: ReviewRoom) -> None:
    await late(room, 500, 700)
    shown = await room.shown()
    await room.decide(accept(shown, shown.entries[0]))

    refused = (await room.close(shown.session.session_id)).model_dump()

    assert (refused["code"], refused["details"]) == ("undecided", {"undecided": 1})
    assert (await room.listed())[0].status == "outstanding"


async def test_an_entry_that_comes_while_everything_is_decided_waits_for_a_word_of_its_own(
    room: ReviewRoom,
) -> None:
    _, second = await late(room, 500)
    await room.accept(await room.shown())
    before = len(second.entries)
    sell(second, 700)
    await room.arrive(second, before + 1)

    (again,) = await room.listed()

    assert (again.status, again.sales, again.undecided) == ("outstanding", 2, 1)
    assert (await room.close(again.session_id)).outcome == "refused"


async def test_a_rejected_sale_keeps_its_payload_and_its_money_is_an_unidentified_receipt(
    room: ReviewRoom,
) -> None:
    await late(room, 500, 700)
    shown = await room.shown()

    await room.decide(reject(shown, shown.entries[0]))

    (listed,) = await room.listed()
    assert [(t.tender, t.amount) for t in listed.tenders] == [("cash", 700)]
    assert [(t.tender, t.amount) for t in listed.unidentified] == [("cash", 500)]
    assert await room.claimed() == {"cash": 1_200}
    products = await room.rows(
        f"SELECT quantity, gross FROM session_product WHERE session_id = '{listed.session_id}'"
    )
    assert products == [(1, 700)]
    again = (await room.shown()).entries[0]
    assert again.body == shown.entries[0].body
    assert again.decision is not None
    assert (again.decision.verdict, again.decision.reason) == ("rejected", "Rung up twice")


async def test_nothing_is_claimed_for_a_rejected_sale_for_which_no_cash_was_received(
    room: ReviewRoom,
) -> None:
    await late(room, 500)
    shown = await room.shown()
    assert await room.claimed() == {"cash": 500}

    await room.decide(reject(shown, no_cash=True))

    assert await room.claimed() == {}
    assert await room.unidentified() == {}


async def test_a_decision_may_be_changed_until_the_close_and_every_one_stays_in_the_history(
    room: ReviewRoom,
) -> None:
    await late(room, 500)
    await room.decide(reject(await room.shown()))
    await room.decide(reject(await room.shown(), no_cash=True))
    await room.decide(accept(await room.shown(), by=SECOND))

    shown = await room.shown()

    assert [(d.number, d.verdict, d.by, d.no_cash) for d in shown.history] == [
        (1, "rejected", SUPERVISOR, False),
        (2, "rejected", SUPERVISOR, True),
        (3, "accepted", SECOND, False),
    ]
    assert (await room.claimed(), await room.unidentified()) == ({"cash": 500}, {})
    assert [(t.tender, t.amount) for t in shown.session.tenders] == [("cash", 500)]


async def test_a_repair_counts_with_its_new_body_is_linked_to_the_old_one_and_names_who_approved(
    room: ReviewRoom,
) -> None:
    await late(room, 500)
    shown = await room.shown()
    (entry,) = shown.entries
    body = json.loads(json.dumps(entry.body))
    body["payments"] = [{"tender": "card", "tendered": 500, "change": 0, "amount": 500}]

    answer = (await room.decide(repair(shown, entry, body))).model_dump()
    (repaired,) = (await room.shown()).entries

    assert answer["status"] == "reviewed"
    assert ("payments[0].tender", "cash", "card") in {
        (c["path"], c["before"], c["after"]) for c in answer["changes"]
    }
    assert [(t.tender, t.amount) for t in repaired.tenders] == [("card", 500)]
    assert repaired.decision is not None
    assert (repaired.decision.approved_by, repaired.decision.changes != ()) == (SECOND, True)
    assert await room.claimed() == {"card": 500}
    kept = await room.rows(f"SELECT data FROM journal WHERE hash = '\\x{entry.entry}'")
    assert b'"tender":"cash"' in kept[0][0]  # type: ignore[operator]


async def test_a_repair_that_is_no_sound_receipt_or_moves_it_is_refused(room: ReviewRoom) -> None:
    await late(room, 500)
    shown = await room.shown()
    (entry,) = shown.entries
    broken: dict[str, dict[str, object]] = {
        "do not add up": {"total": 1},
        "not its number": {"number": "T2-AAAAA-9"},
        "not its session_id": {"session_id": "1" * 32},
        "taxes": {"taxes": [{"rate": 700, "gross": 500, "tax": 0}]},
        "accept it instead": {},
    }
    for says, changed in broken.items():
        refused = (await room.decide(repair(shown, entry, {**entry.body, **changed}))).model_dump()
        assert refused["outcome"] == "refused"
        assert says in refused["text"]
    assert (await room.shown()).entries[0].decision is None


async def test_nobody_approves_a_repair_of_their_own_nor_reviews_without_the_right(room: ReviewRoom) -> None:
    await late(room, 500)
    shown = await room.shown()
    (entry,) = shown.entries

    answers = [
        await room.decide(repair(shown, entry, dict(entry.body), approved_by=SUPERVISOR)),
        await room.decide(repair(shown, entry, dict(entry.body), approved_by=CASHIER)),
        await room.decide(accept(shown, by=CASHIER)),
        await room.decide(reject(shown, by=CASHIER)),
        await room.close(shown.session.session_id, CASHIER),
    ]

    assert [a.model_dump()["code"] for a in answers] == ["needs_approval", *["not_allowed"] * 4]


async def test_a_repeated_request_has_one_effect_and_the_same_answer(room: ReviewRoom) -> None:
    await late(room, 500)
    shown = await room.shown()
    decision, end = reject(shown), close(shown.session.session_id)

    answers = [await room.decide(decision), await room.decide(decision)]
    ends = [await room.decide(end), await room.decide(end)]

    assert answers[0] == answers[1]
    assert ends[0] == ends[1]
    assert await room.unidentified() == {"cash": 500}
    assert await room.rows("SELECT count(*) FROM rescue_decision") == [(1,)]
    assert await room.rows(f"SELECT count(*) FROM outbox WHERE subject = '{RescueEntryDecided.subject}'") == [
        (1,)
    ]
    assert await room.told() == [("outstanding", 1), ("reviewed", 0), ("closed", 0)]


async def test_after_the_close_nothing_is_decided_any_more(room: ReviewRoom) -> None:
    await late(room, 500)
    shown = await room.shown()
    await room.accept(shown)
    await room.close(shown.session.session_id)

    answers = [
        (await room.decide(reject(await room.shown(shown.session.session_id), by=SECOND))).model_dump(),
        (await room.close(shown.session.session_id, SECOND)).model_dump(),
    ]

    assert [a["code"] for a in answers] == ["closed", "closed"]
    assert "SV1 closed this rescue session" in str(answers[1]["text"])
    assert "B-1" in str(answers[1]["text"])


async def test_what_the_terminals_own_close_covers_after_all_goes_to_its_session_as_it_was_repaired(
    room: ReviewRoom,
) -> None:
    first = WrittenJournal()
    first.begin()
    first.open_till()
    await room.knows(first)
    report = scanned(first.closing(15_000))
    first.sell(500)
    await room.arrive(first)
    await room.close_till(close_command(report))
    shown = await room.shown()
    card = [{"tender": "card", "tendered": 500, "change": 0, "amount": 500}]
    await room.decide(repair(shown, shown.entries[0], {**shown.entries[0].body, "payments": card}))
    sold = len(first.entries)
    first.close_till(15_500)

    await room.arrive(first, sold + 1)

    assert await room.listed("all") == ()
    assert await room.rows("SELECT session_id, placement FROM sale") == [(SESSION, "session")]
    totals = f"SELECT tender, sales FROM session_tender WHERE session_id = '{SESSION}' ORDER BY tender"
    assert await room.rows(totals) == [("card", 500), ("cash", 0)]
