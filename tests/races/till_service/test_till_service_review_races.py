"""Two who review one rescue session at once, and a late sale that comes while it is closed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from integration.till_service.review_room import (
    SECOND,
    ReviewRoom,
    accept,
    close,
    reject,
    review_room,
)
from integration.till_service.terminals import eventually
from integration.till_service.test_till_service_rescue_review import late
from integration.till_service.test_till_service_tables_agree import intake_of
from servers import Broker, FreshDatabase
from service_kit.database import Connection
from till_service.domain.incoming import read_message
from till_service.persistence import loading, words
from unit.till_service.journals import WrittenJournal
from unit.till_service.shared_till import sell

WAITING = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
async def room(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[ReviewRoom]:
    async with review_room(fresh_database, broker) as room:
        yield room


async def test_of_two_who_decide_one_sale_at_once_one_wins_and_the_other_is_told_who(
    room: ReviewRoom,
) -> None:
    await late(room, 500)
    shown = await room.shown()

    answers = await asyncio.gather(
        room.decide(accept(shown)), room.decide(reject(shown, by=SECOND)), room.decide(accept(shown))
    )

    told = sorted(answer.outcome for answer in answers)
    (one, other) = [answer.model_dump() for answer in answers if answer.outcome == "refused"]
    assert told == ["done", "refused", "refused"]
    assert one["code"] == other["code"] == "decided_meanwhile"
    assert "look again" in one["text"]
    assert await room.rows("SELECT count(*) FROM rescue_decision") == [(1,)]


async def test_of_two_who_close_at_once_one_gets_the_number_and_the_other_is_told_it(
    room: ReviewRoom,
) -> None:
    await late(room, 500)
    shown = await room.shown()
    await room.accept(shown)
    session = shown.session.session_id

    answers = await asyncio.gather(room.decide(close(session)), room.decide(close(session, SECOND)))

    by_outcome = {answer.outcome: answer.model_dump() for answer in answers}
    assert by_outcome["done"]["number"] == "B-1"
    assert (by_outcome["refused"]["code"], by_outcome["refused"]["details"]["number"]) == ("closed", "B-1")
    assert await room.rows("SELECT last FROM back_number") == [(1,)]


async def closed_while_a_sale_arrives(
    room: ReviewRoom, monkeypatch: pytest.MonkeyPatch, *, waits: bool
) -> list[tuple[object, ...]]:
    """Close a rescue session and let a late sale arrive before the close is committed."""
    _, guest = await late(room, 500)
    shown = await room.shown()
    await room.accept(shown)
    sell(guest, 700)
    arriving: list[asyncio.Task[None]] = []
    next_number = words.next_number

    async def held_up(connection: Connection, store: str) -> str:
        arriving.append(asyncio.create_task(arrive(room, guest)))
        if waits:
            await eventually(lambda: waiting(room))
        else:
            await arriving[0]
        return await next_number(connection, store)

    monkeypatch.setattr(words, "next_number", held_up)
    assert (await room.close(shown.session.session_id)).outcome == "done"
    await arriving[0]
    return await room.rows(
        "SELECT r.rescue_number, r.status, s.total FROM sale AS s JOIN till_session AS r USING (session_id)"
        " WHERE s.placement = 'rescue' ORDER BY s.total"
    )


async def arrive(room: ReviewRoom, guest: WrittenJournal) -> None:
    message = read_message(guest.address, guest.message(len(guest.entries)))
    await intake_of(room.database)._commit([message])


async def waiting(room: ReviewRoom) -> bool:
    return (await room.rows(WAITING))[0][0] is True


async def test_a_sale_that_comes_while_a_rescue_session_is_closed_waits_and_finds_the_next_one(
    room: ReviewRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = await closed_while_a_sale_arrives(room, monkeypatch, waits=True)

    assert places == [(1, "closed", 500), (2, "outstanding", 700)]


async def test_without_the_lock_it_would_join_a_session_that_is_closed(
    room: ReviewRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LOCK_SESSIONS", loading.LOCK_SESSIONS.replace("FOR NO KEY UPDATE OF s", ""))

    places = await closed_while_a_sale_arrives(room, monkeypatch, waits=False)

    assert places == [(1, "closed", 500), (1, "closed", 700)]
