"""The follower's side of an event feed: each event of a producer is folded once, in order, without a hole."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog
from pydantic import ValidationError

from service_kit import deadletters
from service_kit.backoff import together
from service_kit.consumer import PushConsumer, RawMessage
from service_kit.crash import crash_point
from service_kit.database import Connection, Database
from service_kit.deadletters import DeadLetter
from service_kit.failures import FailureKind, TransientError, classify, describe
from service_kit.feed_plan import Cursor, Doubt, FeedEvent, plan
from service_kit.links import NatsLink
from service_kit.outbox import MESSAGE_ID_HEADER, POSITION_HEADER, TIMELINE_HEADER
from service_kit.replay import PAGE_EVENTS, ReplayAsked, ReplayedEvent, ReplayPage
from tillday_contracts.messages import Event

__all__ = ["Feed", "FeedEvent"]

log = structlog.get_logger()

LOOK_SECONDS: Final = 15.0
REPLAY_TIMEOUT: Final = 5.0
BATCH: Final = 500
SEEN_KEPT: Final = 10_000

CREATE_CURSOR: Final = """
    INSERT INTO feed_cursor (producer, timeline, position) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING
"""
LOCK_CURSOR: Final = "SELECT timeline, position FROM feed_cursor WHERE producer = $1 FOR UPDATE"
READ_CURSOR: Final = "SELECT timeline, position FROM feed_cursor WHERE producer = $1"
MOVE_CURSOR: Final = "UPDATE feed_cursor SET timeline = $2, position = $3 WHERE producer = $1"
READ_SEEN: Final = (
    "SELECT position, message_id FROM feed_seen WHERE producer = $1 AND position = ANY($2::bigint[])"
)
REMEMBER_SEEN: Final = """
    INSERT INTO feed_seen (producer, position, message_id)
    SELECT $1, * FROM unnest($2::bigint[], $3::uuid[])
