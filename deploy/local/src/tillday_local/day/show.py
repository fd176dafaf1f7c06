"""The end of a day as a person reads it: the verdict on everything."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.panel import Panel
from rich.table import Table

from tillday_checker.verdict import Verdict
from tillday_contracts.money import plain_minor
from tillday_local.day.run import DayRecord
from tillday_local.day.verdict import sentence


def days_table(records: Sequence[DayRecord]) -> Table:
    """Return a line per day: what was sold, what the tills counted, what was missing."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("Business date")
    for heading in ("Tills", "Receipts", "Turnover", "Counted", "Difference"):
        table.add_column(heading, justify="right")
    for record in records:
        tenders = [tender for report in record.reports for tender in report.tenders]
        currency = record.reports[0].currency
        table.add_row(
            record.business_date.isoformat(),
            str(len(record.reports)),
            str(sum(report.receipts for report in record.reports)),
            *(
                plain_minor(amount, currency)
                for amount in (
                    sum(report.total for report in record.reports),
                    sum(tender.counted for tender in tenders),
                    sum(tender.difference for tender in tenders),
                )
            ),
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
