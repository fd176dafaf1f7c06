"""What is read from the services' schemas; every query names its columns as the checker's rows do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LEDGER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "keys": "SELECT key_id, key FROM till.journal_key",
        "journal": """
            SELECT j.store, j.terminal, j.epoch, j.seq, j.prev, j.hash, j.data, j.recorded_at, j.quarantine,
                   coalesce(e.placement, j.placement) AS placement,
                   coalesce(e.session_id, j.session_id) AS session_id, coalesce(r.data, e.data) AS repaired
              FROM till.journal AS j
              LEFT JOIN till.desk_effect AS e USING (hash)
              LEFT JOIN (SELECT DISTINCT ON (hash) hash, data
                           FROM till.rescue_decision
                          ORDER BY hash, number DESC) AS r USING (hash)
             ORDER BY j.tx, j.store, j.terminal, j.epoch, j.seq
        """,
        "positions": "SELECT store, terminal, epoch, seq, hash FROM till.position",
        "streams": "SELECT store, terminal, epoch, upto, head_hash FROM till.terminal_stream",
        "sessions": """
            SELECT session_id, store, terminal, till, business_date, status, late, recovered, rescue_of,
                   rescue_number
              FROM till.till_session
        """,
        "tenders": """
            SELECT session_id, tender, opening, sales, refunds, paid_in, paid_out, loans, pickups
              FROM till.session_tender
        """,
        "products": "SELECT session_id, sku, quantity, gross FROM till.session_product",
        "sales": "SELECT hash, session_id, placement, number, business_date, total FROM till.sale",
        "movements": """
            SELECT hash, session_id, placement, kind, tender, amount, business_date
              FROM till.movement
        """,
        "decisions": """
            SELECT hash, number, session_id, verdict, decided_by AS by, approved_by, reason, no_cash, data,
                   named_session, named_kind
              FROM till.rescue_decision
             ORDER BY hash, number
        """,
        "back_numbers": """
            SELECT store, number FROM till.back_close
             UNION ALL
            SELECT store, number FROM till.rescue_close
        """,
        "unidentified": "SELECT session_id, event, tender, amount FROM till.unidentified_receipt",
        "left": "SELECT hash, session_id, tender, amount FROM till.left_money",
        "claims": """
            SELECT event, tender, sum(amount)::bigint AS amount
              FROM till.claim
             GROUP BY event, tender
            HAVING sum(amount) <> 0
        """,
        "safe": "SELECT store, kind, tender, amount, session_id, entry FROM till.safe_movement",
        "adjustments": "SELECT hash, session_id, corrects, tender, amount FROM till.adjustment",
        "closes": "SELECT session_id, number, tenders FROM till.till_close",
        "settlements": "SELECT session_id, kind, tender, amount FROM till.settlement",
        "unsettled": "SELECT store, till FROM till.till_to_settle",
        "no_closes": "SELECT session_id FROM till.no_close",
        "told_closes": "SELECT session_id, hash, tenders, not_counted FROM till.close_evidence",
        "reaches": """
            SELECT session_id, word, terminal, epoch, to_seq
              FROM till.close_reach
             ORDER BY session_id, word, terminal, epoch, to_seq
        """,
        "dead_letters": """
            SELECT d.body
              FROM till.dead_letter AS d
              LEFT JOIN till.letter_closed AS c USING (digest)
             WHERE coalesce(c.outcome, 'discarded') = 'discarded'
        """,
    }
)

STORES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "settings": """
            SELECT store, rev, content, changed_at
              FROM store.settings_revision
             ORDER BY store, rev
        """,
        "days": "SELECT store, business_date, state, closed_by FROM store.store_day",
        "openings": """
            SELECT o.body,
                   EXISTS (SELECT FROM store.outbox AS c
                            WHERE c.subject = 'tillday.event.store.store_day_cancelled.v1'
                              AND c.id > o.id
                              AND convert_from(c.body, 'UTF8')::jsonb ->> 'store'
                                  = convert_from(o.body, 'UTF8')::jsonb ->> 'store'
                              AND convert_from(c.body, 'UTF8')::jsonb ->> 'business_date'
                                  = convert_from(o.body, 'UTF8')::jsonb ->> 'business_date') AS cancelled
              FROM store.outbox AS o
             WHERE o.subject = 'tillday.event.store.store_opened.v1'
             ORDER BY o.id
        """,
        "wishes": "SELECT store, terminal, wished AS business_date FROM store.terminal",
    }
)

REPORTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sessions": """
            SELECT session_id, status, closed_from, receipts, refunds, total
              FROM report.till_session
        """,
        "tenders": """
            SELECT session_id, tender, opening, sales, refunds, paid_in, paid_out, loans, pickups
              FROM report.session_tender
        """,
        "worths": "SELECT session_id, tender, worth FROM report.session_tender",
        "products": "SELECT session_id, sku, quantity, gross FROM report.session_product",
        "receipts": "SELECT entry, session_id, cashier, total FROM report.receipt",
        "terminal_products": """
            SELECT store, terminal, business_date, sku, quantity, gross
              FROM report.terminal_product
        """,
        "copies": "SELECT session_id, copies FROM report.cash_up",
        "cash_ups": "SELECT session_id, number, tenders FROM report.cash_up",
    }
)

FLOAT_COLUMNS: Final = """
    SELECT table_schema || '.' || table_name || '.' || column_name AS place
      FROM information_schema.columns
     WHERE table_schema IN ('till', 'store', 'report')
       AND data_type IN ('real', 'double precision', 'numeric', 'money')
     ORDER BY place
"""
