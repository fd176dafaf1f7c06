"""Running a service: settings, logs, HTTP, database, broker, then what the service composed; and its end."""

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

import asyncpg
import structlog
from faststream import FastStream
from faststream.nats import NatsBroker

from service_kit import logs
from service_kit.backoff import Backoff, cancel
from service_kit.database import Database, DatabaseAddress, UnsafeDatabase
from service_kit.failures import FailureKind, classify, describe
from service_kit.health import Check, Health
from service_kit.http import HttpPort, PortTaken, listen
from service_kit.inbox import forget_old
from service_kit.links import NatsLink, RetainedPublisher, broker_address
from service_kit.migrate import missing_migrations, schema_of
from service_kit.relay import Relay
from service_kit.replay import ReplayAsked, read_page
from service_kit.settings import ServiceSettings, SettingsRefused, load
from service_kit.streams import StreamDefinition, ensure_streams
from tillday_contracts.replay_clock import wall_clock

log = structlog.get_logger()

EXIT_SETTINGS: Final = 2
EXIT_UNSAFE: Final = 3
EXIT_BROKEN: Final = 1
STOP_SECONDS: Final = 4.0
STREAMS_SECONDS: Final = 10.0
INBOX_SECONDS: Final = 3600.0

Settings = TypeVar("Settings", bound=ServiceSettings)
Loop = Callable[[], Awaitable[None]]


class Runs(Protocol):
    """Anything that works until it is cancelled: a consumer, a feed, a relay."""

    async def run(self) -> None: ...


class Service(Generic[Settings]):
    """What a service is made of. `compose` fills it; `run` starts it, keeps it going and ends it."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        now: Callable[[], datetime] | None = None,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.name = name
        self.schema = schema_of(name)
        self.settings = settings
        self.instance = settings.instance
        self.now = now or wall_clock(settings.clock_file)
        self.random_bytes = random_bytes
        self.log = structlog.get_logger(name)
        self.health = Health(name)
        self.database = Database(self._database_address())
        self.nats = NatsLink(broker_address(settings, service=name))
        self._retained: RetainedPublisher | None = None
        self._streams: list[StreamDefinition] = []
        self._loops: list[tuple[str, Loop]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._migrated = False
        self.nats.on_connected(self._ensure_streams, first=True)
        self.health.check("database", self.database.answers)
        self.health.check("migrations", self._is_migrated)
        self.health.check("broker", self._is_connected)
        self.background("inbox", self._trim_inbox)

    @property
    def broker(self) -> NatsBroker:
        """FastStream's broker, for `@service.broker.subscriber(subject, queue=service.name)`."""
        return self.nats.broker

    @property
    def app(self) -> FastStream:
        """All brokers as one FastStream application, for its AsyncAPI document."""
        brokers = [self.broker] if self._retained is None else [self.broker, self._retained.broker]
        return FastStream(*brokers)

    def ensure_streams(self, definitions: Iterable[StreamDefinition]) -> None:
        """Have these streams made or repaired at start, after every reconnect, and every few seconds."""
        if not self._streams:
            self.background("streams", self._look_after_streams)
        self._streams.extend(definitions)

    def relay_outbox(self, *, stream: str | None = None) -> None:
        """Publish this schema's outbox; with the stream of our events, a restored database is noticed."""
        relay = Relay(self._database_address(), self.nats, random_bytes=self.random_bytes, stream=stream)
        self.background("relay", relay.run)

    def answer_replays(self, subject: str) -> None:
        """Answer followers that ask for our events again."""

        @self.broker.subscriber(subject, queue=self.name)
        async def replay(asked: ReplayAsked) -> bytes:
            return await read_page(self.database, asked)

    def consume(self, consumer: Runs) -> None:
        """Run a push consumer."""
        self.background("consumer", consumer.run)

    def follow(self, feed: Runs) -> None:
        """Run the follower of a producer."""
        self.background("feed", feed.run)

    def background(self, name: str, loop: Loop) -> None:
        """Run beside everything else; begun again with back-off when it raises, cancelled at the end."""
        self._loops.append((name, loop))

    def on_connected(self, callback: Loop) -> None:
        """Awaited once everything is up, and again after each reconnect to the broker."""
        self.nats.on_connected(callback)

    def retained(self) -> RetainedPublisher:
        """The publisher of retained state, over MQTT; one per replica."""
        if self._retained is None:
            address = broker_address(self.settings, service=self.name)
            publisher = RetainedPublisher(address, client_id=f"{self.name}-{self.instance}")
            self._retained = publisher
            self.background("retained", publisher.run)
            self.health.check("mqtt", self._is_mqtt_connected)
        return self._retained

    def check(self, name: str, check: Check) -> None:
        """One more condition for readiness."""
        self.health.check(name, check)

    async def start(self) -> None:
        """Return once everything runs. Waits for the database, its migrations and the broker."""
        await self.database.start()
        await self._wait_for_migrations()
        for name, loop in self._loops:
            self._tasks.append(asyncio.create_task(self._keep_going(name, loop)))
        await self.nats.start()
        log.info("service is up")

    async def stop(self) -> None:
        """End what runs; handlers finish their message first."""
        await cancel(*self._tasks)
        await self.nats.stop()
        await self.database.stop()

    async def _keep_going(self, name: str, loop: Loop) -> None:
        for delay in Backoff(first=0.2).delays():
            try:
                await loop()
                return
            except Exception as error:
                expected = classify(error) is FailureKind.TRANSIENT
                log.log(
                    30 if expected else 40,
                    "begins again after a failure",
                    part=name,
                    reason=describe(error),
                    exc_info=None if expected else error,
                )
                await asyncio.sleep(delay)

    async def _ensure_streams(self) -> None:
        replicas = self.settings.stream_replicas
        await ensure_streams(self.nats.jetstream, self._streams, replicas=replicas)

    async def _look_after_streams(self) -> None:
        """A stream that somebody removed or changed while we are connected must not wait for a reconnect."""
        while True:
            await asyncio.sleep(STREAMS_SECONDS)
            if self.nats.connected:
                await self._ensure_streams()

    async def _trim_inbox(self) -> None:
        """Forget answers that nobody waits for any more, every hour."""
        while True:
            async with self.database.transaction() as connection:
                gone = await forget_old(connection, days=self.settings.inbox_days)
            if gone:
                log.info("old answers were forgotten", messages=gone)
            else:
                await asyncio.sleep(INBOX_SECONDS)

    async def _wait_for_migrations(self) -> None:
        for delay in Backoff(first=0.2, longest=2.0).delays():
            if await self._is_migrated():
                return
            log.warning("waiting for migrations", remedy=f"python -m service_kit.migrate {self.name}")
            await asyncio.sleep(delay)

    async def _is_migrated(self) -> bool:
        if not self._migrated:
            try:
                async with self.database.connection() as connection:
                    self._migrated = not await missing_migrations(connection, self.name)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                return False
        return self._migrated

    async def _is_connected(self) -> bool:
        return self.nats.listening

    async def _is_mqtt_connected(self) -> bool:
        return self._retained is not None and self._retained.connected

    def _database_address(self) -> DatabaseAddress:
        password = self.settings.database_password
        return DatabaseAddress(
            url=self.settings.database_url,
            password=password.get_secret_value() if password else None,
            schema=self.schema,
            application=f"{self.name}-{self.instance}",
        )


