"""What of a store waits for a person."""

from collections.abc import Mapping
from typing import Final

from report_service.domain.rows import TaskKey
from report_service.persistence.writing import write
from service_kit.database import Connection
from tillday_contracts.store_messages import StoreTask

SAVE_TASKS: Final = """
    INSERT INTO waiting_task (store, number, kind, terminal, business_date, raised_at, text)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::date[], $6::timestamptz[],
                         $7::text[])
        ON CONFLICT (store, number) DO NOTHING
"""
FORGET_FINISHED: Final = """
    DELETE FROM waiting_task
     USING unnest($1::text[], $2::bigint[]) AS finished (store, number)
     WHERE waiting_task.store = finished.store AND waiting_task.number = finished.number
"""
TASKS_OF: Final = """
    SELECT number, kind, terminal, business_date, raised_at, text
      FROM waiting_task
     WHERE store = $1
     ORDER BY number
     LIMIT $2
"""
MOST_SHOWN: Final = 500


async def save(connection: Connection, tasks: Mapping[TaskKey, StoreTask | None]) -> None:
    """Write the tasks that wait, and forget those that were finished."""
    waiting = [
        (*key, task.kind, task.terminal, task.business_date, task.raised_at, task.text)
        for key, task in tasks.items()
        if task is not None
    ]
    await write(connection, SAVE_TASKS, waiting)
    await write(connection, FORGET_FINISHED, [tuple(key) for key, task in tasks.items() if task is None])


async def tasks_of(connection: Connection, store: str) -> tuple[StoreTask, ...]:
    """Return what of a store waits for a person, oldest first."""
    rows = await connection.fetch(TASKS_OF, store, MOST_SHOWN)
    return tuple(StoreTask.model_validate(dict(row)) for row in rows)
