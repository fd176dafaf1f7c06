"""What terminals last said was waiting, and the ledger has meanwhile."""

from typing import Any, Final

from service_kit.alarms import Subject
from service_kit.database import Connection

# A mark of these kinds is the epoch and the number of the oldest entry that waits, or begins with "left".
FIND: Final = """
    SELECT watch.store, watch.terminal, watch.kind
      FROM alarm_watch AS watch
      JOIN terminal_stream AS stream
        ON (stream.store, stream.terminal) = (watch.store, watch.terminal)
       AND stream.epoch = split_part(watch.mark, ':', 1)
     WHERE watch.kind IN ('not_in_ledger', 'oldest_unacknowledged')
       AND stream.upto >= CASE WHEN watch.mark ~ ':[0-9]+$' THEN split_part(watch.mark, ':', 2)::bigint END
  ORDER BY watch.store, watch.terminal, watch.kind
"""


async def find(connection: Connection) -> list[tuple[Subject, str]]:
    """Return about whom and of which kind a condition is over, though its terminal has not said so yet."""
    rows: list[Any] = await connection.fetch(FIND)
    return [(Subject(row["store"], row["terminal"]), row["kind"]) for row in rows]
