"""Raising and clearing alarms: by each HELLO, by bytes that nobody can prove, and as time passes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Final

from service_kit.alarms import Alarms, Condition, Subject
from service_kit.database import Connection, Database
from service_kit.links import NatsLink
from till_service.domain.alarms import REMEMBERED, Finding, findings, heard_boot
from till_service.messaging.journal import Surroundings
from till_service.persistence import arrived, boots
from tillday_contracts.alarm_messages import AlarmCleared, AlarmKind, AlarmRaised
from tillday_contracts.link import Hello
from tillday_contracts.streams import JOURNAL_STREAM
from tillday_contracts.topics import TerminalAddress

LOOK_SECONDS: Final = 15.0
FULL_AT: Final = 0.70
EMPTY_AGAIN_AT: Final = 0.60

Fill = Callable[[], Awaitable[float]]
"""Tells which part of the journal stream's bytes is taken, from 0 to 1."""


def ledger_alarms(around: Surroundings) -> Alarms:
    """Return the alarms of this service."""
    return Alarms(AlarmRaised, AlarmCleared, around.new_id)


@dataclass(frozen=True)
class HelloAlarms:
    """Looks at HELLOs."""

    alarms: Alarms
    around: Surroundings

    async def heard(self, connection: Connection, address: TerminalAddress, hello: Hello) -> None:
        """Take a proven HELLO."""
        now = self.around.now()
        before = await boots.lock(connection, address)
        after = heard_boot(before, hello, at=now)
        if after != before:
            await boots.save(connection, address, after)
        grew = before is not None and after.grown > before.grown
        await self._take(connection, address, findings(hello, after, grew=grew, at=now))

    async def _take(
        self, connection: Connection, address: TerminalAddress, found: Mapping[AlarmKind, Finding | None]
    ) -> None:
        about = Subject(address.store, address.terminal)
        known = await self.alarms.known(connection, about)
        now = self.around.now()
        for kind, finding in found.items():
            if finding is not None or kind in known:
                condition = None if finding is None else Condition(*astuple(finding))
                await self.alarms.look(connection, about, kind, condition, at=now)

    async def unproven(self, connection: Connection, address: TerminalAddress, what: str) -> None:
        """Take bytes that claim to be a terminal's and that none of its keys proves."""
        about = Subject(address.store, address.terminal)
        found = Condition(f"{what} in its name is proven by none of its keys.", lasts=REMEMBERED)
        await self.alarms.look(connection, about, "credential_misuse", found, at=self.around.now())


async def filled(nats: NatsLink) -> float:
    """Return which part of the journal stream's bytes is taken."""
    state = (await nats.jetstream.stream_info(JOURNAL_STREAM.name)).state
    return state.bytes / JOURNAL_STREAM.max_bytes


@dataclass(frozen=True)
class AlarmWatch:
    """Looks at what nobody tells of: time that passes, and how full the stream is."""

    database: Database
    alarms: Alarms
    around: Surroundings
    fill: Fill

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look once."""
        full = await self.fill()
        async with self.database.transaction() as connection:
            now = self.around.now()
            # Before time ripens anything: a terminal that is switched off in the evening says no last HELLO.
            for about, kind in await arrived.find(connection):
                await self.alarms.look(connection, about, kind, None, at=now)
            await self.alarms.pass_time(connection, at=now)
            known = await self.alarms.known(connection, Subject())
            if full >= FULL_AT or ("stream_filling" in known and full <= EMPTY_AGAIN_AT):
                text = f"The journal stream is {full:.0%} full: the ledger does not keep up."
                found = Condition(text, lasts=timedelta(days=1)) if full >= FULL_AT else None
                await self.alarms.look(connection, Subject(), "stream_filling", found, at=now)
