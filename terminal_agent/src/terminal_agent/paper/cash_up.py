"""The slips of a till session: what it was opened with, and the cash-up report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from terminal_agent.paper.amounts import signed
from terminal_agent.paper.lines import Cut, Feed, Line, Lines, Qr, Rule, Sheet, Text
from terminal_agent.paper.receipt import copy_mark
from terminal_agent.paper.rows import minute, pair, paragraph, table, title


@dataclass(frozen=True, slots=True)
class CountedTender:
    """One tender of a count, minor units of its currency; `movements` are named amounts between opening and
    expected, signed as they change the expected amount."""

    name: str
    currency: str
    opening: int
    expected: int
    counted: int
    difference: int
    kept: int = 0
    moved: int = 0
    movements: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CountedPieces:
    """How many coins or notes of one value were counted."""

    value: int
    quantity: int
    currency: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Who let a difference pass, and why."""

    tender: str
    currency: str
    difference: int
    person: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CoveredTerminal:
    """The short form of the manifest for one terminal, to be typed where the code cannot be read."""

    terminal: str
    epoch_code: str
    characters: str


@dataclass(frozen=True, slots=True)
class CashUp:
    """Everything a cash-up report says; `number` is TILL-CODE-n, `qr` the close as the back office reads
    it, None where a code cannot hold it.
    """

    store: str
    terminal: str
    till: str
    number: str
    business_date: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime
    closed_by: str
    tenders: tuple[CountedTender, ...]
    pieces: tuple[CountedPieces, ...]
    approvals: tuple[Approval, ...]
    receipts: int
    qr: str | None
    covered: tuple[CoveredTerminal, ...] = ()
    not_counted: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    copy: int | None = None


@dataclass(frozen=True, slots=True)
class OpeningSlip:
    """What the initial count of a till found."""

    store: str
    terminal: str
    till: str
    business_date: str
    opened_at: datetime
    opened_by: str
    tender: CountedTender
    pieces: tuple[CountedPieces, ...]
    approvals: tuple[Approval, ...] = ()


def cash_up_lines(report: CashUp, sheet: Sheet) -> Lines:
    """Return the cash-up report from its head to the cut. A copy differs by its mark alone."""
    columns = sheet.columns
    return (
        *title(report.store, columns),
        *each(paragraph(text, columns, align="center") for text in report.header),
        *paragraph("CASH-UP REPORT (Z)", columns, bold=True, align="center"),
        *copy_mark(report.copy, columns),
        Feed(),
        *pair("Report", report.number, columns, bold=True),
        *pair("Business date", report.business_date, columns),
        *pair("Terminal / till", f"{report.terminal} / {report.till}", columns),
        *pair(f"Opened by {report.opened_by}", minute(report.opened_at), columns),
        *pair(f"Closed by {report.closed_by}", minute(report.closed_at), columns),
        *pair("Receipts", str(report.receipts), columns),
        Rule(),
        *_movements(report.tenders, sheet),
        *_counts(report.tenders, sheet),
        *_kept(report.tenders, sheet),
        *_pieces(report.pieces, sheet),
        *_approvals(report.approvals, sheet),
        *_signature(columns),
        *_close_code(report, columns),
        Cut(),
    )


def opening_slip(slip: OpeningSlip, sheet: Sheet) -> Lines:
    """Return the slip of an initial count from its head to the cut."""
    columns = sheet.columns

    def amount(value: int) -> str:
        return sheet.amounts(value, slip.tender.currency)

    return (
        *title(slip.store, columns),
        *paragraph("INITIAL COUNT", columns, bold=True, align="center"),
        Feed(),
        *pair("Business date", slip.business_date, columns),
        *pair("Terminal / till", f"{slip.terminal} / {slip.till}", columns),
        *pair(f"Opened by {slip.opened_by}", minute(slip.opened_at), columns),
        Rule(),
        *pair(f"Expected {slip.tender.currency}", amount(slip.tender.expected), columns),
        *pair(f"Counted {slip.tender.currency}", amount(slip.tender.counted), columns, bold=True),
        *pair("Difference", signed(amount(slip.tender.difference), slip.tender.difference), columns),
        Rule(),
        *_pieces(slip.pieces, sheet),
        *_approvals(slip.approvals, sheet),
        *_signature(columns),
        Cut(),
    )


def each(groups: Iterable[Lines]) -> Iterable[Line]:
    return (line for group in groups for line in group)


def _movements(tenders: tuple[CountedTender, ...], sheet: Sheet) -> Lines:
    return tuple(each(movements_of(tender, sheet) for tender in tenders if tender.movements))


