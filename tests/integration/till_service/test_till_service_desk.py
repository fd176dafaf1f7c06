"""The dead-letter desk on PostgreSQL: what waits there is shown, retried, repaired or discarded, once."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest

from integration.till_service.terminals import ask, key_of, linked, made_service, running
from integration.till_service.test_till_service_tables_agree import intake_of
from servers import Broker, FreshDatabase
from service_kit.database import Database
from till_service.domain.incoming import read_message
from till_service.messaging.allowed import Allowed
from till_service.messaging.desk import Desk
from till_service.messaging.requests import Requests
from tillday_contracts.desk_messages import (
    DeadLetterList,
    DeadLetters,
    DeadLetterShown,
    DiscardDeadLetter,
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.journal import canonical
from tillday_contracts.till_messages import DaySettled
from unit.till_service.back_office import KnownPeople
from unit.till_service.journals import NOON, SESSION, WrittenJournal, tampered


@dataclass
class Counter:
    """The people at the desk, and the ledger behind it."""

    database: Database
    owner: FreshDatabase
    desk: Desk

    async def send(self, journal: WrittenJournal, message: bytes) -> None:
        await self.desk.intake._isolating([read_message(journal.address, message)])

    async def letters(self, state: str = "open") -> DeadLetterList:
        return await self.desk.dead_letters(DeadLetters.model_validate({"store": "S1", "state": state}))

    async def only(self) -> str:
        (letter,) = (await self.letters()).letters
        return letter.digest

    async def shown(self, digest: str) -> DeadLetterShown:
        shown = await self.desk.show(ShowDeadLetter(store="S1", digest=digest))
        assert isinstance(shown, DeadLetterShown), shown
        return shown

    async def retry(self, digest: str) -> dict[str, object]:
        return answer(await self.desk.retry(RetryDeadLetter.model_validate(word(digest))))

    async def repair(self, digest: str, body: object, by: str = "SV2") -> dict[str, object]:
        said = {**word(digest), "body": body, "approved_by": by}
        return answer(await self.desk.repair(RepairDeadLetter.model_validate(said)))

    async def discard(self, digest: str) -> dict[str, object]:
        return answer(await self.desk.discard(DiscardDeadLetter.model_validate(word(digest))))

    async def rule(self, statement: str) -> None:
        owner = await self.owner.connect()
        await owner.execute(statement)
        await owner.close()

    async def value(self, query: str, *values: object) -> object:
        async with self.database.connection() as connection:
            return await connection.fetchval(query, *values)

    async def cash_sold(self) -> object:
        return await self.value("SELECT sales FROM session_tender WHERE session_id = $1", SESSION)

    async def held_back(self) -> list[str]:
        asked = DaySettled(store="S1", business_date=date(2026, 3, 15))
        return list((await Requests(self.database, lambda: NOON).day_settled(asked)).reasons)


def word(digest: str, by: str = "SV1") -> dict[str, object]:
    ids = {"message_id": uuid4(), "correlation_id": uuid4()}
    return {
        **ids,
        "occurred_at": NOON,
        "by": by,
        "store": "S1",
        "digest": digest,
        "reason": "Looked at it",
    }


def answer(body: bytes) -> dict[str, object]:
    return dict(json.loads(body))


@pytest.fixture
async def counter(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[Counter]:
    await fresh_database.with_tables_of("till_service")
    service = made_service(fresh_database, broker)
    intake = intake_of(service.database)
    service.database.on_new_connection(intake.clock.read)
    await service.database.start()
    try:
        allowed = Allowed(service.database, KnownPeople())
        yield Counter(
            service.database, fresh_database, Desk(service.database, intake.around, allowed, intake)
        )
    finally:
        await service.database.stop()


@pytest.fixture
async def journal(counter: Counter) -> WrittenJournal:
    written = WrittenJournal()
    await Requests(counter.database, lambda: NOON).register_journal_key(key_of(written))
    written.begin()
    written.open_till(15_000)
    return written


def absurd_sale(journal: WrittenJournal) -> dict[str, object]:
    """Write a sale whose total no version can hold; returns the body that it should have had."""
    envelope = json.loads(journal.bytes_of(journal.sale(700)))
    body = dict(envelope["body"])
    journal.write_bytes(canonical({**envelope, "body": {**body, "total": 10**15}}))
    return body


async def test_an_entry_that_the_ledger_can_hold_after_an_update_is_retried(
    counter: Counter, journal: WrittenJournal
) -> None:
    await counter.rule("ALTER TABLE till.sale ADD CONSTRAINT odd CHECK (total <> 666)")
    journal.sell(666)
    journal.sell(1_000)
    await counter.send(journal, journal.message())
    digest = await counter.only()
    refused = await counter.retry(digest[:10])
    assert (refused["outcome"], refused["code"]) == ("refused", "still_impossible")
    assert await counter.held_back() == ["There are 1 entries of the store on the dead-letter desk."]
    await counter.rule("ALTER TABLE till.sale DROP CONSTRAINT odd")

    done = await counter.retry(digest[:10])

    assert (done["outcome"], done["closed"]) == ("done", "retried")
    assert await counter.cash_sold() == 1_666
    assert await counter.held_back() == []
    assert (await counter.retry(digest))["code"] == "closed"
    assert await counter.cash_sold() == 1_666
    assert await counter.value("SELECT last_receipt FROM terminal_stream") == 2
    told = await counter.value(
        "SELECT count(*) FROM outbox WHERE subject = 'tillday.event.till.dead_letter_closed.v1'"
    )
    assert told == 1


async def test_a_repair_is_a_new_entry_linked_to_the_old_one_with_its_difference_and_approver(
    counter: Counter, journal: WrittenJournal
) -> None:
    right = absurd_sale(journal)
    await counter.send(journal, journal.message())
    digest = await counter.only()
    shown = await counter.shown(digest)
    assert shown.entry_type == "SALE"
    assert journal.entries[-1].data not in base64.b64decode(shown.body)  # it travels in base64 itself
    assert (await counter.repair(digest, right, by="SV1"))["code"] == "needs_approval"
    assert (await counter.repair(digest, {**right, "total": "no"}))["code"] == "bad_repair"
    assert await counter.cash_sold() == 0

    done = await counter.repair(digest, right)

    change = {"path": "total", "before": 10**15, "after": 700}
    assert (done["outcome"], done["closed"], done["changes"]) == ("done", "repaired", [change])
    assert await counter.cash_sold() == 700
    kept = (await counter.shown(digest)).letter.closed
    assert kept is not None
    assert (kept.outcome, kept.by, kept.approved_by) == ("repaired", "SV1", "SV2")
    stored = await counter.value("SELECT data FROM journal WHERE placement = 'desk'")
    assert stored == journal.entries[-1].data, "the bytes that were hashed never change"
    assert await counter.held_back() == []


async def test_a_letter_of_damaged_bytes_closes_itself_when_the_intact_entry_arrives(
    counter: Counter, journal: WrittenJournal
) -> None:
    entry = journal.sell(900)
    await counter.send(journal, journal.message(1, 4))
    await counter.send(journal, journal.message_of(tampered(entry)))
    await counter.send(journal, journal.message_of(tampered(entry)))
    digest = await counter.only()
    waiting = (await counter.shown(digest)).letter
    assert waiting.place is not None
    assert (waiting.place.proven, waiting.attempts) == (False, 2)
    assert (await counter.repair(digest, {"total": 1}))["code"] == "unproven"
    assert (await counter.retry(digest))["code"] == "still_impossible"

    await counter.send(journal, journal.message_of(entry))

    closed = (await counter.shown(digest)).letter.closed
    assert closed is not None
    assert (closed.outcome, closed.by) == ("arrived", None)
    assert (await counter.letters()).letters == ()
    assert await counter.held_back() == []


async def test_left_entries_whose_key_was_not_registered_enter_by_a_retry_once_it_is(
    counter: Counter, journal: WrittenJournal
) -> None:
    stranger = WrittenJournal(key_id="f" * 16, key=b"s" * 32, epoch="0" * 16)
    stranger.begin()
    await counter.send(stranger, stranger.message(1, 1, quarantine=True))
    digest = await counter.only()
    assert (await counter.retry(digest))["outcome"] == "refused"
    await Requests(counter.database, lambda: NOON).register_journal_key(key_of(stranger))

    done = await counter.retry(digest)

    assert done["closed"] == "arrived"
    assert await counter.value("SELECT count(*) FROM journal WHERE quarantine") == 1


async def test_noise_is_discarded_with_a_reason_and_its_bytes_stay(
    counter: Counter, journal: WrittenJournal
) -> None:
    subject = journal.address.subject("journal")
    await counter.desk.intake.handle([Noise(subject, b"\xff\x00 noise")])
    digest = await counter.only()
    assert (await counter.retry(digest))["code"] == "unreadable"

    done = await counter.discard(digest)

    assert done["closed"] == "discarded"
    assert await counter.held_back() == []
    (letter,) = (await counter.letters("closed")).letters
    assert letter.closed is not None
    assert letter.closed.reason == "Looked at it"
    assert base64.b64decode((await counter.shown(digest)).body) == b"\xff\x00 noise"
    missing = await counter.desk.show(ShowDeadLetter(store="S2", digest=digest))
    assert missing.outcome == "refused", "another store's desk does not show it"


@dataclass
class Noise:
    """A message of the journal stream."""

    subject: str
    data: bytes


@pytest.mark.usefixtures("store_people")
async def test_the_desk_answers_over_the_broker_and_a_repeated_decision_gets_the_same_answer(
    migrated: FreshDatabase, broker: Broker
) -> None:
    journal = WrittenJournal()
    async with running(made_service(migrated, broker)) as service:
        await ask(service, key_of(journal))
        journal.begin()
        with linked(broker, journal) as terminal:
            await terminal.send(b"noise")
            await terminal.send(journal.message())
            await terminal.acked(2)
        listed = DeadLetterList.model_validate(await ask(service, DeadLetters(store="S1")))
        command = DiscardDeadLetter.model_validate(word(listed.letters[0].digest))

        first = await ask(service, command)

        assert first["closed"] == "discarded"
        assert await ask(service, command) == first
