"""Reading what a HELLO is judged by, all of it at one instant."""

from typing import Final

from service_kit.database import Connection
from till_service.domain.asked import NOTHING_ASKED, Asked, asked_by
from till_service.domain.guests import hosts_part
from till_service.domain.sessions import Closed, OpeningCount, TillSession
from till_service.domain.streams import Stream, StreamId
from till_service.domain.verdicts import View, till_state
from till_service.persistence import rows
from till_service.persistence.guests import read_guest_totals
from till_service.persistence.loading import read_positions, read_streams, read_terminals
from tillday_contracts.entries import TillState, read_body, read_envelope
from tillday_contracts.link import Hello
from tillday_contracts.topics import TerminalAddress

READ_COUNTS: Final = "SELECT timeline, c FROM timeline WHERE timeline = ANY($1::text[])"
READ_LAST_SESSION: Final = """
    SELECT s.*, c.hash AS close_hash, c.number, c.closed_by, c.occurred_at AS closed_at, c.tenders,
           c.manifest, c.not_counted,
           w.back_number, w.back_by, w.back_reason, w.back_at,
           w.evidence_hash, w.evidence_kind, w.evidence_by, w.evidence_at, w.evidence_tenders,
           w.evidence_reaches, w.evidence_not_counted, w.no_close_by, w.no_close_reason, w.no_close_at,
           w.no_close_reaches, w.guest_words
      FROM till_session AS s
      LEFT JOIN till_close AS c USING (session_id)
      LEFT JOIN session_word AS w USING (session_id)
     WHERE s.store = $1 AND s.terminal = $2 AND s.rescue_of IS NULL
     ORDER BY s.ordinal DESC
     LIMIT 1
"""
READ_TENDERS: Final = """
    SELECT tender, opening, sales, refunds, paid_in, paid_out, loans, pickups
      FROM session_tender
     WHERE session_id = $1
     ORDER BY tender
"""
READ_START: Final = """
    SELECT j.data
      FROM position AS p
      JOIN journal AS j USING (hash)
     WHERE (p.store, p.terminal, p.epoch, p.seq) = ($1, $2, $3, $4)
"""


async def read_view(
    connection: Connection, address: TerminalAddress, hello: Hello, *, window: int
) -> View | None:
    """Read the view of a HELLO; None for a terminal that was never registered. Wants repeatable read."""
    terminals = await read_terminals(connection, (address,), lock=False)
    if address not in terminals:
        return None
    stream_id = StreamId(address, hello.epoch)
    stream = (await read_streams(connection, (stream_id,))).get(stream_id)
    upto = stream.upto if stream is not None else 0
    asked = sorted({seq for seq in (hello.low_seq - 1, hello.low_seq, hello.head_seq) if 0 < seq <= upto})
    held = await read_positions(connection, [(stream_id, seq) for seq in asked])
    counts = {row["timeline"]: row["c"] for row in await connection.fetch(READ_COUNTS, list(hello.acked))}
    return View(
        terminal=terminals[address],
        stream=stream,
        held={seq: found for (_, seq), found in held.items()},
        counts=counts,
        state=await read_state(connection, address, stream),
        window=window,
    )


async def read_state(
    connection: Connection, address: TerminalAddress, stream: Stream | None
) -> tuple[TillState, ...]:
    """Read the ledger's view of the terminal's till: its newest session; empty while there was none."""
    row = await connection.fetchrow(READ_LAST_SESSION, address.store, address.terminal)
    if row is None:
        return ()
    session = rows.session_of(row)
    tenders = await connection.fetch(READ_TENDERS, session.facts.session_id)
    totals = {t["tender"]: rows.totals_of(t) for t in tenders}
    if not isinstance(session, Closed):
        # The host of an open session knows its own part of it, and what guests brought when it counts.
        totals = hosts_part(totals, await read_guest_totals(connection, session.facts.session_id))
    receipt, cash_up = (stream.last_receipt, stream.last_cash_up) if stream is not None else (0, 0)
    asked = await _asked(connection, session)
    return (till_state(session, totals=totals, last_receipt=receipt, last_cash_up=cash_up, asked=asked),)


async def _asked(connection: Connection, session: TillSession) -> Asked:
    if not isinstance(session, OpeningCount):
        return NOTHING_ASKED
    facts = session.facts
    place = (facts.store, facts.terminal, facts.epoch, facts.start_seq)
    return asked_by(read_body(read_envelope(await connection.fetchval(READ_START, *place))))
