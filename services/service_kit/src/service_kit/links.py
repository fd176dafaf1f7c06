"""The links to the broker: NATS for messages, MQTT for retained state. Both come back by themselves."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import nats.errors
import structlog
import zmqtt
from faststream.mqtt import MQTTBroker
from faststream.nats import NatsBroker
from faststream.nats.security import NatsUserPassword
from faststream.security import SASLPlaintext
from nats.aio.client import Client
from nats.js import JetStreamContext

from service_kit.backoff import Backoff, cancel, together
from service_kit.failures import TransientError, describe
from service_kit.patient_client import PatientClient
from service_kit.requests import AnswerFailures
from service_kit.settings import SettingsRefused

log = structlog.get_logger()

RECONNECT_SECONDS: Final = 0.3
REPEAT_WARNING_SECONDS: Final = 30.0
STOP_SECONDS: Final = 2.0
RETAINED_TIMEOUT: Final = 5.0
MQTT_KEEPALIVE: Final = 15

Callback = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class BrokerAddress:
    """Where the broker is and who we are there."""

    nats_url: str
    user: str
    password: str
    name: str
    mqtt_url: str | None = None
    ca: Path | None = None
    """The authorities to trust; None: those that the machine trusts anyway."""

    @property
    def security(self) -> NatsUserPassword:
        # The handshake comes first: a stranger in between cannot say that this broker knows no TLS.
        encrypted = self.nats_url.startswith("tls:")
        return NatsUserPassword(
            self.user,
            self.password,
            ssl_context=self._context() if encrypted else None,
            tls_handshake_first=encrypted,
        )

    @property
    def mqtt_security(self) -> SASLPlaintext:
        encrypted = self.mqtt_url is not None and self.mqtt_url.startswith("mqtts:")
        return SASLPlaintext(self.user, self.password, self._context() if encrypted else None)

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=None if self.ca is None else str(self.ca))
        except (OSError, ssl.SSLError) as error:
            raise SettingsRefused(
                f"TILLDAY_BROKER_CA names {self.ca}, which cannot be used ({describe(error)}): "
                "set it to a file of PEM certificates"
            ) from None

    @property
    def inbox_prefix(self) -> str:
        return f"_INBOX.{self.user}"


class PatientNatsBroker(NatsBroker):
    """FastStream's NATS broker that waits for its login as it waits for the server.

    FastStream's own error callback raises on some errors, a refused login among them, and so ends the start.
    Here a login may be refused for a while: users are made and rotated by programs that start beside us.
    """

    on_error: Callable[[Exception], Awaitable[None]]

    async def _connect(self) -> Client:
        connection = PatientClient()
        await connection.connect(**{**self._connection_kwargs, "error_cb": self.on_error})
        self.config.connect(connection)
        return connection


class NatsLink:
    """One NATS connection: FastStream subscribers on `broker`; publishing, requests, JetStream beside it."""

    def __init__(self, address: BrokerAddress) -> None:
        self.address = address
        self.broker = PatientNatsBroker(
            address.nats_url,
            security=address.security,
            name=address.name,
            inbox_prefix=address.inbox_prefix,
            max_reconnect_attempts=-1,
            reconnect_time_wait=RECONNECT_SECONDS,  # type: ignore[arg-type]
            connect_timeout=2,
            ping_interval=10,
            graceful_timeout=STOP_SECONDS,
            drain_timeout=int(STOP_SECONDS),
            middlewares=[AnswerFailures],
            logger=None,
            disconnected_cb=self._on_disconnected,
            reconnected_cb=self._on_reconnected,
            closed_cb=self._on_closed,
        )
        self.broker.on_error = self._on_error
        self.closed = asyncio.Event()
        self._first: list[Callback] = []
        self._callbacks: list[Callback] = []
        self._again = asyncio.Event()
        self._down = asyncio.Event()
        self._greeter: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._stopping = False
        self._warned_at = -REPEAT_WARNING_SECONDS

    def on_connected(self, callback: Callback, *, first: bool = False) -> None:
        """Awaited once the link is up and after each reconnect; repeated with back-off while it raises.

        Those marked `first` are done, one by one, before the others begin, which run side by side: streams
        before consumers and greetings.
        """
        (self._first if first else self._callbacks).append(callback)

    @property
    def client(self) -> Client:
        """The nats-py client; raises TransientError before the first connection."""
        if self._client is None:
            raise TransientError("the broker has not been reached yet")
        return self._client

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    @property
    def listening(self) -> bool:
        """Connected, and every subscriber hears: a request sent now finds somebody."""
        return self.connected and self._greeter is not None

    @property
    def jetstream(self) -> JetStreamContext:
        return self.client.jetstream(timeout=5)

    async def start(self) -> None:
        """Return once the broker is reached and every subscriber listens; waits as long as that takes."""
        log.info("connecting to the broker", broker=self.address.nats_url)
        self._client = await self.broker.connect()
        await self._prepare()
        await self.broker.start()
        self._down.clear()
        self._again.set()
        self._greeter = asyncio.create_task(self._greet_again())
        log.info("connected to the broker", broker=self.address.nats_url)

    async def stop(self) -> None:
        """Finish running handlers and close; never longer than a few seconds."""
        self._stopping = True
        await cancel(self._greeter)
        if self._client is None:
            return
        if not self._client.is_connected:
            await self._client.close()
            return
        with contextlib.suppress(TimeoutError, nats.errors.Error, OSError):
            async with asyncio.timeout(STOP_SECONDS):
                await self.broker.stop()

    async def publish(self, subject: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> None:
        """Hand the message to the client. Returning means neither sent nor received."""
        await self.client.publish(subject, body, headers=dict(headers) if headers else None)

    async def request(self, subject: str, body: bytes, *, timeout: float = 5.0) -> bytes:
        """Ask and wait for the answer.

        Raises TransientError when nobody answers in time, or at once when the link is or goes down. The
        request may have been carried out nevertheless.
        """
        if not self.connected:
            raise TransientError(f"no answer to {subject}: the broker is away")
        asking = asyncio.create_task(self.client.request(subject, body, timeout=timeout))
        down = asyncio.create_task(self._down.wait())
        try:
            await asyncio.wait([asking, down], return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise TransientError(f"no answer to {subject}: the broker went away")
            return asking.result().data
        except nats.errors.NoRespondersError:
            raise TransientError(f"nobody answers {subject}: the service is not running") from None
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise TransientError(f"no answer to {subject}: {describe(error)}") from None
        finally:
            await cancel(asking, down)

    async def _greet_again(self) -> None:
        while True:
            await self._again.wait()
            self._again.clear()
            await self._prepare()
            await together(*(_until_done(callback) for callback in self._callbacks))

    async def _prepare(self) -> None:
        for callback in self._first:
            await _until_done(callback)

    async def _on_reconnected(self) -> None:
        log.info("connected to the broker again")
        self._down.clear()
        self._again.set()

    async def _on_disconnected(self) -> None:
        self._down.set()
        if not self._stopping:
            log.warning("connection to the broker lost")

    async def _on_closed(self) -> None:
        if not self._stopping:
            log.error("the broker ended the connection for good")
        self.closed.set()

    async def _on_error(self, error: Exception) -> None:
        if self._stopping or time.monotonic() - self._warned_at < REPEAT_WARNING_SECONDS:
            return
        self._warned_at = time.monotonic()
        log.warning(
            "trouble with the broker, trying on", reason=describe(error), broker=self.address.nats_url
        )


async def _until_done(callback: Callback) -> None:
    for delay in Backoff(longest=2.0).delays():
        try:
            await callback()
            return
        except Exception as error:
            log.warning("repeating after connect", reason=describe(error), again_in=round(delay, 2))
            await asyncio.sleep(delay)


class RetainedPublisher:
    """Publishes retained state over MQTT 3.1.1; only an MQTT client can write what the broker retains.

    zmqtt gives up after a refused login or a number of attempts; `run` makes a new connection then.
    """

    def __init__(self, address: BrokerAddress, *, client_id: str) -> None:
        if address.mqtt_url is None:
            raise ValueError("TILLDAY_MQTT_URL is not set")
        self._lost = asyncio.Event()
        self._up = False
        self.broker = MQTTBroker(
            address.mqtt_url,
            client_id=client_id,
            security=address.mqtt_security,
            version="3.1.1",
            keepalive=MQTT_KEEPALIVE,
            mqtt_connect_timeout=5.0,
            reconnect=zmqtt.ReconnectConfig(enabled=False),
            on_connection_recovery_failed=self._on_lost,
            graceful_timeout=STOP_SECONDS,
            logger=None,
        )

    @property
    def connected(self) -> bool:
        return self._up

    async def run(self) -> None:
        """Stay connected until cancelled."""
        delays = Backoff(longest=2.0).delays()
        try:
            while True:
                if await self._connect():
                    delays = Backoff(longest=2.0).delays()
                    await self._lost.wait()
                await self._disconnect()
                await asyncio.sleep(next(delays))
        finally:
            await self._disconnect()

    async def _connect(self) -> bool:
        self._lost.clear()
        try:
            await self.broker.start()
        except (OSError, TimeoutError, zmqtt.MQTTError) as error:
            log.warning("waiting for the broker's MQTT side", reason=describe(error))
            return False
        self._up = True
        return True

    async def _disconnect(self) -> None:
        self._up = False
        with contextlib.suppress(OSError, TimeoutError, zmqtt.MQTTError):
            async with asyncio.timeout(STOP_SECONDS):
                await self.broker.stop()

    async def _on_lost(self) -> None:
        self._up = False
        self._lost.set()

    async def publish(self, topic: str, body: bytes) -> None:
        """Replace the retained message of the topic. Returning means that the broker has taken it.

        Raises TransientError while the broker is away.
        """
        if not self._up:
            raise TransientError("the broker's MQTT side is away")
        try:
            async with asyncio.timeout(RETAINED_TIMEOUT):
                await self.broker.publish(body, topic, qos=zmqtt.QoS.AT_LEAST_ONCE, retain=True)
        except (OSError, TimeoutError, zmqtt.MQTTError) as error:
            raise TransientError(f"the retained message was not taken: {describe(error)}") from None


def broker_address(settings: Any, *, service: str) -> BrokerAddress:
    """The address from a service's settings."""
    return BrokerAddress(
        nats_url=settings.nats_url,
        user=settings.nats_user,
        password=settings.nats_password.get_secret_value(),
        name=f"{service}-{settings.instance}",
        mqtt_url=settings.mqtt_url,
        ca=settings.broker_ca,
    )
