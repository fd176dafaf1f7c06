"""A date of a store is sealed, unused or settled, as the ledger on a real database says."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from integration.till_service.terminals import ask, linked
from integration.till_service.test_till_service_ledger import Till, number, only_row
from servers import Broker
from tillday_contracts.till_messages import DaySettled, ReleaseDay, SealDay
from unit.till_service.journals import DAY, SESSION, WrittenJournal
from unit.till_service.store_terms import KnownTerms


def seal(scope: str = "date") -> SealDay:
    return SealDay.model_validate(
        {
            "message_id": uuid4(),
            "correlation_id": uuid4(),
            "occurred_at": datetime.now(UTC),
            "by": "M1",
            "store": "S1",
            "business_date": DAY,
            "scope": scope,
        }
    )


async def test_a_day_is_sealed_once_its_tills_are_closed_and_later_starts_are_late(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(4)
        refused = await ask(till_service, seal())
        journal.close_till(15_000)
        await terminal.send(journal.message(5))
        await terminal.acked(6)
        sealed = [await ask(till_service, seal()) for _ in range(2)]
        journal.session = "2" * 32
        journal.open_till(15_000)
        await terminal.send(journal.message(7))
        await terminal.acked(8)
        after = await ask(till_service, seal())

    assert refused["sealed"] is False
    assert refused["tills"][0]["session_id"] == SESSION  # type: ignore[index]
    assert [answer["sealed"] for answer in (*sealed, after)] == [True, True, True]
    late = await only_row(till_service, "SELECT late FROM till_session WHERE session_id = $1", "2" * 32)
    assert late["late"] is True


async def test_a_date_is_unused_until_a_till_starts_for_it_and_its_seal_can_be_lifted(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    unused = await ask(till_service, seal("unused"))
    release = ReleaseDay.model_validate(seal().model_dump(exclude={"scope"}))
    lifted = [await ask(till_service, release) for _ in range(2)]
    journal.begin()
    journal.open_till(15_000)
    journal.close_till(15_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(6)
    used = await ask(till_service, seal("unused"))

    assert unused["sealed"] is True
    assert [answer["outcome"] for answer in lifted] == ["done", "done"]
    row = await only_row(till_service, "SELECT late FROM till_session WHERE session_id = $1", SESSION)
    assert row["late"] is False, "the seal was lifted"
    assert used["sealed"] is False
    assert [till["status"] for till in used["tills"]] == ["closed_front"]  # type: ignore[attr-defined]


async def test_a_late_session_and_what_was_rescued_from_it_leave_a_date_unused(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    assert (await ask(till_service, seal()))["sealed"] is True
    journal.begin()
    journal.open_till(15_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(4)
    await write_rescue_session(till_service)

    assert (await ask(till_service, seal("unused")))["sealed"] is True


async def write_rescue_session(service: Till) -> None:
    async with service.database.connection() as connection:
        await connection.execute(
            """
            INSERT INTO till_session (session_id, store, terminal, till, business_date, status, epoch,
                                      start_seq, rescue_of, rescue_number)
            SELECT $1, store, terminal, till, business_date, 'outstanding', epoch, start_seq, session_id, 1
              FROM till_session
             WHERE session_id = $2
            """,
            "f" * 32,
            SESSION,
        )


async def soon_settled(till_service: Till, question: DaySettled) -> dict[str, object]:
    """The answer once nothing waits any more, or the last one after a while."""
    answer = await ask(till_service, question)
    for _ in range(150):
        if answer["settled"]:
            break
        await asyncio.sleep(0.1)
        answer = await ask(till_service, question)
    return answer


async def test_a_date_is_settled_once_its_till_is_posted_and_nothing_of_it_waits(
    till_service: Till, broker: Broker, journal: WrittenJournal, store_terms: KnownTerms
) -> None:
    store_terms.catalogue.clear()
    question = DaySettled(store="S1", business_date=DAY)
    journal.begin()
    journal.open_till(15_000)
    journal.sell(500)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(5)
        running = await ask(till_service, question)
        journal.close_till(15_500)
        await terminal.send(journal.message(6))
        await terminal.acked(7)
        waiting = await ask(till_service, question)
        store_terms.catalogue |= {"4001", "4002"}
        settled = await soon_settled(till_service, question)
        journal.sell(500)
        await terminal.send(journal.message(8))
        await terminal.acked(8)
    rescued = await ask(till_service, question)

    assert (running["settled"], running["reasons"]) == (False, ["The till T1-A is not cashed up."])
    assert waiting["reasons"] == ["A session of the till T1-A is not posted yet."]
    assert settled["settled"] is True
    assert rescued["reasons"] == ["The rescue session of the till T1-A waits for its review."]


async def test_a_look_at_other_dates_seals_nothing(till_service: Till) -> None:
    assert (await ask(till_service, seal("other_dates")))["sealed"] is True

    assert await number(till_service, "SELECT count(*) FROM day_seal WHERE sealed_at IS NOT NULL") == 0
