"""Attempts to speak for a terminal: counted in memory, announced as events once the database takes them."""

from collections import Counter
from typing import Final

from service_kit.database import Database
from service_kit.outbox import OutboxMessage, announce
from store_service.domain.admission import Turned
from store_service.messaging.work import Clockwork
from tillday_contracts.identity_messages import CredentialMisused, Misuse

MOST_KINDS: Final = 1000
Kind = tuple[str, str, Misuse, str]


class Misuses:
    """One event per terminal, way and host for everything that came since the last one was written."""

    def __init__(self, database: Database, clockwork: Clockwork) -> None:
        self._database = database
        self._clockwork = clockwork
        self._counted: Counter[Kind] = Counter()

    def note(self, turned: Turned, host: str) -> None:
        """Count an attempt; those that name no possible terminal are in the log alone."""
        if turned.address is None:
            return
        kind = (turned.address.store, turned.address.terminal, turned.misuse, host)
        if kind in self._counted or len(self._counted) < MOST_KINDS:
            self._counted[kind] += 1

    async def write_down(self) -> None:
        """Announce what was counted; what cannot be written stays counted."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            async with self._database.transaction() as connection:
                await announce(connection, *(self._event(kind, times) for kind, times in counted.items()))
        except BaseException:
            self._counted += counted
            raise

    def _event(self, kind: Kind, times: int) -> OutboxMessage:
        store, terminal, misuse, host = kind
        at, message_id = self._clockwork.now(), self._clockwork.new_id()
        event = CredentialMisused(
            message_id=message_id,
            correlation_id=message_id,
            causation_id=message_id,
            occurred_at=at,
            store=store,
            terminal=terminal,
            misuse=misuse,
            host=host,
            times=times,
            last_at=at,
        )
        return OutboxMessage(CredentialMisused.subject, event.model_dump_json().encode(), message_id)
