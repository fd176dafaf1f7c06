"""Sales whose stock moves at once: which are marked, and what they sold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.stock import Pieces
from tillday_contracts.arithmetic import fold_products
from tillday_contracts.entries import Sale, read_body, read_envelope

NEXT_SESSION: Final = """
    SELECT p.store, s.session_id
      FROM sale_to_pick AS p
      LEFT JOIN sale AS s USING (hash)
     ORDER BY s.session_id NULLS FIRST
     LIMIT 1
"""
LOCK: Final = "SELECT status FROM till_session WHERE session_id = $1 FOR NO KEY UPDATE"
TAKE: Final = """
    DELETE FROM sale_to_pick AS p
     USING sale AS s
     WHERE s.hash = p.hash AND s.session_id = $1
 RETURNING p.hash, p.store, s.placement
"""
READ_SALES: Final = """
    SELECT hash, data FROM placed_entry WHERE hash = ANY($1::bytea[]) ORDER BY terminal, epoch, seq
"""
PICKED: Final = "SELECT DISTINCT sale FROM stock_document WHERE session_id = $1 AND sale = ANY($2::bytea[])"
RUNNING: Final = ("open", "closing_count")


@dataclass(frozen=True, slots=True)
class ToPick:
    """A sale whose stock moves now."""

    hash: str
    store: str
    session_id: str
    sold: Mapping[str, Pieces]


async def next_session(connection: Connection) -> tuple[str, str] | None:
    """Return the store and session of a marked sale, None when nothing is marked."""
    row = await connection.fetchrow(NEXT_SESSION)
    return (row["store"], row["session_id"]) if row is not None else None


async def take(connection: Connection, session_id: str) -> tuple[ToPick, ...]:
    """Take the marked sales of a session under its lock.

    Only a running session's: what a closed one sold moves when it is posted, with everything else of it.
    """
    status = await connection.fetchval(LOCK, session_id)
    taken = await connection.fetch(TAKE, session_id)
    wanted = {row["hash"]: row["store"] for row in taken if row["placement"] == "session"}
    if status not in RUNNING or not wanted:
        return ()
    known = {row["sale"] for row in await connection.fetch(PICKED, session_id, list(wanted))}
    left = [hash_ for hash_ in wanted if hash_ not in known]
    found = await connection.fetch(READ_SALES, left)
    return tuple(_to_pick(row, wanted[row["hash"]], session_id) for row in found)


def _to_pick(row: Any, store: str, session_id: str) -> ToPick:
    body = read_body(read_envelope(bytes(row["data"])))
    assert isinstance(body, Sale)
    sold = {sku: Pieces(sums.name, sums.quantity) for sku, sums in fold_products(body).items()}
    return ToPick(row["hash"].hex(), store, session_id, sold)
