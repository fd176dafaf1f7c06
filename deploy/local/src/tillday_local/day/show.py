"""The end of a day as a person reads it: the cash-up reports and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tillday_checker.verdict import Verdict
from tillday_contracts.money import format_minor
from tillday_contracts.report_messages import CashUp
from tillday_local.day.verdict import sentence


def cash_up_tables(reports: Iterable[CashUp]) -> list[RenderableType]:
    """Return one table per closed session."""
    return [_cash_up(report) for report in reports]


def _cash_up(report: CashUp) -> Table:
    title = (
        f"Cash-up {report.number}   {report.business_date}   terminal {report.terminal}, till {report.till}"
    )
    caption = (
        f"{report.receipts} receipts, {format_minor(report.total, report.currency)}; by {report.closed_by}"
    )
    table = Table(
        title=title, caption=caption, box=box.SIMPLE_HEAVY, title_justify="left", caption_justify="left"
    )
    table.add_column("Tender")
    for heading in ("Opening", "Expected", "Counted", "Difference", "Kept", "To the safe"):
        table.add_column(heading, justify="right")
    for tender in report.tenders:
        difference = Text(format_minor(tender.difference, report.currency))
        if tender.difference:
            difference.stylize("bold yellow")
        table.add_row(
            tender.tender,
            *(
                format_minor(amount, report.currency)
                for amount in (tender.opening, tender.expected, tender.counted)
            ),
            difference,
            *(format_minor(amount, report.currency) for amount in (tender.kept, tender.moved)),
        )
    return table


def verdict_panel(verdict: Verdict, wrong: Sequence[str]) -> Panel:
    """Return the last word: what was checked, and every violation and disagreement by name."""
    found = (f"{broken.invariant}: {broken.text} ({broken.where})" for broken in verdict.violations)
    lines = [sentence(verdict), *found, *wrong]
    if not wrong:
        lines.append("The reports agree with what the people at the counters saw.")
    good = verdict.holds and not wrong
    return Panel("\n".join(lines), border_style="green" if good else "red", expand=False)
