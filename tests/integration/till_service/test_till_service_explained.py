"""Explaining a till out of the tables: what the ledger holds of it, and what came late."""

from collections.abc import AsyncIterator

import pytest

from integration.till_service.review_room import ReviewRoom, review_room
from integration.till_service.test_till_service_rescue_review import late
from servers import Broker, FreshDatabase
from till_service.messaging.explaining import Explaining
from tillday_contracts.explain_messages import ExplainTill, TillExplained
from tillday_contracts.messages import Refused
from tillday_contracts.rescue_messages import NamedCount
from unit.till_service.journals import SESSION


@pytest.fixture
async def room(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[ReviewRoom]:
    async with review_room(fresh_database, broker) as room:
        yield room


async def explained(room: ReviewRoom, **asked: object) -> TillExplained:
    question = ExplainTill.model_validate({"store": "S1", "session_id": SESSION, **asked})
    told = await Explaining(room.database).till(question)
    assert isinstance(told, TillExplained), told
    return told


async def test_a_difference_is_followed_to_the_late_sale_that_lay_in_the_drawer(room: ReviewRoom) -> None:
    await late(room, 500)
    before = await explained(room)
    assert [(one.kind, one.amount, one.expected) for one in before.lines] == [("sale", 4_000, 19_000)]
    assert before.cash_up is not None
    assert (before.begins, before.expected, before.cash_up.figures.counted) == (15_000, 19_000, 19_000)
    assert before.cash_up.late == ()

    await room.accept(await room.shown(), count=NamedCount(session_id=SESSION, kind="cash_up"))
    after = await explained(room, tender="cash")

    assert after.cash_up is not None
    assert [one.amount for one in after.cash_up.late] == [500]
    assert after.cash_up.late[0].what.startswith("T2-")
    assert (after.cash_up.figures.difference, after.cash_up.figures.settled) == (0, -500)
    assert after.lines == before.lines


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"session_id": "0" * 32}, "unknown_session"),
        ({"store": "S2"}, "unknown_session"),
        ({"tender": "beads"}, "unknown_tender"),
    ],
)
async def test_what_is_not_there_is_said(room: ReviewRoom, asked: dict[str, str], code: str) -> None:
    await late(room)
    question = ExplainTill.model_validate({"store": "S1", "session_id": SESSION, **asked})

    told = await Explaining(room.database).till(question)

    assert isinstance(told, Refused)
    assert told.code == code
