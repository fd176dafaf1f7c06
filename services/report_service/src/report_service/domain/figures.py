"""What makes the expected amounts of a session, tender by tender."""

from collections.abc import Mapping

from report_service.domain.rows import TenderRow
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.report_messages import TenderFigures


def figures_of(
    totals: Mapping[str, TenderTotals], tenders: Mapping[str, TenderRow]
) -> tuple[TenderFigures, ...]:
    """Return the figures in the order in which the store names its tenders; unknown ones stand last."""
    last = len(tenders)

    def place(tender: str) -> tuple[int, str]:
        return (tenders[tender].place if tender in tenders else last, tender)

    return tuple(
        _figures(tender, totals[tender], tenders.get(tender)) for tender in sorted(totals, key=place)
    )


def _figures(tender: str, totals: TenderTotals, known: TenderRow | None) -> TenderFigures:
    return TenderFigures(
        tender=tender,
        name=known.name if known else None,
        currency=known.currency if known else None,
        opening=totals.opening,
        sales=totals.sales,
        refunds=totals.refunds,
        paid_in=totals.paid_in,
        paid_out=totals.paid_out,
        loans=totals.loans,
        pickups=totals.pickups,
        expected=totals.expected,
    )