def movements_of(tender: CountedTender, sheet: Sheet) -> Lines:
    def amount(value: int) -> str:
        return sheet.amounts(value, tender.currency)

    return (
        *paragraph(f"{tender.name} {tender.currency}", sheet.columns, bold=True),
        *pair("  Opening", amount(tender.opening), sheet.columns),
        *each(
            pair(f"  {name}", signed(amount(value), value), sheet.columns) for name, value in tender.movements
        ),
        *pair("  Expected", amount(tender.expected), sheet.columns),
        Rule(),
    )


def _counts(tenders: tuple[CountedTender, ...], sheet: Sheet) -> Lines:
    rows = [
        ("Tender", "Expected", "Counted", "Difference"),
        *(_count_row(tender, sheet) for tender in tenders),
    ]
    name, *others = (max(len(row[column]) for row in rows) for column in range(4))
    for gap in (2, 1):
        first = sheet.columns - sum(others) - gap * len(others)
        if first >= name:
            return (*table(rows, (first, *(width + gap for width in others))), Rule())
    return (*each(_count_stack(tender, sheet) for tender in tenders), Rule())


def _count_row(tender: CountedTender, sheet: Sheet) -> tuple[str, str, str, str]:
    return (
        f"{tender.name} {tender.currency}",
        sheet.amounts(tender.expected, tender.currency),
        sheet.amounts(tender.counted, tender.currency),
        signed(sheet.amounts(tender.difference, tender.currency), tender.difference),
    )


def _count_stack(tender: CountedTender, sheet: Sheet) -> Lines:
    name, expected, counted, difference = _count_row(tender, sheet)
    return (
        *paragraph(name, sheet.columns, bold=True),
        *pair("  Expected", expected, sheet.columns),
        *pair("  Counted", counted, sheet.columns),
        *pair("  Difference", difference, sheet.columns),
    )


def _kept(tenders: tuple[CountedTender, ...], sheet: Sheet) -> Lines:
    rows = [
        ("Tender", "Kept in till", "To safe"),
        *(
            (
                f"{tender.name} {tender.currency}",
                sheet.amounts(tender.kept, tender.currency),
                sheet.amounts(tender.moved, tender.currency),
            )
            for tender in tenders
        ),
    ]
    return table(rows, _thirds(rows, sheet.columns))


def _thirds(rows: Sequence[Sequence[str]], columns: int) -> tuple[int, int, int]:
    """Return widths for a name and two amounts: equal ones where the amounts fit."""
    second, third = (max(columns // 3, *(len(row[column]) + 1 for row in rows)) for column in (1, 2))
    return columns - second - third, second, third


def _pieces(pieces: tuple[CountedPieces, ...], sheet: Sheet) -> Lines:
    if not pieces:
        return ()
    rows = [
        ("Counted", "Quantity", "Amount"),
        *(
            (
                sheet.amounts(piece.value, piece.currency),
                str(piece.quantity),
                sheet.amounts(piece.value * piece.quantity, piece.currency),
            )
            for piece in sorted(pieces, key=lambda piece: (piece.currency, -piece.value))
        ),
    ]
    return (Rule(), *table(rows, _thirds(rows, sheet.columns)))


def _approvals(approvals: tuple[Approval, ...], sheet: Sheet) -> Lines:
    if not approvals:
        return ()
    return (Rule(), *each(_approval(approval, sheet) for approval in approvals))


def _approval(approval: Approval, sheet: Sheet) -> Lines:
    difference = signed(sheet.amounts(approval.difference, approval.currency), approval.difference)
    return (
        *pair(f"Difference {approval.tender} {approval.currency}", difference, sheet.columns, bold=True),
        *pair(f"approved by {approval.person}", minute(approval.at), sheet.columns),
        *paragraph(f"Reason: {approval.reason}", sheet.columns),
    )


def _signature(columns: int) -> Lines:
    label = "Signature "
    return (Feed(2), Text(label + "_" * (columns - len(label))), Feed())


def _close_code(report: CashUp, columns: int) -> Lines:
    return (
        *((Qr(report.qr),) if report.qr is not None else ()),
        *paragraph(report.number, columns, align="center"),
        *each(
            paragraph(
                f"{covered.terminal}  {covered.epoch_code}  {covered.characters}", columns, align="center"
            )
            for covered in report.covered
        ),
        *each(
            paragraph(f"{terminal}  not counted", columns, align="center") for terminal in report.not_counted
        ),
    )
