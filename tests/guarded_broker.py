"""A broker configured as the launcher does it, and bare clients that try what they may do there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
import paho.mqtt.client as mqtt
from nats.aio.client import Client
from nats.js.api import StreamConfig
from paho.mqtt.enums import CallbackAPIVersion

from tillday_contracts.streams import STREAMS
from tillday_contracts.topics import TerminalAddress
from tillday_local.broker import BrokerPorts, BrokerSetUp, broker_configuration, find_broker, password_hash
from tillday_local.certificates import broker_tls, client_context, issuer_of
from tillday_local.folder import write_private
from tillday_local.grants import DOOR, SERVICE_GRANTS, terminal_grant
from tillday_local.parts import broker_child
from tillday_local.ports import free_port
from tillday_local.supervisor import Supervisor

T1, T2, OTHER_STORE = TerminalAddress("S1", "T1"), TerminalAddress("S1", "T2"), TerminalAddress("S2", "T1")
SEED = bytes(range(32))
ISSUER = issuer_of(SEED)
GRANTS = (*SERVICE_GRANTS, *(terminal_grant(address) for address in (T1, T2, OTHER_STORE)))


def password(user: str) -> str:
    return f"password of {user}"


@dataclass(frozen=True, slots=True)
class GuardedBroker:
    """Where it listens, what to trust there, and what it writes down."""

    nats: int
    mqtt: int
    monitor: int
    ca: Path
    log: Path

    @property
    def context(self) -> ssl.SSLContext:
        return client_context(self.ca)


@asynccontextmanager
async def guarded_broker(folder: Path) -> AsyncIterator[GuardedBroker]:
    """Runs it; afterwards its log is looked at."""
    ports = BrokerPorts(nats=free_port(), mqtt=free_port(), monitor=free_port())
    configuration = folder / "nats.conf"
    hashes = {grant.user: password_hash(password(grant.user)) for grant in (*GRANTS, DOOR)}
    tls = broker_tls(folder, at=datetime.now(UTC))
    made = BrokerSetUp(
        ports=ports, store=folder / "jetstream", tls=tls, grants=GRANTS, hashes=hashes, issuer=ISSUER
    )
    write_private(configuration, broker_configuration(made))
    supervisor = Supervisor(folder / "logs")
    await supervisor.start(broker_child(find_broker(), configuration, ports, tls.authority))
    log = supervisor.log_of("broker")
    yield GuardedBroker(ports.nats, ports.mqtt, ports.monitor, tls.authority, log)
    await supervisor.stop()
    assert "Plaintext passwords" not in log.read_text(encoding="utf-8")


async def as_service(ports: GuardedBroker, user: str) -> Client:
    async def quiet(_error: Exception) -> None:
        return None

    return await nats.connect(
        f"tls://127.0.0.1:{ports.nats}",
        tls=ports.context,
        tls_handshake_first=True,
        user=user,
        password=password(user),
        inbox_prefix=f"_INBOX.{user}".encode(),
        allow_reconnect=False,
        error_cb=quiet,
    )


async def heard_out(client: Client, *, timeout: float = 10.0) -> None:
    """Return once the broker has taken everything that this client said before.

    `flush` of nats-py does not tell: it writes its PING at once, while a subscription made just before still
    waits in the client's buffer, so the PONG may come before the broker has read the subscription. A
    request goes through the same buffer, behind it.
    """
    await client.jetstream(timeout=timeout).account_info()


async def make_streams(client: Client) -> None:
    jetstream = client.jetstream()
    for stream in STREAMS:
        await jetstream.add_stream(StreamConfig(name=stream.name, subjects=list(stream.subjects)))


async def greeting_for(ports: GuardedBroker, user: str, secret: str) -> bytes:
    """What the broker says to a NATS client with these credentials."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ports.nats, ssl=ports.context)
    await reader.readline()
    writer.write(
        b"CONNECT %s\r\nPING\r\n" % json.dumps({"verbose": False, "user": user, "pass": secret}).encode()
    )
    while (greeting := await reader.readline()) == b"PING\r\n":
        continue  # it looks whether we are there while it asks about us
    writer.close()
    with contextlib.suppress(OSError, ssl.SSLError):  # the broker may have closed first
        await writer.wait_closed()
    return greeting.strip()


def usual_client_id(user: str) -> str:
    """The client id of a terminal; a service's is its name."""
    return TerminalAddress(*user.split(".")).client_id if "." in user else user


class Terminal:
    """A bare MQTT client that keeps what it hears."""

    def __init__(
        self, ports: GuardedBroker, user: str, *, secret: str | None = None, client_id: str | None = None
    ) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._events: dict[str, threading.Event] = {name: threading.Event() for name in ("up", "sub", "pub")}
        self.granted: list[int] = []
        self.lost_at: list[float] = []
        self.refusal: str | None = None
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id or usual_client_id(user))
        client.username_pw_set(user, password(user) if secret is None else secret)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_publish = self._published
        client.on_message = self._message
        client.on_disconnect = self._disconnected
        client.tls_set_context(ports.context)
        client.connect("127.0.0.1", ports.mqtt)
        client.loop_start()
        assert self._events["up"].wait(15)
        self.client = client

    def _connected(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        self.refusal = str(reason) if reason.is_failure else None
        self._events["up"].set()

    def _disconnected(self, *_: Any) -> None:
        self.lost_at.append(time.monotonic())

    def _subscribed(self, _c: Any, _u: Any, _m: Any, reasons: Any, _p: Any) -> None:
        self.granted = [reason.value for reason in reasons]
        self._events["sub"].set()

    def _published(self, *_: Any) -> None:
        self._events["pub"].set()

    def _message(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))

    def subscribe(self, topic: str) -> int:
        self._events["sub"].clear()
        self.client.subscribe(topic, qos=0)
        assert self._events["sub"].wait(5)
        return self.granted[0]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._events["pub"].clear()
        self.client.publish(topic, payload, qos=1, retain=retain)
        self._events["pub"].wait(2)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
