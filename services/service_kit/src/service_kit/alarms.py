"""Alarms: a condition is noticed, raised once it has lasted, and cleared once; each told as one event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from service_kit.database import Connection
from service_kit.outbox import announce_events
from tillday_contracts.messages import Event

LOCK: Final = """
    SELECT text, mark, noticed_at, due_at, ripens, raised_at, expires_at
      FROM alarm_watch
     WHERE (store, terminal, kind) = ($1, $2, $3)
       FOR UPDATE
"""
SAVE: Final = """
    INSERT INTO alarm_watch (store, terminal, kind, text, mark, noticed_at, due_at, ripens, raised_at,
                             expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (store, terminal, kind) DO UPDATE
       SET text = excluded.text, mark = excluded.mark, noticed_at = excluded.noticed_at,
           due_at = excluded.due_at, ripens = excluded.ripens, raised_at = excluded.raised_at,
           expires_at = excluded.expires_at
"""
REMOVE: Final = "DELETE FROM alarm_watch WHERE (store, terminal, kind) = ($1, $2, $3)"
RIPEN: Final = """
    UPDATE alarm_watch
       SET raised_at = $1
     WHERE ripens AND raised_at IS NULL AND due_at <= $1
 RETURNING store, terminal, kind, text
"""
EXPIRE: Final = """
    DELETE FROM alarm_watch
     WHERE expires_at <= $1
 RETURNING store, terminal, kind, text, raised_at
"""
READ_KNOWN: Final = "SELECT kind FROM alarm_watch WHERE (store, terminal) = ($1, $2)"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alarm is about: a terminal, a store, or with empty codes everything."""

    store: str = ""
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something is wrong. `mark` says what exactly: another mark is another beginning.

    It is an alarm once it has lasted for `patience`; `ripens`: also when nobody looks again. One that nobody
    can see the end of `lasts` so long after it was noticed last.
    """

    text: str
    mark: str = ""
    patience: timedelta = timedelta(0)
    ripens: bool = False
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A condition that was noticed; `raised_at` is None while it has not lasted long enough."""

    text: str
    mark: str
    noticed_at: datetime
    due_at: datetime
    ripens: bool
    raised_at: datetime | None
    expires_at: datetime | None


def stand(known: Standing | None, found: Condition | None, at: datetime) -> tuple[Standing | None, bool]:
    """Return how an alarm stands after a look, and whether that is told: raised or cleared just now."""
    if found is None:
        return None, known is not None and known.raised_at is not None
    if known is None or known.mark != found.mark:
        was_raised = known is not None and known.raised_at is not None
        if was_raised and found.patience:
            return _noticed(found, at), True  # it moved on: cleared, and watched anew
        fresh = _noticed(found, at)
        return (replace(fresh, raised_at=at), not was_raised) if not found.patience else (fresh, False)
    lasting = replace(known, text=found.text, expires_at=_end(found, at))
    if known.raised_at is None and at >= known.due_at:
        return replace(lasting, raised_at=at), True
    return lasting, False


def _noticed(found: Condition, at: datetime) -> Standing:
    return Standing(found.text, found.mark, at, at + found.patience, found.ripens, None, _end(found, at))


def _end(found: Condition, at: datetime) -> datetime | None:
    return None if found.lasts is None else at + found.lasts


@dataclass(frozen=True)
class Alarms:
    """The alarms of one service. `raised` and `cleared` are its events (store, terminal, kind, text)."""

    raised: type[Event]
    cleared: type[Event]
    new_id: Callable[[], UUID]

    async def look(
        self, connection: Connection, about: Subject, kind: str, found: Condition | None, *, at: datetime
    ) -> None:
        """Take what a look at one kind found, in the caller's transaction."""
        key = (about.store, about.terminal, kind)
        row = await connection.fetchrow(LOCK, *key)
        known = None if row is None else Standing(**row)
        after, told = stand(known, found, at)
        if after is None:
            if known is not None:
                await connection.execute(REMOVE, *key)
        elif after != known:
            when = (after.noticed_at, after.due_at, after.ripens, after.raised_at, after.expires_at)
            await connection.execute(SAVE, *key, after.text, after.mark, *when)
        if told:
            is_raised = after is not None and after.raised_at is not None
            text = after.text if is_raised and after is not None else known.text if known is not None else ""
            await self._tell(connection, self.raised if is_raised else self.cleared, (*key, text), at)

    async def known(self, connection: Connection, about: Subject) -> frozenset[str]:
        """Return the kinds that were noticed: only these can be cleared."""
        found = await connection.fetch(READ_KNOWN, about.store, about.terminal)
        return frozenset(row["kind"] for row in found)

    async def pass_time(self, connection: Connection, *, at: datetime) -> None:
        """Raise what ripened while nobody looked, and clear what was not noticed again."""
        for row in await connection.fetch(RIPEN, at):
            await self._tell(connection, self.raised, tuple(row), at)
        for row in await connection.fetch(EXPIRE, at):
            if row["raised_at"] is not None:
                await self._tell(connection, self.cleared, tuple(row)[:4], at)

    async def _tell(
        self, connection: Connection, event: type[Event], told: Sequence[Any], at: datetime
    ) -> None:
        cause = self.new_id()
        store, terminal, kind, text = told
        said = event.model_validate(
            {
                "message_id": self.new_id(),
                "correlation_id": cause,
                "causation_id": cause,
                "occurred_at": at,
                "store": store or None,
                "terminal": terminal or None,
                "kind": kind,
                "text": text,
            }
        )
        await announce_events(connection, said)
