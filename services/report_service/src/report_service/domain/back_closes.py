"""A close from the back office in a report: whose figures count, and how the printed report compares."""

from collections.abc import Mapping

from report_service.domain.rows import BackCloseRow, CashUpRow
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals
from tillday_contracts.close_messages import TypedTender
from tillday_contracts.entries import TenderCount
from tillday_contracts.report_messages import BackOfficeClose, FiguresSource, ToldTender


def source_of(own: CashUpRow | None, back: BackCloseRow | None) -> FiguresSource | None:
    """Return where the figures of a session are from; None for one that is not closed."""
    if own is not None:
        return "terminal"
    return None if back is None else back.source


def is_provisional(own: CashUpRow | None, back: BackCloseRow | None) -> bool:
    """Say whether figures wait for the terminal's own close."""
    return own is None and back is not None and back.no_close_by is None


def counts_of(
    own: CashUpRow | None, back: BackCloseRow | None, totals: Mapping[str, TenderTotals]
) -> tuple[TenderCount, ...]:
    """Return what was counted: by the terminal's own close, else as the printed report was told."""
    if own is not None:
        return own.tenders
    told = () if back is None else back.tenders
    return tuple(_counted(one, totals.get(one.tender, NO_TOTALS)) for one in told)


def back_close_of(own: CashUpRow | None, back: BackCloseRow | None) -> BackOfficeClose | None:
    """Return the close from the back office beside the terminal's own."""
    if back is None:
        return None
    counted = {} if own is None else {count.tender: count for count in own.tenders}
    return BackOfficeClose(
        number=back.number,
        by=back.closed_by,
        at=back.closed_at,
        reason=back.reason,
        source=back.source,
        told_by=back.told_by,
        tenders=tuple(_compared(told, counted.get(told.tender), own is not None) for told in back.tenders),
        no_close_by=back.no_close_by,
    )


def _counted(told: TypedTender, totals: TenderTotals) -> TenderCount:
    kept = told.counted if told.kept is None else told.kept
    return TenderCount(
        tender=told.tender,
        opening=totals.opening,
        expected=totals.expected,
        counted=told.counted,
        difference=told.counted - totals.expected,
        kept=kept,
        moved=told.counted - kept,
    )


def _compared(told: TypedTender, count: TenderCount | None, is_here: bool) -> ToldTender:
    agrees = count is not None and told.counted == count.counted and told.kept in (None, count.kept)
    return ToldTender(
        tender=told.tender,
        counted=told.counted,
        kept=told.kept,
        own_counted=None if count is None else count.counted,
        own_kept=None if count is None else count.kept,
        differs=is_here and not agrees,
    )