Compose = Callable[[Service[Settings]], None]


def run(name: str, kind: type[Settings], compose: Compose[Settings]) -> int:
    """Run the service until SIGTERM or SIGINT; returns the exit code.

    0 ended as asked · 1 broken · 2 settings or port unusable · 3 the database would lose data.
    """
    try:
        settings = load(kind)
        service = Service(name, settings)
        bound = listen(settings.http_host, settings.http_port)
    except (SettingsRefused, PortTaken) as error:
        sys.stderr.write(f"{name}: {error}\n")
        return EXIT_SETTINGS
    logs.configure(name, instance=settings.instance, form=settings.log_format, level=settings.log_level)
    try:
        return asyncio.run(_serve(service, compose, bound))
    except KeyboardInterrupt:
        return 0


async def _serve(service: Service[Settings], compose: Compose[Settings], bound: object) -> int:
    ended = _end_on_signals()
    http = HttpPort(service.health, bound)  # type: ignore[arg-type]
    await http.start()
    compose(service)
    starting = asyncio.create_task(service.start())
    try:
        return await _until_the_end(service, starting, ended)
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await _stop_all(service, http, starting)
        log.info("service ended")


async def _until_the_end(
    service: Service[Settings], starting: "asyncio.Task[None]", ended: asyncio.Event
) -> int:
    asked = asyncio.create_task(ended.wait())
    closed = asyncio.create_task(service.nats.closed.wait())
    try:
        await asyncio.wait([asked, closed, starting], return_when=asyncio.FIRST_COMPLETED)
        if starting.done() and not starting.cancelled() and (error := starting.exception()) is not None:
            return _cannot_start(error)
        await asyncio.wait([asked, closed], return_when=asyncio.FIRST_COMPLETED)
        return 0 if ended.is_set() else EXIT_BROKEN
    finally:
        await cancel(asked, closed)


def _cannot_start(error: BaseException) -> int:
    if isinstance(error, UnsafeDatabase):
        log.error(f"{error}")
        return EXIT_UNSAFE
    log.error("the service cannot start", reason=describe(error), exc_info=error)
    return EXIT_BROKEN


async def _stop_all(service: Service[Settings], http: HttpPort, starting: "asyncio.Task[None]") -> None:
    await cancel(starting)
    await asyncio.gather(service.stop(), http.stop(), return_exceptions=True)


def _end_on_signals() -> asyncio.Event:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    return ended
