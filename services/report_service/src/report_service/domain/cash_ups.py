"""Cash-up reports: as they were printed, or as far as a close from the back office knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_service.domain.back_closes import back_close_of, counts_of, is_provisional, source_of
from report_service.domain.figures import figures_of
from report_service.domain.rows import BackCloseRow, CashUpRow, Session, Sold, StoreRow, TenderRow
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import CashUp, CashUps, ProductLine


@dataclass(frozen=True, slots=True)
class ClosedSession:
    """A session with its terminal's report, the back office's close, what moved its tenders, what was sold.

    One of the two closes is there.
    """

    session: Session
    report: CashUpRow | None
    back: BackCloseRow | None
    totals: Mapping[str, TenderTotals]
    products: Mapping[str, Sold]


def cash_ups_of(
    store: StoreRow, closed: Sequence[ClosedSession], tenders: Mapping[str, TenderRow]
) -> CashUps:
    """Return the reports in the order in which the sessions were closed."""
    reports = (_report(store, one, tenders) for one in closed)
    return CashUps(reports=tuple(sorted(reports, key=lambda report: (report.closed_at, report.number))))


def no_such_report(session: Session | None, session_id: str) -> Refused:
    """Answer a question about a session without a report."""
    if session is None:
        return Refused(code="unknown_session", text=f"There is no till session {session_id} in this store.")
    text = f"The till {session.till} at {session.terminal} has no cash-up report for this session yet."
    return Refused(code="not_cashed_up", text=text)


def nothing_asked() -> Refused:
    """Answer a question that names neither a session nor a date."""
    return Refused(code="nothing_asked", text="Name a till session or a business date.")


def _report(store: StoreRow, closed: ClosedSession, tenders: Mapping[str, TenderRow]) -> CashUp:
    session, report, back = closed.session, closed.report, closed.back
    close = report or back
    assert close is not None
    return CashUp(
        session_id=session.session_id,
        store_name=store.name,
        terminal=session.terminal,
        till=session.till,
        business_date=session.business_date,
        number=close.number,
        opened_at=session.opened_at,
        opened_by=session.opened_by,
        closed_at=close.closed_at,
        closed_by=close.closed_by,
        closed_from="Backoffice" if report is None else report.closed_from,
        currency=store.currency,
        tenders=counts_of(report, back, closed.totals),
        figures=figures_of(closed.totals, tenders),
        copy_no=0 if report is None else report.copies,
        receipts=session.receipts,
        refunds=session.refunds,
        total=session.total,
        products=tuple(
            ProductLine(sku=sku, name=sold.name, quantity=sold.quantity, total=sold.gross)
            for sku, sold in sorted(closed.products.items())
        ),
        source=source_of(report, back) or "none",
        provisional=is_provisional(report, back),
        back=back_close_of(report, back),
    )
