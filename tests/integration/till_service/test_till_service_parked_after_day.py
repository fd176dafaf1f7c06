"""What is parked when its day was closed becomes a task, once; the late opening count still routes it."""

from integration.till_service.terminals import key_of
from integration.till_service.test_till_service_tables_agree import database, intake_of
from service_kit.database import Database
from till_service.domain.incoming import read_message
from till_service.messaging.allowed import Allowed
from till_service.messaging.closing import Closing
from till_service.messaging.parked import ParkedWatch
from till_service.messaging.requests import Requests
from till_service.messaging.rescue import Reviewing
from tillday_contracts.rescue_messages import RescueSessions
from tillday_contracts.till_messages import SealDay, TaskRaised
from unit.till_service.back_office import KnownPeople, close_command, no_close_command
from unit.till_service.journals import DAY, NOON, SESSION, WrittenJournal

__all__ = ["database"]


async def sealed(requests: Requests) -> None:
    head = close_command().model_dump(include={"message_id", "correlation_id", "occurred_at", "by"})
    answer = await requests.seal_day(SealDay.model_validate({**head, "store": "S1", "business_date": DAY}))
    assert answer.outcome == "done"


async def test_what_is_parked_under_a_closed_day_is_brought_up_once_and_routed_when_its_count_arrives(
    database: Database,
) -> None:
    journal, requests = WrittenJournal(), Requests(database, lambda: NOON)
    intake = intake_of(database)
    watch = ParkedWatch(database, intake.around)
    await requests.register_journal_key(key_of(journal))
    journal.begin()
    journal.sell(500)
    journal.sell(700)
    await intake._commit([read_message(journal.address, journal.message())])
    before = await watch.look()
    await sealed(requests)

    raised = [await watch.look(), await watch.look()]
    journal.open_till(15_000)
    await intake._commit([read_message(journal.address, journal.message(5))])

    async with database.connection() as connection:
        tasks = await connection.fetch("SELECT session_id, kind, text FROM till_task")
        told = await connection.fetchval("SELECT count(*) FROM outbox WHERE subject = $1", TaskRaised.subject)
        places = await connection.fetch("SELECT DISTINCT placement FROM sale")
    assert (before, raised, told) == (0, [1, 0], 1)
    assert [(t["session_id"], t["kind"]) for t in tasks] == [(SESSION, "parked_after_day")]
    assert tasks[0]["text"].startswith("2 receipts or movements of terminal T1")
    assert [row["placement"] for row in places] == ["session"]


async def test_a_persons_word_makes_a_rescue_session_of_what_is_parked(database: Database) -> None:
    journal, requests = WrittenJournal(), Requests(database, lambda: NOON)
    intake = intake_of(database)
    closing = Closing(intake.around, Allowed(database, KnownPeople()))
    await requests.register_journal_key(key_of(journal))
    journal.begin()
    journal.sell(500)
    await intake._commit([read_message(journal.address, journal.message())])

    answers = [await closing.say_no_close(no_close_command()), await closing.say_no_close(no_close_command())]
    unknown = await closing.say_no_close(no_close_command("9" * 32))
    journal.start_till()
    journal.confirm_opening(15_000)
    journal.sell(700)
    await intake._commit([read_message(journal.address, journal.message(4))])

    reviewing = Reviewing(database, intake.around, Allowed(database, KnownPeople()))
    listed = (await reviewing.sessions(RescueSessions(store="S1"))).sessions
    async with database.connection() as connection:
        counted = await connection.fetchval("SELECT count(*) FROM till_count WHERE session_id = $1", SESSION)
        letters = await connection.fetchval("SELECT count(*) FROM dead_letter")
    assert [b'"done"' in answer for answer in answers] == [True, True]
    assert b"unknown_session" in unknown
    assert [(rescue.original, rescue.sales, rescue.status) for rescue in listed] == [
        (SESSION, 2, "outstanding")
    ]
    assert (counted, letters) == (1, 0)