"""
FORGET_OLD_SEEN: Final = "DELETE FROM feed_seen WHERE producer = $1 AND position <= $2"
FORGET_SEEN: Final = "DELETE FROM feed_seen WHERE producer = $1"

Fold = Callable[[Connection, Sequence[FeedEvent]], Awaitable[Sequence[Event] | None]]
Folded = Callable[[Sequence[Event]], Awaitable[None]]
Clear = Callable[[Connection], Awaitable[None]]


class Feed:
    """Follows one producer.

    `fold(connection, events)` gets consecutive events in the transaction that moves the cursor: exactly once.
    `folded(events)` hears, once that is committed, of those that `fold` returned; it must not raise.
    `clear(connection)` forgets everything that came from this producer; then all is folded again.
    An event that `fold` can never take is set aside as a dead letter and the feed goes on.
    """

    def __init__(  # noqa: PLR0913 - every part is named at the call
        self,
        database: Database,
        nats_link: NatsLink,
        *,
        producer: str,
        stream: str,
        subject: str | tuple[str, ...],
        durable: str,
        replay_subject: str,
        fold: Fold,
        clear: Clear,
        folded: Folded | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._nats = nats_link
        self._producer = producer
        self._replay_subject = replay_subject
        self._fold = fold
        self._clear = clear
        self._folded = folded
        self._now = now
        self._catching_up = asyncio.Lock()
        self.consumer = PushConsumer(
            nats_link, stream=stream, durable=durable, subject=subject, handle=self.take, batch_size=BATCH
        )

    async def run(self) -> None:
        """Follow until cancelled; ask the producer from time to time, for a wiped stream announces no gap."""
        await together(self.consumer.run(), self._look_now_and_then())

    async def position(self) -> tuple[int, int]:
        """(timeline, position) folded so far."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(READ_CURSOR, self._producer)
        return (0, 0) if row is None else (row["timeline"], row["position"])

    async def head(self) -> int:
        """Return the position of the producer's last event. Raises TransientError when it does not answer."""
        _, position = await self.position()
        return (await self._ask(position, limit=1)).head

    async def forget(self, connection: Connection) -> None:
        """Forget everything in the caller's transaction; `catch_up` folds it again."""
        await self._forget(connection, 0)

    async def take(self, batch: list[RawMessage]) -> None:
        """Fold what fits; fill a gap from the producer. Returning means all of it is folded or known."""
        events = [event for message in batch if (event := await self._event_of(message)) is not None]
        doubt = await self._fold_what_fits(events)
        if doubt is Doubt.WENT_BACK:
            await self._forget_everything(0)
        if doubt is not Doubt.NONE:
            log.info("asking the producer", producer=self._producer, why=doubt.value)
            await self.catch_up()

    async def catch_up(self) -> None:
        """Fold everything the producer has. Raises TransientError when it does not answer."""
        async with self._catching_up:
            while not await self._one_page():
                pass

    async def _look_now_and_then(self) -> None:
        while True:
            try:
                await self.catch_up()
            except Exception as error:
                if classify(error) is not FailureKind.TRANSIENT:
                    log.error(
                        "cannot follow", producer=self._producer, reason=describe(error), exc_info=error
                    )
                await asyncio.sleep(1.0)
            else:
                await asyncio.sleep(LOOK_SECONDS)

    async def _one_page(self) -> bool:
        """Ask for one page and fold it; True when the end is reached."""
        timeline, position = await self.position()
        page = await self._ask(position)
        if page.timeline is None:
            return True
        if page.timeline != timeline or page.head < position:
            log.info("rebuilding from the producer", producer=self._producer, head=page.head)
            await self._forget_everything(page.timeline)
            return False
        events = [self._replayed(page.timeline, event) for event in page.events]
        await self._fold_what_fits(events)
        return not events or events[-1].position >= page.head

    async def _ask(self, after: int, *, limit: int = PAGE_EVENTS) -> ReplayPage:
        asked = ReplayAsked(after=after, limit=limit).model_dump_json().encode()
        answer = await self._nats.request(self._replay_subject, asked, timeout=REPLAY_TIMEOUT)
        try:
            return ReplayPage.model_validate_json(answer)
        except ValidationError:
            raise TransientError(f"{self._replay_subject} answered {answer[:200]!r}") from None

    def _replayed(self, timeline: int, event: ReplayedEvent) -> FeedEvent:
        return FeedEvent(
            producer=self._producer,
            timeline=timeline,
            position=event.position,
            subject=event.subject,
            message_id=event.message_id,
            body=event.body,
        )

    async def _event_of(self, message: RawMessage) -> FeedEvent | None:
        try:
            return event_of(self._producer, message.subject, message.headers, message.data)
        except (KeyError, ValueError) as error:
            await self._set_aside(
                DeadLetter(message.subject, message.data, f"no place in the feed: {error!r}")
            )
            return None

    async def _fold_what_fits(self, events: Sequence[FeedEvent]) -> Doubt:
        try:
            return await self._fold_together(events)
        except Exception as error:
            if classify(error) is FailureKind.TRANSIENT:
                raise
            log.warning("a batch of events is folded one by one", reason=describe(error), events=len(events))
        return await self._fold_singly(events)

    async def _fold_together(self, events: Sequence[FeedEvent]) -> Doubt:
        told: Sequence[Event] | None = None
        async with self._database.transaction() as connection:
            cursor = await self._lock_cursor(connection)
            seen = await self._seen(connection, [event.position for event in events])
            decided = plan(cursor, events, seen.get)
            if decided.fold:
                told = await self._fold(connection, decided.fold)
                await self._remember(connection, decided.fold)
                crash_point("feed_before_commit")
        crash_point("feed_after_commit")
        if told and self._folded is not None:
            await self._folded(told)
        return decided.doubt

    async def _fold_singly(self, events: Sequence[FeedEvent]) -> Doubt:
        doubt = Doubt.NONE
        for event in sorted(events, key=lambda event: event.position):
            try:
                doubt = await self._fold_together([event])
            except Exception as error:
                if classify(error) is FailureKind.TRANSIENT:
                    raise
                await self._pass_over(event, error)
            if doubt is not Doubt.NONE:
                break
        return doubt

    async def _pass_over(self, event: FeedEvent, error: Exception) -> None:
        log.error("event set aside", subject=event.subject, position=event.position, exc_info=error)
        async with self._database.transaction() as connection:
            cursor = await self._lock_cursor(connection)
            if (event.timeline, event.position) == (cursor.timeline, cursor.position + 1):
                letter = DeadLetter(event.subject, event.body, describe(error))
                await deadletters.keep(connection, letter, at=self._now())
                await self._remember(connection, [event])

    async def _set_aside(self, letter: DeadLetter) -> None:
        log.error("message set aside", subject=letter.subject, reason=letter.reason)
        async with self._database.transaction() as connection:
            await deadletters.keep(connection, letter, at=self._now())

    async def _forget_everything(self, timeline: int) -> None:
        async with self._database.transaction() as connection:
            await self._forget(connection, timeline)

    async def _forget(self, connection: Connection, timeline: int) -> None:
        await self._lock_cursor(connection)
        await self._clear(connection)
        await connection.execute(FORGET_SEEN, self._producer)
        await connection.execute(MOVE_CURSOR, self._producer, timeline, 0)

    async def _lock_cursor(self, connection: Connection) -> Cursor:
        row = await connection.fetchrow(LOCK_CURSOR, self._producer)
        if row is None:
            await connection.execute(CREATE_CURSOR, self._producer)
            row = await connection.fetchrow(LOCK_CURSOR, self._producer)
        return Cursor(row["timeline"], row["position"])

    async def _seen(self, connection: Connection, positions: Sequence[int]) -> dict[int, UUID]:
        rows = await connection.fetch(READ_SEEN, self._producer, positions)
        return {row["position"]: row["message_id"] for row in rows}

    async def _remember(self, connection: Connection, events: Sequence[FeedEvent]) -> None:
        positions, ids = [event.position for event in events], [event.message_id for event in events]
        await connection.execute(REMEMBER_SEEN, self._producer, positions, ids)
        last = events[-1]
        await connection.execute(FORGET_OLD_SEEN, self._producer, last.position - SEEN_KEPT)
        await connection.execute(MOVE_CURSOR, self._producer, last.timeline, last.position)


def event_of(producer: str, subject: str, headers: Mapping[str, str], body: bytes) -> FeedEvent:
    """Read the place in the feed from the headers. Raises KeyError or ValueError when there is none."""
    return FeedEvent(
        producer=producer,
        timeline=int(headers[TIMELINE_HEADER]),
        position=int(headers[POSITION_HEADER]),
        subject=subject,
        message_id=UUID(headers[MESSAGE_ID_HEADER]),
        body=body,
    )
