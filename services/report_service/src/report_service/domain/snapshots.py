"""The X report: how a running session stands. Nothing is closed by it."""

from collections.abc import Mapping

from report_service.domain.board import till_status
from report_service.domain.figures import figures_of
from report_service.domain.rows import Session, StoreRow, TenderRow
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Snapshot


def snapshot_of(
    store: StoreRow,
    session: Session,
    totals: Mapping[str, TenderTotals],
    tenders: Mapping[str, TenderRow],
) -> Snapshot:
    """Return how a session stands."""
    return Snapshot(
        session_id=session.session_id,
        terminal=session.terminal,
        till=session.till,
        business_date=session.business_date,
        status=till_status(session),
        opened_at=session.opened_at,
        opened_by=session.opened_by,
        currency=store.currency,
        receipts=session.receipts,
        refunds=session.refunds,
        total=session.total,
        figures=figures_of(totals, tenders),
    )


def nothing_runs(terminal: str) -> Refused:
    """Answer a question about a terminal whose till is closed."""
    text = f"No till is open at {terminal}. Its closed sessions have cash-up reports."
    return Refused(code="no_open_till", text=text)
