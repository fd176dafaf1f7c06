"""Guests of sessions: who joined, what each brought, how far a person says that a count went."""

import json
from collections.abc import Mapping
from typing import Final

from service_kit.database import Connection
from till_service.domain.closes import GuestWord
from till_service.domain.guests import GuestJournal
from till_service.domain.ledger import GuestKey, Taken
from till_service.persistence import rows
from tillday_contracts.arithmetic import TenderTotals

STORE_GUESTS: Final = """
    INSERT INTO till_guest (session_id, store, terminal, epoch, seq)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
        ON CONFLICT DO NOTHING
"""
STORE_TENDERS: Final = """
    INSERT INTO guest_tender AS old (session_id, terminal, tender, sales, refunds, paid_in, paid_out, loans,
                                     pickups)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                         $7::bigint[], $8::bigint[], $9::bigint[])
        ON CONFLICT (session_id, terminal, tender) DO UPDATE
       SET sales = old.sales + excluded.sales,
           refunds = old.refunds + excluded.refunds,
           paid_in = old.paid_in + excluded.paid_in,
           paid_out = old.paid_out + excluded.paid_out,
           loans = old.loans + excluded.loans,
           pickups = old.pickups + excluded.pickups
"""
STORE_WORDS: Final = """
    INSERT INTO guest_word (session_id, terminal, said_by, reason, said_at, reaches)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[])
"""
READ_TERMINALS: Final = "SELECT DISTINCT terminal FROM till_guest WHERE session_id = $1"
READ_JOURNALS: Final = """
    SELECT t.terminal, t.epoch, t.upto, encode(t.head_hash, 'hex') AS head_hash
      FROM till_guest AS g
      JOIN terminal_stream AS t USING (store, terminal, epoch)
      JOIN position AS p ON (p.store, p.terminal, p.epoch, p.seq) = (t.store, t.terminal, t.epoch, 1)
     WHERE g.session_id = $1
     ORDER BY t.terminal, p.tx, t.epoch
"""
READ_TENDERS: Final = """
    SELECT terminal, tender, 0 AS opening, sales, refunds, paid_in, paid_out, loans, pickups
      FROM guest_tender
     WHERE session_id = $1
"""
READ_RECEIPTS: Final = """
    SELECT s.terminal, s.number, s.epoch, s.seq, encode(s.hash, 'hex') AS hash
      FROM sale AS s
      JOIN journal AS j USING (hash)
     WHERE s.named_session = $1 AND s.number = ANY($2::text[]) AND NOT j.quarantine
"""


async def store(connection: Connection, taken: Taken) -> None:
    """Store what a batch or a command leaves of guests."""
    await _guests(connection, taken.guests)
    await _tenders(connection, taken.guest_tenders)
    await _words(connection, taken.guest_words)


async def _guests(connection: Connection, new: Mapping[GuestKey, int]) -> None:
    if new:
        await connection.execute(
            STORE_GUESTS,
            [session for session, _ in new],
            [stream.address.store for _, stream in new],
            [stream.address.terminal for _, stream in new],
            [stream.epoch for _, stream in new],
            [*new.values()],
        )


async def _tenders(connection: Connection, new: Mapping[tuple[str, str, str], TenderTotals]) -> None:
    if new:
        keys = sorted(new)
        columns = ("sales", "refunds", "paid_in", "paid_out", "loans", "pickups")
        await connection.execute(
            STORE_TENDERS,
            *([key[n] for key in keys] for n in range(3)),
            *([getattr(new[key], name) for key in keys] for name in columns),
        )


async def _words(connection: Connection, new: Mapping[str, tuple[GuestWord, ...]]) -> None:
    said = [(session_id, word) for session_id, words in new.items() for word in words]
    if said:
        await connection.execute(
            STORE_WORDS,
            [session_id for session_id, _ in said],
            [word.terminal for _, word in said],
            [word.by for _, word in said],
            [word.reason for _, word in said],
            [word.at for _, word in said],
            [json.dumps([[r.epoch, r.to_seq, r.proof] for r in word.reaches]) for _, word in said],
        )


async def terminals_of(connection: Connection, session_id: str) -> list[str]:
    """Return the terminals that ever joined a session."""
    return [row["terminal"] for row in await connection.fetch(READ_TERMINALS, session_id)]


async def read_journals(connection: Connection, session_id: str) -> list[GuestJournal]:
    """Read how far the ledger holds the journals of a session's guests, each guest's oldest first."""
    return [GuestJournal(**dict(row)) for row in await connection.fetch(READ_JOURNALS, session_id)]


async def read_guest_totals(connection: Connection, session_id: str) -> dict[tuple[str, str], TenderTotals]:
    """Read what each guest brought into a session, by terminal and tender."""
    found = await connection.fetch(READ_TENDERS, session_id)
    return {(row["terminal"], row["tender"]): rows.totals_of(row) for row in found}


async def read_receipts(
    connection: Connection, session_id: str, numbers: list[str]
) -> dict[tuple[str, str], tuple[str, int, str]]:
    """Read where receipts of a session stand in their journals: epoch, position, hash."""
    found = await connection.fetch(READ_RECEIPTS, session_id, numbers)
    return {(r["terminal"], r["number"]): (r["epoch"], r["seq"], r["hash"]) for r in found}
