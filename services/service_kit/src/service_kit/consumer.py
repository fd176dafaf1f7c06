"""A push consumer for hot paths: whatever has arrived is handed over at once, nothing waits to fill up."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import nats.js.errors
import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from service_kit.backoff import Backoff, finish, together
from service_kit.failures import FailureKind, classify, describe
from service_kit.links import NatsLink

log = structlog.get_logger()

LOOK_AFTER_SECONDS: Final = 5.0
RETRY_SECONDS: Final = 0.5
FIRST_NAK_SECONDS: Final = 0.25
LONGEST_NAK_SECONDS: Final = 30.0
COMPARED: Final = (
    "ack_policy",
    "ack_wait",
    "max_ack_pending",
    "deliver_subject",
    "deliver_group",
    "max_deliver",
)
LONG_REPLY_TOKENS: Final = 11  # replies of newer servers carry the domain and the account before the stream


class RawMessage:
    """A JetStream message as it came. Settle it once: ack, nak or term."""

    __slots__ = ("_link", "_reply", "attempts", "data", "headers", "settled", "stream_sequence", "subject")

    def __init__(self, link: NatsLink, message: Msg) -> None:
        self._link = link
        self._reply = message.reply
        self.subject: str = message.subject
        self.data: bytes = message.data
        self.headers: Mapping[str, str] = message.headers or {}
        self.settled = False
        self.attempts, self.stream_sequence = delivery_of(message.reply)

    async def ack(self) -> None:
        """It is done: never deliver it again."""
        await self._settle(b"+ACK")

    async def nak(self, delay: float) -> None:
        """Deliver it again, not before `delay` seconds."""
        await self._settle(b'-NAK {"delay": %d}' % int(delay * 1_000_000_000))

    async def term(self) -> None:
        """It can never be done: stop delivering it."""
        await self._settle(b"+TERM")

    async def _settle(self, word: bytes) -> None:
        if not self.settled:
            self.settled = True
            await self._link.publish(self._reply, word)


def delivery_of(reply: str) -> tuple[int, int]:
    """(how often delivered, sequence in the stream), read from the reply subject."""
    tokens = reply.split(".")
    first = 6 if len(tokens) >= LONG_REPLY_TOKENS else 4
    return int(tokens[first]), int(tokens[first + 1])


Handle = Callable[[list[RawMessage]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Consumption:
    """What to consume and how much at a time."""

    stream: str
    durable: str
    subject: str | tuple[str, ...]
    batch_size: int = 256
    max_ack_pending: int = 1000
    ack_wait: float = 30.0
    start: Literal["all", "new"] = "all"


class PushConsumer:
    """Durable, explicit ack, shared by replicas through a queue group; made again when the broker was wiped.

    `handle` settles messages itself (after its COMMIT). What it left open is acked when it returns, and
    NAKed with a growing delay when it raises. Batches of one process never overlap.
    """

    def __init__(  # noqa: PLR0913 - every part is named at the call
        self,
        nats_link: NatsLink,
        *,
        stream: str,
        durable: str,
        subject: str | tuple[str, ...],
        handle: Handle,
        batch_size: int = 256,
        max_ack_pending: int = 1000,
        ack_wait: float = 30.0,
        start: Literal["all", "new"] = "all",
    ) -> None:
        self._nats = nats_link
        self._handle = handle
        self._what = Consumption(
            stream=stream,
            durable=durable,
            subject=subject,
            batch_size=batch_size,
            max_ack_pending=max_ack_pending,
            ack_wait=ack_wait,
            start=start,
        )
        self._waiting: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Subscription | None = None
        self._look = asyncio.Event()
        nats_link.on_connected(self._look_now)

    @property
    def deliver_subject(self) -> str:
        return f"{self._nats.address.inbox_prefix}.deliver.{self._what.stream}.{self._what.durable}"

    async def run(self) -> None:
        """Consume until cancelled. The stream must be made by whoever ensures it; it is waited for."""
        try:
            await together(self._look_after(), self._work())
        finally:
            await self._unsubscribe()

    async def ensure(self) -> None:
        """Make the consumer if it is missing or different, and listen to it."""
        if self._subscription is None:
            self._subscription = await self._nats.client.subscribe(
                self.deliver_subject, queue=self._what.durable, cb=self._arrived
            )
        wanted, jetstream = self._configuration(), self._nats.jetstream
        try:
            present = (await jetstream.consumer_info(self._what.stream, self._what.durable)).config
        except nats.js.errors.NotFoundError:
            await jetstream.add_consumer(self._what.stream, wanted)
            log.info("consumer made", stream=self._what.stream, consumer=self._what.durable)
            return
        if any(getattr(present, name) != getattr(wanted, name) for name in COMPARED) or subjects_of(
            present
        ) != subjects_of(wanted):
            await self._make_anew(wanted)

    async def _make_anew(self, wanted: ConsumerConfig) -> None:
        """Handlers are idempotent, so a consumer that starts over costs time and nothing else."""
        with contextlib.suppress(nats.js.errors.NotFoundError):
            await self._nats.jetstream.delete_consumer(self._what.stream, self._what.durable)
        await self._nats.jetstream.add_consumer(self._what.stream, wanted)
        log.warning("consumer made anew", stream=self._what.stream, consumer=self._what.durable)

    def _configuration(self) -> ConsumerConfig:
        what = self._what
        subjects = [what.subject] if isinstance(what.subject, str) else list(what.subject)
        return ConsumerConfig(
            durable_name=what.durable,
            deliver_policy=DeliverPolicy.ALL if what.start == "all" else DeliverPolicy.NEW,
            deliver_subject=self.deliver_subject,
            deliver_group=what.durable,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=what.ack_wait,
            max_ack_pending=what.max_ack_pending,
            max_deliver=-1,
            filter_subject=subjects[0] if len(subjects) == 1 else None,
            filter_subjects=subjects if len(subjects) > 1 else None,
        )

    async def _look_after(self) -> None:
        while True:
            try:
                await self.ensure()
            except Exception as error:
                if self._nats.connected:
                    log.warning("consumer not ready", stream=self._what.stream, reason=describe(error))
                await self._wait(RETRY_SECONDS)
            else:
                await self._wait(LOOK_AFTER_SECONDS)

    async def _look_now(self) -> None:
        self._look.set()

    async def _wait(self, seconds: float) -> None:
        """Until the link is new or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._look.wait()
        self._look.clear()

    async def _arrived(self, message: Msg) -> None:
        # A status message of the server has no reply to settle.
        if message.reply:
            self._waiting.put_nowait(message)

    async def _work(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < self._what.batch_size and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await finish(self._take([RawMessage(self._nats, message) for message in batch]))

    async def _take(self, batch: list[RawMessage]) -> None:
        try:
            await self._handle(batch)
        except Exception as error:
            self._report(error, batch)
            for message in batch:
                await self._settle(message, nak_after=delay_after(message.attempts))
        else:
            for message in batch:
                await self._settle(message)

    async def _settle(self, message: RawMessage, *, nak_after: float | None = None) -> None:
        # Unsettled messages come again by themselves when the broker is away now.
        with contextlib.suppress(Exception):
            await (message.ack() if nak_after is None else message.nak(nak_after))

    def _report(self, error: Exception, batch: list[RawMessage]) -> None:
        details = {"stream": self._what.stream, "messages": len(batch), "reason": describe(error)}
        if classify(error) is FailureKind.TRANSIENT:
            log.warning("batch comes again later", **details)
        else:
            log.error("batch could not be handled, it comes again later", exc_info=error, **details)

    async def _unsubscribe(self) -> None:
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            with contextlib.suppress(Exception):
                await subscription.unsubscribe()


def subjects_of(configuration: ConsumerConfig) -> list[str]:
    """The filter, whichever of the two fields holds it."""
    if configuration.filter_subjects:
        return sorted(configuration.filter_subjects)
    return [configuration.filter_subject] if configuration.filter_subject else []


def delay_after(attempts: int) -> float:
    """Longer with each attempt, with jitter, at most half a minute."""
    backoff = Backoff(first=min(FIRST_NAK_SECONDS * 2 ** min(attempts - 1, 16), LONGEST_NAK_SECONDS))
    return next(backoff.delays())
