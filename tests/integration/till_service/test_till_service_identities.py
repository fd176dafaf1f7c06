"""What the store service tells of identities reaches the ledger: revoked terminals, given-up keys."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from pydantic import SecretStr

from integration.till_service.terminals import TerminalLink, ask, eventually, key_of, linked
from servers import Broker, FreshDatabase, free_port
from service_kit.outbox import OutboxMessage, announce
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from till_service.settings import TillSettings
from tillday_contracts.identity_messages import KeysCompromised, TerminalEnrolled, TerminalRevoked
from tillday_contracts.link import Ack
from tillday_contracts.messages import Event
from tillday_contracts.streams import STORE_EVENTS, STREAMS
from unit.till_service.journals import NOON, WrittenJournal

ROWS = "SELECT seq, quarantine FROM journal ORDER BY seq"
UPTO = "SELECT upto FROM terminal_stream"


@pytest.fixture
async def store(migrated: FreshDatabase, broker: Broker) -> AsyncIterator[Service[ServiceSettings]]:
    """The store service as the ledger meets it: an outbox whose events are told and told again."""
    await migrated.migrate("store_service")
    settings = ServiceSettings(
        nats_url=broker.nats_url,
        nats_user="store_service",
        nats_password=SecretStr(broker.password_of("store_service")),
        database_url=migrated.url_of("store_service"),
        database_password=SecretStr(migrated.passwords["store_service"]),
        http_port=free_port(),
    )
    service = Service("store_service", settings)
    service.ensure_streams(STREAMS)
    service.relay_outbox(stream=STORE_EVENTS.name)
    service.answer_replays("tillday.store.replay.v1")
    await service.start()
    yield service
    await service.stop()


async def tell(store: Service[ServiceSettings], kind: type[Event], **fields: object) -> None:
    ids = {name: uuid4() for name in ("message_id", "correlation_id", "causation_id")}
    event = kind.model_validate({**ids, "occurred_at": NOON, "store": "S1", "terminal": "T1", **fields})
    async with store.database.transaction() as connection:
        message = OutboxMessage(event.subject, event.model_dump_json().encode(), event.message_id)
        await announce(connection, message)


async def verdicts(terminal: TerminalLink, journal: WrittenJournal) -> list[str]:
    await terminal.say_hello(journal.hello(acked_upto=len(journal.entries)))
    return [item.kind for item in await terminal.answer()]


async def test_a_revoked_terminal_is_stopped_until_it_is_enrolled_again_and_its_entries_still_count(
    store: Service[ServiceSettings],
    till_service: Service[TillSettings],
    journal: WrittenJournal,
    broker: Broker,
) -> None:
    journal.begin()
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(2)
        assert await verdicts(terminal, journal) == ["ACK", "CONTINUE"], "the control"

        await tell(store, TerminalRevoked, by="SUPERVISOR-1", reason="It was stolen")

        async def stopped() -> bool:
            return await verdicts(terminal, journal) == ["STOP"]

        async def welcome() -> bool:
            return not await stopped()

        await eventually(stopped)
        journal.open_till()
        await terminal.send(journal.message(3))
        assert isinstance(await terminal.acked(4), Ack), "what it sold before is proven, and counts"

        await tell(store, TerminalEnrolled, key_id=journal.key_id)
        await eventually(welcome)


async def test_once_its_key_is_given_up_a_terminals_old_epoch_moves_no_more(
    store: Service[ServiceSettings],
    till_service: Service[TillSettings],
    journal: WrittenJournal,
    broker: Broker,
) -> None:
    unknown = WrittenJournal(key_id="e" * 16, key=bytes(32))
    journal.begin()
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(2)
        await tell(store, KeysCompromised, key_ids=(journal.key_id, unknown.key_id))

        async def given_up() -> bool:
            async with till_service.database.connection() as connection:
                return bool(await connection.fetchval("SELECT count(*) = 2 FROM compromised_key"))

        await eventually(given_up)
        journal.open_till()
        await terminal.send(journal.message(3))
        assert (await terminal.acked(4)).single
        await terminal.say_hello(journal.hello())

        async def told() -> bool:
            async with till_service.database.connection() as connection:
                return "credential_misuse" in [
                    row["kind"] for row in await connection.fetch("SELECT kind FROM alarm_watch")
                ]

        await eventually(told)
        assert terminal.silent(), "a greeting by that key gets no verdict"
    async with till_service.database.connection() as connection:
        assert [tuple(row) for row in await connection.fetch(ROWS)] == [
            (1, False),
            (2, False),
            (3, True),
            (4, True),
        ]
        assert await connection.fetchval(UPTO) == 2
    fresh = WrittenJournal(epoch="ab" * 8, key_id=unknown.key_id, key=unknown.key)
    assert (await ask(till_service, key_of(fresh)))["outcome"] == "done"
    fresh.begin()
    with linked(broker, fresh) as terminal:
        await terminal.send(fresh.message())
        assert (await terminal.acked(2)).single, "also one that was given up before the ledger heard of it"
