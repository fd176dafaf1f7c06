"""Attempts to speak for a terminal: counted in memory, told as events and as an alarm."""

from collections import Counter
from datetime import timedelta
from typing import Final

from service_kit.alarms import Alarms, Condition, Subject
from service_kit.database import Connection, Database
from service_kit.outbox import announce_events
from store_service.domain.admission import Turned
from store_service.domain.misuse import Kind, by_terminal, in_words
from store_service.messaging.work import Clockwork
from tillday_contracts.alarm_messages import StoreAlarmCleared, StoreAlarmRaised
from tillday_contracts.identity_messages import CredentialMisused

MOST_KINDS: Final = 1000
REMEMBERED: Final = timedelta(minutes=10)
"""An alarm is over when nobody tried for so long."""


class Misuses:
    """One event per terminal, way and host for everything that came since the last one was written.

    The alarm of a terminal is raised with the first of them, and cleared once when nobody tries any more.
    """

    def __init__(self, database: Database, clockwork: Clockwork) -> None:
        self._database = database
        self._clockwork = clockwork
        self._alarms = Alarms(StoreAlarmRaised, StoreAlarmCleared, clockwork.new_id)
        self._counted: Counter[Kind] = Counter()

    def note(self, turned: Turned, host: str) -> None:
        """Count an attempt; those that name no possible terminal are in the log alone."""
        if turned.address is None:
            return
        kind = Kind(turned.address, turned.misuse, host)
        if kind in self._counted or len(self._counted) < MOST_KINDS:
            self._counted[kind] += 1

    async def write_down(self) -> None:
        """Tell what was counted; what cannot be written stays counted."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            async with self._database.transaction() as connection:
                await announce_events(
                    connection, *(self._event(kind, times) for kind, times in counted.items())
                )
                await self._alarm(connection, counted)
        except BaseException:
            self._counted += counted
            raise

    async def pass_time(self) -> None:
        """Clear the alarms of terminals whose name nobody tries any more."""
        async with self._database.transaction() as connection:
            await self._alarms.pass_time(connection, at=self._clockwork.now())

    async def _alarm(self, connection: Connection, counted: Counter[Kind]) -> None:
        for address, ways in by_terminal(counted).items():
            about = Subject(address.store, address.terminal)
            found = Condition(in_words(ways), lasts=REMEMBERED)
            await self._alarms.look(connection, about, "credential_misuse", found, at=self._clockwork.now())

    def _event(self, kind: Kind, times: int) -> CredentialMisused:
        at, message_id = self._clockwork.now(), self._clockwork.new_id()
        return CredentialMisused(
            message_id=message_id,
            correlation_id=message_id,
            causation_id=message_id,
            occurred_at=at,
            store=kind.address.store,
            terminal=kind.address.terminal,
            misuse=kind.misuse,
            host=kind.host,
            times=times,
            last_at=at,
        )
