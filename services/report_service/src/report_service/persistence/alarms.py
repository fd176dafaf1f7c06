"""Alarms as the services told them: the last of each kind about each terminal."""

from collections.abc import Iterable
from typing import Any, Final, Literal

from service_kit.database import Connection
from tillday_contracts.alarm_messages import Alarm, AlarmCleared, AlarmEvent, StoreAlarmCleared, runbook_of

Producer = Literal["till", "store"]
RAISE: Final = """
    INSERT INTO alarm (producer, store, terminal, kind, text, raised_at)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (producer, store, terminal, kind) DO UPDATE
       SET text = excluded.text, raised_at = excluded.raised_at, cleared_at = NULL
"""
CLEAR: Final = """
    UPDATE alarm
       SET cleared_at = $5
     WHERE (producer, store, terminal, kind) = ($1, $2, $3, $4)
"""
FORGET: Final = "DELETE FROM alarm WHERE producer = $1"
READ: Final = """
    SELECT store, terminal, kind, text, raised_at, cleared_at
      FROM alarm
     WHERE store IN ($1, '') AND ($2 OR cleared_at IS NULL)
     ORDER BY raised_at DESC, producer, store, terminal, kind
"""


async def fold(connection: Connection, producer: Producer, events: Iterable[AlarmEvent]) -> None:
    """Take a producer's events in their order."""
    for event in events:
        key = (producer, event.store or "", event.terminal or "", event.kind)
        if isinstance(event, AlarmCleared | StoreAlarmCleared):
            await connection.execute(CLEAR, *key, event.occurred_at)
        else:
            await connection.execute(RAISE, *key, event.text, event.occurred_at)


async def forget(connection: Connection, producer: Producer) -> None:
    """Remove everything that a producer told."""
    await connection.execute(FORGET, producer)


async def read(connection: Connection, store: str, *, cleared: bool) -> tuple[Alarm, ...]:
    """Read the alarms of a store and those about everything, the newest first."""
    return tuple(_alarm(row) for row in await connection.fetch(READ, store, cleared))


def _alarm(row: Any) -> Alarm:
    about = {"store": row["store"] or None, "terminal": row["terminal"] or None}
    return Alarm.model_validate({**row, **about, "page": runbook_of(row["kind"])})
