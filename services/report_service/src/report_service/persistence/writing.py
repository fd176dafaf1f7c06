"""Writing many rows with one statement."""

from collections.abc import Sequence

from service_kit.database import Connection


async def write(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run a statement whose parameters are the columns of these rows; nothing where there are none."""
    if rows:
        await connection.execute(statement, *zip(*rows, strict=True))
