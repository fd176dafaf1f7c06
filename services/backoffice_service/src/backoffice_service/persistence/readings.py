"""How the system stands and stood, and what the database tells of itself."""

from dataclasses import astuple, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from backoffice_service.domain.standing import DatabaseStanding, Reading, Standing
from service_kit.database import Connection

STANDING: Final = TypeAdapter(Standing)
# One reading of each moment, whichever replica is first.
KEEP: Final = """
    INSERT INTO reading (at, mqtt_clients, clients, pending, redelivered, stream_bytes, database_bytes,
                         connections, oldest_ms, entries_a_minute, letters, delay_p50_ms, delay_p99_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (at) DO NOTHING
"""
REPLACE: Final = """
    INSERT INTO standing (at, picture) VALUES ($1, $2)
        ON CONFLICT (only_row) DO UPDATE SET at = excluded.at, picture = excluded.picture
     WHERE standing.at <= excluded.at
"""
FORGET: Final = "DELETE FROM reading WHERE at < $1"
NOW: Final = "SELECT at, picture FROM standing"
# Of a span the highest value of each figure: a peak must not vanish between two points of a plot.
SINCE: Final = """
    SELECT date_bin($2, at, 'epoch') AS span,
           max(mqtt_clients) AS mqtt_clients,
           max(clients) AS clients,
           max(pending) AS pending,
           max(redelivered) AS redelivered,
           max(stream_bytes) AS stream_bytes,
           max(database_bytes) AS database_bytes,
           max(connections) AS connections,
           max(oldest_ms) AS oldest_ms,
           max(entries_a_minute) AS entries_a_minute,
           max(letters) AS letters,
           max(delay_p50_ms) AS delay_p50_ms,
           max(delay_p99_ms) AS delay_p99_ms
      FROM reading
     WHERE at >= $1
     GROUP BY span
     ORDER BY span
"""
ABOUT: Final = """
    SELECT current_setting('server_version') AS version,
           pg_database_size(current_database()) AS size,
           current_setting('max_connections')::integer AS most_connections,
           (SELECT count(*) FROM pg_locks WHERE NOT granted) AS waiting_locks,
           (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()) AS deadlocks,
           pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_others
"""
CONNECTIONS: Final = """
    SELECT coalesce(usename, '') AS name, count(*) AS count,
           (max(extract(epoch FROM clock_timestamp() - xact_start))
            FILTER (WHERE pid <> pg_backend_pid()))::float8 AS oldest
      FROM pg_stat_activity
     WHERE datname = current_database()
     GROUP BY name
     ORDER BY name
"""


async def keep(
    connection: Connection, at: datetime, standing: Standing, reading: Reading, *, every: int
) -> None:
    """Keep a reading under the moment it belongs to, and the standing as the newest."""
    moment = datetime.fromtimestamp(at.timestamp() // every * every, tz=at.tzinfo)
    await connection.execute(KEEP, moment, *astuple(reading))
    # The ledger's counters are for the next reading only.
    await connection.execute(REPLACE, at, STANDING.dump_json(replace(standing, ledger=None)).decode())


async def forget(connection: Connection, *, before: datetime) -> None:
    """Forget the readings of before then."""
    await connection.execute(FORGET, before)


async def newest(connection: Connection) -> tuple[datetime, Standing] | None:
    """Return how the system stood last, None before the first look."""
    row = await connection.fetchrow(NOW)
    return None if row is None else (row["at"], STANDING.validate_json(row["picture"]))


async def since(connection: Connection, first: datetime, *, span: timedelta) -> dict[datetime, Reading]:
    """Return the readings from a moment on, by spans of time, each with the highest values in it."""
    rows: list[Any] = await connection.fetch(SINCE, first, span)
    return {moment: Reading(**figures) for moment, figures in map(_parted, rows)}


async def database_standing(connection: Connection) -> DatabaseStanding:
    """Return how the database stands, as far as this role may see it."""
    about = await connection.fetchrow(ABOUT)
    users: list[Any] = await connection.fetch(CONNECTIONS)
    assert about is not None
    oldest = max((row["oldest"] for row in users if row["oldest"] is not None), default=0.0)
    return DatabaseStanding(
        version=about["version"],
        size=about["size"],
        connections=sum(row["count"] for row in users),
        most_connections=about["most_connections"],
        waiting_locks=about["waiting_locks"],
        deadlocks=about["deadlocks"],
        oldest_seconds=oldest if about["sees_others"] else None,
        by_user={row["name"] or "–": row["count"] for row in users},
    )


def _parted(row: Any) -> tuple[datetime, dict[str, Any]]:
    figures = dict(row)
    return figures.pop("span"), figures
