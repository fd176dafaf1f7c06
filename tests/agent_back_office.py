"""A back office in miniature: it chains what terminals send, acknowledges it, and answers what they ask."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Any

import nats
import paho.mqtt.client as mqtt
from nats.aio.msg import Msg
from paho.mqtt.enums import CallbackAPIVersion

from agent_shop import GOODS, KEY, PEOPLE
from servers import Broker
from tillday_contracts.asks import Ask, CataloguePage, FlashLine, FlashPage, PeoplePage, Reply
from tillday_contracts.ids import ZERO_HASH
from tillday_contracts.journal import JournalBatch, chain_hash, message_mac
from tillday_contracts.link import Ack, Answers, Continue, Gap, Hello, Sealed, Verdict
from tillday_contracts.topics import TerminalAddress, settings_topic
from tillday_contracts.wishes import Desired, Settings

HERE = TerminalAddress("S1", "T1")
TIMELINE = "b" * 16


class BackOffice:
    """What it holds is `epochs`: per epoch the entries in their order. `deaf`: it hears and says nothing."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.epochs: dict[str, list[bytes]] = {}
        self.hashes: dict[str, list[str]] = {}
        self.hellos: list[Hello] = []
        self.deaf = False
        self._nats: Any = None

    @property
    def types(self) -> list[str]:
        """Every entry's type, epoch by epoch."""
        return [json.loads(data)["type"] for entries in self.epochs.values() for data in entries]

    @asynccontextmanager
    async def working(self) -> AsyncIterator["BackOffice"]:
        user = "observer"
        self._nats = await nats.connect(
            self._broker.nats_url,
            user=user,
            password=self._broker.password_of(user),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,
        )
        await self._nats.subscribe("pos.S1.T1.journal.v1", cb=self._journal)
        await self._nats.subscribe("pos.S1.T1.hello.v1", cb=self._hello)
        await self._nats.subscribe("pos.S1.T1.ask.*.v1", cb=self._ask)
        try:
            yield self
        finally:
            with suppress(Exception):
                await self._nats.close()

    async def retain(self, *messages: Desired | Settings) -> None:
        """Publish retained messages as the store's service does: over MQTT."""
        await asyncio.to_thread(self._retain, messages)

    def _retain(self, messages: tuple[Desired | Settings, ...]) -> None:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="back-office", protocol=mqtt.MQTTv311)
        client.username_pw_set("store_service", self._broker.password_of("store_service"))
        host, port = self._broker.mqtt_url.removeprefix("mqtt://").split(":")
        client.connect(host, int(port))
        client.loop_start()
        for message in messages:
            topic = HERE.topic("desired") if isinstance(message, Desired) else settings_topic("S1")
            client.publish(topic, message.model_dump_json(), qos=1, retain=True).wait_for_publish(5)
        client.disconnect()
        client.loop_stop()

    async def _say(self, *verdicts: Verdict) -> None:
        await self._nats.publish(HERE.subject("ack"), Answers(items=verdicts).model_dump_json().encode())

    async def _hello(self, message: Msg) -> None:
        sealed = Sealed.model_validate_json(message.data)
        assert sealed.mac == message_mac(KEY, sealed.data)
        hello = Hello.model_validate_json(sealed.data)
        self.hellos.append(hello)
        if self.deaf:
            return
        held = self.hashes.get(hello.epoch, [])
        if hello.low_seq > len(held) + 1:
            await self._say(Gap(epoch=hello.epoch, from_seq=len(held) + 1))
        else:
            await self._say(*self._acks(hello.epoch), Continue(epoch=hello.epoch))

    async def _journal(self, message: Msg) -> None:
        if self.deaf:
            return
        batch = JournalBatch.model_validate_json(message.data)
        entries, hashes = self.epochs.setdefault(batch.epoch, []), self.hashes.setdefault(batch.epoch, [])
        for entry in batch.entries:
            if entry.seq > len(hashes) + 1:
                await self._say(Gap(epoch=batch.epoch, from_seq=len(hashes) + 1))
                return
            assert entry.hash == chain_hash(KEY, entry.prev, entry.data)
            assert entry.prev == (hashes[entry.seq - 2] if entry.seq > 1 else ZERO_HASH)
            if entry.seq == len(hashes) + 1:
                entries.append(entry.data)
                hashes.append(entry.hash)
            assert hashes[entry.seq - 1] == entry.hash, "two entries claim one place"
        await self._say(*self._acks(batch.epoch))

    def _acks(self, epoch: str) -> tuple[Ack, ...]:
        held = self.hashes.get(epoch, [])
        if not held:
            return ()
        return (Ack(epoch=epoch, seq=len(held), hash=held[-1], timeline=TIMELINE, c=len(held)),)

    async def _flash(self, ask: Ask) -> None:
        """Two pages: every receipt that came was an espresso."""
        sold = self.types.count("SALE")
        line = FlashLine(sku="COF-01", name="Espresso", quantity=sold, total=160 * sold)
        for number, lines in enumerate(((line,), ())):
            page = FlashPage(
                request_id=ask.request_id,
                business_date=date(2031, 5, 6),
                currency="EUR",
                missing=max(0, (ask.head_seq or 0) - len(self.epochs.get(ask.epoch or "", ()))),
                page=number,
                pages=2,
                lines=lines,
                total=line.total,
            )
            await self._nats.publish(HERE.subject("reply"), Reply(content=page).model_dump_json().encode())

    async def _ask(self, message: Msg) -> None:
        ask = Ask.model_validate_json(message.data)
        kind = message.subject.split(".")[4]
        if kind == "flash":
            await self._flash(ask)
            return
        goods = tuple(GOODS.values())
        two = slice(ask.page * 2, ask.page * 2 + 2)
        pages = (len(PEOPLE if kind == "people" else goods) + 1) // 2
        common: dict[str, Any] = {"request_id": ask.request_id, "revision": 1, "page": ask.page}
        content = (
            PeoplePage(**common, pages=pages, people=PEOPLE[two])
            if kind == "people"
            else CataloguePage(**common, pages=pages, items=goods[two])
        )
        await self._nats.publish(HERE.subject("reply"), Reply(content=content).model_dump_json().encode())
