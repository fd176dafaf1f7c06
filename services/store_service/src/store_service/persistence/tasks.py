"""Tasks of a store: numbered per store, raised once, finished once."""

from datetime import datetime
from typing import Final

from service_kit.database import Connection
from store_service.domain.tasks import Task
from tillday_contracts.day_messages import FinishStoreTask
from tillday_contracts.store_messages import StoreTask

ADD_TASK: Final = """
    INSERT INTO store_task (store, number, kind, about, terminal, business_date, text, raised_at)
    SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5::date, $6, $7::timestamptz
      FROM store_task
     WHERE store = $1
        ON CONFLICT (store, kind, about) DO NOTHING
    RETURNING number
"""
READ_WAITING: Final = """
    SELECT number, kind, terminal, business_date, raised_at, text
      FROM store_task
     WHERE store = $1 AND finished_at IS NULL
     ORDER BY number
     LIMIT $2
"""
IS_TASK: Final = "SELECT EXISTS (SELECT FROM store_task WHERE store = $1 AND number = $2)"
FINISH_TASK: Final = """
    UPDATE store_task
       SET finished_at = $3, finished_by = $4, note = $5
     WHERE store = $1 AND number = $2 AND finished_at IS NULL
    RETURNING true
"""
MOST_SHOWN: Final = 500


async def add_task(connection: Connection, store: str, task: Task, *, at: datetime) -> int | None:
    """Add a task; returns its number, None when it was raised before. The store is locked."""
    about = (task.kind, task.about, task.terminal, task.business_date, task.text)
    number: int | None = await connection.fetchval(ADD_TASK, store, *about, at)
    return number


async def read_waiting_tasks(connection: Connection, store: str) -> list[StoreTask]:
    """Read the tasks that nobody has finished, oldest first."""
    rows = await connection.fetch(READ_WAITING, store, MOST_SHOWN)
    return [StoreTask.model_validate(dict(row)) for row in rows]


async def is_task(connection: Connection, store: str, number: int) -> bool:
    """Say whether there is such a task, finished or not."""
    return bool(await connection.fetchval(IS_TASK, store, number))


async def finish_task(connection: Connection, command: FinishStoreTask, *, at: datetime) -> bool:
    """Finish a task; False when somebody has done so before."""
    word = (command.store, command.number, at, command.by, command.note)
    return bool(await connection.fetchval(FINISH_TASK, *word))
