"""A made-up terminal: a real MQTT client that sends its journal as the protocol asks and waits for acks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tillday_contracts.journal import HISTORY_WINDOW, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES
from tillday_local.bench.journal import Journal

CONNECT_SECONDS: Final = 10.0
RESEND_SECONDS: Final = 5.0
MOST_IN_FLIGHT: Final = 4


@dataclass(frozen=True, slots=True)
class Sending:
    """A message on its way: the entries it carries and when it left."""

    first: int
    last: int
    at: float


@dataclass(slots=True)
class Heard:
    """What one terminal heard so far."""

    acked: int = 0
    window: int = HISTORY_WINDOW
    odd: int = 0
    """Verdicts other than acks; a clean run has none."""
    latencies: list[float] = field(default_factory=list)


class BenchTerminal:
    """One connection and one journal. `on_ack(entries)` hears of each newly acknowledged run of entries."""

    def __init__(self, journal: Journal, url: str, password: str, on_ack: Callable[[int], None]) -> None:
        self.journal = journal
        self.heard = Heard()
        self._on_ack = on_ack
        self._address = journal.owner.address
        self._topic = self._address.topic("journal")
        self._in_flight: deque[Sending] = deque()
        self._changed = asyncio.Event()
        self._hellos = 0
        self._loop = asyncio.get_running_loop()
        parts = urlsplit(url)
        self._encrypted = parts.scheme == "mqtts"
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 1883
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=self._address.client_id)
        self._client.username_pw_set(f"{self._address.store}.{self._address.terminal}", password)
        self._client.on_connect = self._subscribe
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._received
        self._listening = asyncio.Event()

    def trust(self, authority: Path | None) -> None:
        """Trust this authority where the address asks for TLS; None: what this machine trusts anyway."""
        if self._encrypted:
            self._client.tls_set(None if authority is None else str(authority))

    async def connect(self) -> None:
        """Return once acks can be heard; raises TimeoutError."""
        self._client.connect_async(self._host, self._port)
        self._client.loop_start()
        await asyncio.wait_for(self._listening.wait(), CONNECT_SECONDS)

    async def disconnect(self) -> None:
        """Close the connection."""
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def send(self, first: int, last: int) -> None:
        """Hand one message to the client."""
        self._in_flight.append(Sending(first, last, time.perf_counter()))
        self._client.publish(self._topic, self.journal.batch(first, last), qos=1)

    def say_hello(self) -> None:
        """Give a sign of life, as a terminal does whose entries are all acknowledged."""
        self._hellos += 1
        said = self.journal.hello(self.heard.acked, self._hellos, datetime.now(UTC))
        self._client.publish(self._address.topic("hello"), said)

    async def settle(self, last: int, *, until: float) -> None:
        """Wait until entry `last` is acknowledged or the clock (perf_counter) passes `until`."""
        while self.heard.acked < last and time.perf_counter() < until:
            await self._wait(until)

    async def drain(self, *, until: float) -> None:
        """Send the rest of the journal, as a terminal with a backlog does, to its end or `until`."""
        sent = self.heard.acked
        while self.heard.acked < len(self.journal.entries) and time.perf_counter() < until:
            most = MOST_IN_FLIGHT if self.heard.window > HISTORY_WINDOW else 1
            while sent < len(self.journal.entries) and len(self._in_flight) < most:
                window = min(self.heard.window, MAX_BATCH_ENTRIES)
                last = self.journal.reach(sent + 1, entries=window, size=MAX_BATCH_BYTES)
                self.send(sent + 1, last)
                sent = last
            if not await self._wait(until):
                self._in_flight.clear()
                sent = self.heard.acked

    async def _wait(self, until: float) -> bool:
        """Wait for an ack; False when none came for so long that everything must be sent again."""
        patience = min(RESEND_SECONDS, max(0.0, until - time.perf_counter()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), patience)
            self._changed.clear()
            return True
        return False

    # --- the client's thread: put on the loop, nothing else ----------------------------------------------

    def _subscribe(self, client: Client, *_: Any) -> None:
        client.subscribe(self._address.topic("ack"), qos=0)

    def _subscribed(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self._listening.set)

    def _received(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._loop.call_soon_threadsafe(self._take, message.payload, time.perf_counter())

    # --- the loop ----------------------------------------------------------------------------------------

    def _take(self, payload: bytes | bytearray, at: float) -> None:
        for item in json.loads(payload)["items"]:
            if item["kind"] == "ACK" and self._is_mine(item["seq"], item["hash"]):
                self._acknowledge(item["seq"], item["window"], at)
            elif item["kind"] not in ("ACK", "CONTINUE"):
                self.heard.odd += 1
        self._changed.set()

    def _is_mine(self, seq: int, digest: str) -> bool:
        return 0 < seq <= len(self.journal.entries) and self.journal.entries[seq - 1].hash == digest

    def _acknowledge(self, seq: int, window: int, at: float) -> None:
        self.heard.window = window
        while self._in_flight and self._in_flight[0].last <= seq:
            self.heard.latencies.append(at - self._in_flight.popleft().at)
        if seq > self.heard.acked:
            sales = sum(entry.is_sale for entry in self.journal.entries[self.heard.acked : seq])
            self.heard.acked = seq
            self._on_ack(sales)
