"""What came out of the printers, added up from the paper alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tillday_checker.paper import number_of, stated_total
from tillday_checker.read_terminal import TAPE, read_paper
from tillday_checker.world import Paper
from tillday_local.system import LocalSystem

RECEIPT = "Receipt "
COPY = "*** DUPLICATE "
FLASH = "FLASH REPORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """Sums of the paper of some terminals; amounts in minor units, `flash` by business date."""

    receipts: int
    total: int
    flash: dict[str, int]


def tape_of(system: LocalSystem) -> Tape:
    """Return what lies on the tapes of all terminals of a system."""
    folders = [system.folder.terminal(address.terminal) for address in system.plan.terminals]
    return added_up(paper for folder in folders for paper in read_paper(folder / TAPE) or ())


def added_up(papers: Iterable[Paper]) -> Tape:
    """Return the sums of papers that came out whole: receipts without their copies, flash reports by date."""
    receipts: list[int] = []
    flash: dict[str, int] = {}
    for paper in papers:
        rows = [row.strip() for row in paper.rows]
        total = stated_total(paper.rows)
        if not paper.complete or total is None:
            continue
        if FLASH in rows:
            on = _date_in(rows)
            flash[on] = flash.get(on, 0) + total
        elif number_of(paper) and _is_receipt(rows):
            receipts.append(total)
    return Tape(receipts=len(receipts), total=sum(receipts), flash=flash)


def paper_disagreements(tape: Tape, *, receipts: int, totals: Sequence[tuple[date, int]]) -> list[str]:
    """Return where the paper says something else than the people saw, who saw `totals` by business date."""
    seen = {
        "receipts on paper": (tape.receipts, receipts),
        "total of the receipts on paper": (tape.total, sum(total for _, total in totals)),
        "flash reports on paper": (tape.flash, {on.isoformat(): total for on, total in totals}),
    }
    return [
        f"{what}: {printed}, at the counters it was {counted}"
        for what, (printed, counted) in seen.items()
        if printed != counted
    ]


def _is_receipt(rows: list[str]) -> bool:
    return any(row.startswith(RECEIPT) for row in rows) and not any(row.startswith(COPY) for row in rows)


def _date_in(rows: list[str]) -> str:
    named = (row.split()[-1] for row in rows if row.startswith("Business date"))
    return next(named, "")
