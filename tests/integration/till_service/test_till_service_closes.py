"""Closes from the back office on real servers: asked over the broker, answered once, listed, numbered."""

import pytest

from integration.till_service.terminals import ask, linked
from integration.till_service.test_till_service_money import drained
from servers import Broker
from service_kit.service import Service
from till_service.settings import TillSettings
from tillday_contracts.entries import CashUpStarted, CloseHeard
from tillday_contracts.rescue_messages import RescueSessionList, RescueSessions
from tillday_contracts.till_messages import TillSessionChanged
from unit.till_service.back_office import close_command, no_close_command, scanned, typed
from unit.till_service.journals import CASHIER, SESSION, WrittenJournal

Till = Service[TillSettings]
known_people = pytest.mark.usefixtures("store_people")


async def rescues_of(till: Till) -> RescueSessionList:
    question = RescueSessions(store="S1")
    answer = await till.nats.request(question.subject, question.model_dump_json().encode())
    return RescueSessionList.model_validate_json(answer)


@pytest.fixture
def begun(journal: WrittenJournal) -> WrittenJournal:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    return journal


@known_people
@pytest.mark.parametrize("report", [None, typed, scanned])
async def test_a_till_is_closed_from_the_back_office_and_the_terminals_own_close_arrives_after(
    till_service: Till, broker: Broker, begun: WrittenJournal, report: object
) -> None:
    await drained(broker, begun)
    begun.sell(3_000)
    begun.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    closed = begun.closing(19_000)
    begun.write(closed)
    command = close_command(report(closed) if callable(report) else None)

    answer = await ask(till_service, command)
    again = await ask(till_service, command)
    await drained(broker, begun)

    assert (answer["outcome"], answer["number"], answer["status"]) == ("done", "B-1", "closed_back")
    assert again == answer
    assert (await rescues_of(till_service)).sessions == ()
    async with till_service.database.connection() as connection:
        status = await connection.fetchval("SELECT status FROM till_session WHERE session_id = $1", SESSION)
        safe = await connection.fetchval("SELECT sum(amount)::bigint FROM safe_movement")
        waiting = await connection.fetchval("SELECT count(*) FROM till_task")
    assert (status, safe, waiting) == ("closed_back", 4_000, 0)


@known_people
async def test_what_comes_after_the_word_that_no_close_will_come_is_listed_as_a_rescue_session(
    till_service: Till, broker: Broker, begun: WrittenJournal
) -> None:
    await drained(broker, begun)
    await ask(till_service, close_command())
    assert (await ask(till_service, no_close_command()))["outcome"] == "done"
    begun.sell(700)

    await drained(broker, begun)

    listed = (await rescues_of(till_service)).sessions
    assert [(r.name, r.sales, r.original) for r in listed] == [("RESCUE B-1", 1, SESSION)]
    assert [(t.tender, t.amount) for t in listed[0].tenders] == [("cash", 700)]
    assert listed[0].reasons == ("the session's count does not cover it",)


@known_people
async def test_a_terminal_that_said_hello_a_moment_ago_hears_first_that_its_till_is_to_be_closed(
    till_service: Till, broker: Broker, begun: WrittenJournal
) -> None:
    with linked(broker, begun) as terminal:
        await terminal.send(begun.message())
        await terminal.acked(len(begun.entries))
        await terminal.say_hello(begun.hello(acked_upto=len(begun.entries)))
        await terminal.answer()

    report = scanned(begun.closing(16_000))
    wished = await ask(till_service, close_command(report))
    begun.write(CloseHeard(session_id=SESSION, desired_rev=1))
    await drained(broker, begun)
    heard = await ask(till_service, close_command())

    assert (wished["outcome"], wished["number"], wished["status"]) == ("done", "B-1", "open")
    assert (heard["number"], heard["status"]) == ("B-1", "closed_back")
    async with till_service.database.connection() as connection:
        safe = await connection.fetchval("SELECT sum(amount)::bigint FROM safe_movement")
        told = await connection.fetch(
            "SELECT body FROM outbox WHERE subject = $1 ORDER BY id", TillSessionChanged.subject
        )
    wishes = [TillSessionChanged.model_validate_json(row["body"]).close_wished for row in told]
    assert (safe, wishes[-4:]) == (1_000, [False, True, True, False])


@known_people
async def test_a_report_that_cannot_be_read_is_refused_with_what_to_do(
    till_service: Till, broker: Broker, begun: WrittenJournal
) -> None:
    await drained(broker, begun)
    closed = begun.closing(16_000)
    wrong = scanned(closed).model_copy(update={"payload": "https://example.org"})

    answer = await ask(till_service, close_command(wrong))

    assert (answer["outcome"], answer["code"]) == ("refused", "unreadable_evidence")


@known_people
async def test_who_has_no_right_to_it_closes_no_till_and_says_nothing_of_its_close(
    till_service: Till, broker: Broker, begun: WrittenJournal
) -> None:
    await drained(broker, begun)

    refusals = [
        await ask(till_service, close_command(by=CASHIER)),
        await ask(till_service, close_command(by="SV9")),
        await ask(till_service, no_close_command(by=CASHIER)),
    ]

    assert [refusal["code"] for refusal in refusals] == ["not_allowed"] * 3
    assert refusals[0]["details"] == {"right": "close_till"}
    assert (await ask(till_service, close_command()))["number"] == "B-1"


async def test_while_nobody_can_tell_who_works_there_no_till_is_closed_and_a_repeat_goes_on(
    till_service: Till, broker: Broker, begun: WrittenJournal
) -> None:
    await drained(broker, begun)

    assert (await ask(till_service, close_command()))["outcome"] == "failed"
    async with till_service.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM back_close") == 0
