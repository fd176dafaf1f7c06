"""A recorded day comes again and again, in any order: no row of the ledger changes."""

import hashlib
import os
import random
from dataclasses import dataclass

from integration.till_service.terminals import key_of, made_service
from integration.till_service.test_till_service_tables_agree import intake_of
from servers import Broker, FreshDatabase
from service_kit.database import Connection
from till_service.messaging.requests import Requests
from unit.till_service.journals import NOON, WrittenJournal

DELIVERIES = int(os.environ.get("TILLDAY_FAULTS_DELIVERIES", "2048"))
AT_ONCE = 256
TABLES = """
    SELECT table_name
      FROM information_schema.tables
     WHERE table_schema = 'till' AND table_type = 'BASE TABLE'
"""


@dataclass
class Delivered:
    """A message as the consumer hands it over."""

    subject: str
    data: bytes


def a_day() -> WrittenJournal:
    journal = WrittenJournal()
    journal.begin()
    journal.open_till(15_000)
    for n in range(60):
        journal.sell(100 + n)
    journal.move("paid_in", 500)
    journal.close_till(15_000 + sum(range(100, 160)) + 500, to_seq=len(journal.entries))
    journal.sell(700)
    return journal


async def digest(connection: Connection) -> str:
    """One value for every row of every table of the ledger."""
    whole = hashlib.sha256()
    for row in sorted(row["table_name"] for row in await connection.fetch(TABLES)):
        rows = await connection.fetch(f'SELECT t::text AS row FROM till."{row}" AS t ORDER BY 1')
        whole.update(row.encode() + b"\0" + b"\n".join(one["row"].encode() for one in rows))
    return whole.hexdigest()


async def test_repeated_deliveries_of_a_recorded_day_change_no_row_of_the_ledger(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    await fresh_database.with_tables_of("till_service")
    service = made_service(fresh_database, broker)
    intake = intake_of(service.database)
    service.database.on_new_connection(intake.clock.read)
    await service.database.start()
    owner = await fresh_database.connect()
    try:
        journal, chance = a_day(), random.Random(5)
        await Requests(service.database, lambda: NOON).register_journal_key(key_of(journal))
        subject = journal.address.subject("journal")
        await intake.handle([Delivered(subject, journal.message())])
        await intake.handle([Delivered(subject, journal.message())])
        before = await digest(owner)
        singles = [Delivered(subject, journal.message_of(entry)) for entry in journal.entries]

        for _ in range(0, DELIVERIES, AT_ONCE):
            await intake.handle(chance.choices(singles, k=AT_ONCE))

        assert await digest(owner) == before
        journal.sell(1)
        await intake.handle([Delivered(subject, journal.message(len(journal.entries)))])
        assert await digest(owner) != before, "a new entry is a change that the digest sees"
    finally:
        await owner.close()
        await service.database.stop()
