"""Cash-up reports, exactly as they were printed, with what was sold in the session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_service.domain.figures import figures_of
from report_service.domain.rows import CashUpRow, Session, Sold, StoreRow, TenderRow
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import CashUp, CashUps, ProductLine


@dataclass(frozen=True, slots=True)
class ClosedSession:
    """A session with its printed report, what moved its tenders, and its products by SKU."""

    session: Session
    report: CashUpRow
    totals: Mapping[str, TenderTotals]
    products: Mapping[str, Sold]


def cash_ups_of(
    store: StoreRow, closed: Sequence[ClosedSession], tenders: Mapping[str, TenderRow]
) -> CashUps:
    """Return the reports in the order in which the sessions were closed."""
    in_order = sorted(closed, key=lambda one: (one.report.closed_at, one.report.number))
    return CashUps(reports=tuple(_report(store, one, tenders) for one in in_order))


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
    session, report = closed.session, closed.report
    return CashUp(
        session_id=session.session_id,
        store_name=store.name,
        terminal=session.terminal,
        till=session.till,
        business_date=session.business_date,
        number=report.number,
        opened_at=session.opened_at,
        opened_by=session.opened_by,
        closed_at=report.closed_at,
        closed_by=report.closed_by,
        closed_from=report.closed_from,
        currency=store.currency,
        tenders=report.tenders,
        figures=figures_of(closed.totals, tenders),
        copy_no=report.copies,
        receipts=session.receipts,
        refunds=session.refunds,
        total=session.total,
        products=tuple(
            ProductLine(sku=sku, name=sold.name, quantity=sold.quantity, total=sold.gross)
            for sku, sold in sorted(closed.products.items())
        ),
    )
