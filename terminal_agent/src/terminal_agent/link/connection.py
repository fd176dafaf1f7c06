"""One MQTT connection, from CONNECT to its end. The library's callbacks do one thing: put on a queue."""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

KEEPALIVE_SECONDS: Final = 30
ANSWER_SECONDS: Final = 10.0
_REFUSED: Final = 0x80


class LinkDown(Exception):
    """There is no connection, or none that is of use; the text says why. `refused`: we are not let in."""

    def __init__(self, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is and who we are there."""

    url: str
    client_id: str
    user: str
    password: str
    ca: str | None = None
    """The authorities to trust, PEM; None: those that the machine trusts anyway."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that came."""

    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is gone."""

    reason: str


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says in our name when we vanish."""

    topic: str
    payload: bytes


Happening = Message | Lost


def trusting(authorities: str | None) -> ssl.SSLContext:
    """Return what trusts these authorities (PEM) alone and checks the server's name. Raises LinkDown."""
    try:
        return ssl.create_default_context(cadata=authorities)
    except ssl.SSLError as error:
        raise LinkDown(f"the authorities of this terminal's enrolment cannot be read ({error})") from error


def is_loopback(host: str) -> bool:
    """Say whether what is sent to this host stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Connection:
    """A connection that stands. A fresh object for each: the library keeps nothing over from one to the
    next.
    """

    def __init__(self, address: Address, will: Will | None, happenings: "asyncio.Queue[Happening]") -> None:
        self._address = address
        self._loop = asyncio.get_running_loop()
        self._happenings = happenings
        self._accepted: asyncio.Future[str | None] = self._loop.create_future()
        self._granted: dict[int, asyncio.Future[Sequence[int]]] = {}
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=address.client_id,
            protocol=mqtt.MQTTv311,
            clean_session=True,
        )
        self._client.username_pw_set(address.user, address.password)
        if will is not None:
            self._client.will_set(will.topic, will.payload, qos=0, retain=True)
        self._client.connect_timeout = ANSWER_SECONDS / 2
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    async def open(self) -> None:
        """Connect. Raises LinkDown."""
        parts = urlsplit(self._address.url)
        encrypted = parts.scheme == "mqtts"
        port = parts.port or (8883 if encrypted else 1883)
        host = parts.hostname or "127.0.0.1"
        if encrypted:
            self._client.tls_set_context(trusting(self._address.ca))
        elif not is_loopback(host):
            raise LinkDown(
                f"the way to {host} is not encrypted: the broker's address must begin with mqtts://"
            )
        try:
            await asyncio.to_thread(self._client.connect, host, port, KEEPALIVE_SECONDS)
        except ssl.SSLCertVerificationError as error:
            raise LinkDown(
                f"the certificate of the broker at {host}:{port} is refused: {error.verify_message}. "
                "Sales go on; the certificate must be renewed, or its authority made known to this terminal."
            ) from error
        except (OSError, ValueError) as error:
            raise LinkDown(f"the broker at {host}:{port} does not answer ({error})") from error
        self._client.loop_start()
        refusal = await self._within(self._accepted, "the broker does not answer to CONNECT")
        if refusal is not None:
            raise LinkDown(
                f"the broker refuses this terminal ({refusal}). Sales go on and are kept. A terminal "
                "that was cut off or enrolled anew needs a new enrolment code of the back office",
                refused=True,
            )

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Subscribe with QoS 0 and look at every code that comes back. Raises LinkDown for one that is
        refused.
        """
        granted: asyncio.Future[Sequence[int]] = self._loop.create_future()
        code, number = self._client.subscribe([(topic, 0) for topic in topics])
        if code != mqtt.MQTT_ERR_SUCCESS or number is None:
            raise LinkDown(f"cannot subscribe ({mqtt.error_string(code)})")
        self._granted[number] = granted
        codes = await self._within(granted, "the broker does not answer to SUBSCRIBE")
        refused = [topic for topic, answer in zip(topics, codes, strict=False) if answer >= _REFUSED]
        if refused:
            raise LinkDown(f"the broker refuses the subscriptions {', '.join(refused)}")

    async def _within(self, answer: "asyncio.Future[Any]", silence: str) -> Any:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            raise LinkDown(silence) from None

    def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Hand a message to the library. That it arrives, only the ledger's ack tells."""
        self._client.publish(topic, payload, qos=qos, retain=retain)

    async def close(self) -> None:
        """Disconnect and wait for the library's thread, not for long."""
        self._client.disconnect()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                await asyncio.to_thread(self._client.loop_stop)

    def _tell(self, happening: Happening) -> None:
        # The loop may be closed already when the library's thread says its last word.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._happenings.put_nowait, happening)

    def _settle(self, future: "asyncio.Future[Any]", value: Any) -> None:
        def settle() -> None:
            if not future.done():
                future.set_result(value)

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(settle)

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._settle(self._accepted, str(reason) if reason.is_failure else None)

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._settle(self._accepted, str(reason))
        self._tell(Lost(str(reason)))

    def _on_subscribe(self, _client: Any, _data: Any, number: int, codes: Any, _properties: Any) -> None:
        answer = tuple(int(code.value) for code in codes)

        def settle() -> None:
            granted = self._granted.pop(number, None)
            if granted is not None and not granted.done():
                granted.set_result(answer)

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(settle)

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._tell(Message(message.topic, bytes(message.payload), bool(message.retain)))
