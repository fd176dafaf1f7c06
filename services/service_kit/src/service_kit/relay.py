"""The relay: the one process per schema that numbers the outbox and publishes it to JetStream.

A position is given and committed before the message leaves: a crash repeats messages but leaves no hole.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
import nats.js.errors
import structlog

from service_kit.backoff import Backoff, together
from service_kit.crash import crash_point
from service_kit.database import DatabaseAddress, connection_options
from service_kit.failures import TransientError, describe
from service_kit.links import NatsLink
from service_kit.outbox import MESSAGE_ID_HEADER, POSITION_HEADER, PREVIOUS_HEADER, TIMELINE_HEADER

log = structlog.get_logger()

BATCH: Final = 500
POLL_SECONDS: Final = 1.0
STANDBY_SECONDS: Final = 1.0
PUBLISH_TIMEOUT: Final = 2.0

TRY_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('outbox relay of ' || $1, 0))"
READ_PRODUCER: Final = "SELECT timeline, position FROM outbox_producer"
CREATE_PRODUCER: Final = "INSERT INTO outbox_producer (timeline) VALUES ($1)"
RENEW_TIMELINE: Final = "UPDATE outbox_producer SET timeline = $1"
NUMBER_WAITING: Final = """
    WITH waiting AS (
        SELECT id, row_number() OVER (ORDER BY id) AS nth
          FROM (SELECT id FROM outbox WHERE position IS NULL ORDER BY id LIMIT $1) AS oldest
    ), counter AS (
        UPDATE outbox_producer
           SET position = position + (SELECT count(*) FROM waiting)
     RETURNING position - (SELECT count(*) FROM waiting) AS before
    )
    UPDATE outbox
       SET position = counter.before + waiting.nth
      FROM waiting, counter
     WHERE outbox.id = waiting.id
"""
READ_UNPUBLISHED: Final = """
    SELECT position, message_id, subject, headers, body
      FROM outbox
     WHERE published_at IS NULL AND position IS NOT NULL
     ORDER BY position
     LIMIT $1
"""
MARK_PUBLISHED: Final = """
    UPDATE outbox SET published_at = clock_timestamp() WHERE position = ANY($1::bigint[])
"""


@dataclass
class Producer:
    """Which life of the outbox this is, and the last position given in it."""

    timeline: int
    position: int


def must_renew(stored: Producer, highest_seen: Producer | None) -> bool:
    """A stored position below one already published in the same life: the database was restored."""
    return (
        highest_seen is not None
        and highest_seen.timeline == stored.timeline
        and highest_seen.position > stored.position
    )


class Relay:
    """Publishes one schema's outbox. Each replica runs one: who holds the lock works, the others stand by."""

    def __init__(
        self,
        address: DatabaseAddress,
        nats_link: NatsLink,
        *,
        random_bytes: Callable[[int], bytes],
        stream: str | None = None,
    ) -> None:
        self._address = address
        self._nats = nats_link
        self._random_bytes = random_bytes
        self._stream = stream
        self._highest: Producer | None = None
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled. Whatever is away is waited for."""
        for delay in Backoff(longest=1.0).delays():
            try:
                await self._with_a_connection()
            except Exception as error:
                log.warning("relay pauses", reason=describe(error), again_in=round(delay, 2))
            await asyncio.sleep(delay)

    async def _with_a_connection(self) -> None:
        connection = await asyncpg.connect(**connection_options(self._address))
        try:
            await connection.add_listener(f"outbox_{self._address.schema}", self._wake)
            await self._stand_by(connection)
            await self._lead(connection)
        finally:
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.shield(connection.close(timeout=1))

    async def _stand_by(self, connection: asyncpg.Connection) -> None:
        """Until the lock is ours. Trying, not waiting, so that no statement outlasts its time limit."""
        while True:
            if await connection.fetchval(TRY_LOCK, self._address.schema):
                return
            await asyncio.sleep(STANDBY_SECONDS)

    def _wake(self, *_notification: object) -> None:
        self._woken.set()

    async def _lead(self, connection: asyncpg.Connection) -> None:
        producer = await self._take_up(connection)
        log.info("relay publishes", schema=self._address.schema, position=producer.position)
        while True:
            self._woken.clear()
            if not await self._publish_some(connection, producer):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._woken.wait()

    async def _take_up(self, connection: asyncpg.Connection) -> Producer:
        """Read our timeline; begin a new one where none is or where the database went back in time."""
        row = await connection.fetchrow(READ_PRODUCER)
        if row is None:
            made = Producer(self._new_timeline(), 0)
            await connection.execute(CREATE_PRODUCER, made.timeline)
            return made
        stored = Producer(row["timeline"], row["position"])
        if must_renew(stored, self._highest) or must_renew(stored, await self._last_in_stream()):
            stored.timeline = self._new_timeline()
            await connection.execute(RENEW_TIMELINE, stored.timeline)
            log.warning("the database went back in time: readers will rebuild", schema=self._address.schema)
        return stored

    def _new_timeline(self) -> int:
        return int.from_bytes(self._random_bytes(8), signed=True) or 1

    async def _last_in_stream(self) -> Producer | None:
        if self._stream is None:
            return None
        try:
            state = (await self._nats.jetstream.stream_info(self._stream)).state
            if state.messages == 0:
                return None
            message = await self._nats.jetstream.get_msg(self._stream, seq=state.last_seq)
        except nats.js.errors.NotFoundError:
            return None
        headers = message.headers or {}
        if TIMELINE_HEADER not in headers:
            return None
        return Producer(int(headers[TIMELINE_HEADER]), int(headers[POSITION_HEADER]))

    async def _publish_some(self, connection: asyncpg.Connection, producer: Producer) -> bool:
        """Number what waits, publish it, mark what JetStream holds. False when nothing was left."""
        if not self._nats.connected:
            raise TransientError("the broker is away")
        await connection.execute(NUMBER_WAITING, BATCH)
        rows = await connection.fetch(READ_UNPUBLISHED, BATCH)
        if not rows:
            return False
        self._highest = Producer(producer.timeline, rows[-1]["position"])
        crash_point("relay_numbered")
        await self._publish(rows, producer.timeline)
        crash_point("relay_published")
        await connection.execute(MARK_PUBLISHED, [row["position"] for row in rows])
        crash_point("relay_marked")
        return True

    async def _publish(self, rows: Sequence[asyncpg.Record], timeline: int) -> None:
        jetstream = self._nats.jetstream
        await together(
            *(
                jetstream.publish(
                    row["subject"],
                    row["body"],
                    timeout=PUBLISH_TIMEOUT,
                    headers=json.loads(row["headers"]) | position_headers(row, timeline),
                )
                for row in rows
            )
        )


def position_headers(row: asyncpg.Record, timeline: int) -> dict[str, str]:
    """Where the message stands in its producer's sequence."""
    return {
        MESSAGE_ID_HEADER: f"{row['message_id']}",
        TIMELINE_HEADER: f"{timeline}",
        POSITION_HEADER: f"{row['position']}",
        PREVIOUS_HEADER: f"{row['position'] - 1}",
    }
