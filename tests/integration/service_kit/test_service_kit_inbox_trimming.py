"""Answers are remembered for weeks, then forgotten, unless their id may come again in years."""

from uuid import NAMESPACE_URL, uuid4, uuid5

from servers import FreshDatabase
from service_kit.inbox import forget_old

ADD = "INSERT INTO inbox (message_id, received_at) VALUES ($1, clock_timestamp() - make_interval(days => $2))"


async def test_old_answers_are_forgotten_and_those_with_an_id_made_of_their_content_are_not(
    fresh_database: FreshDatabase,
) -> None:
    await fresh_database.with_tables_of("till_service")
    fresh, old, by_content = uuid4(), uuid4(), uuid5(NAMESPACE_URL, "define the store")
    connection = await fresh_database.connect()
    try:
        await connection.execute("SET search_path TO till")
        for message_id, days in ((fresh, 29), (old, 31), (by_content, 4000)):
            await connection.execute(ADD, message_id, days)

        assert await forget_old(connection, days=30) == 1
        left = {row["message_id"] for row in await connection.fetch("SELECT message_id FROM inbox")}
    finally:
        await connection.close()
    assert left == {fresh, by_content}
