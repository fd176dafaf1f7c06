"""Cash-up reports as plain values: the lines of their paper, and the copies that were ordered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backoffice_service.pages.paper import Line
from backoffice_service.pages.speech import Speech
from tillday_contracts.command_messages import CommandState, OrderedCommand
from tillday_contracts.entries import TenderCount
from tillday_contracts.report_messages import CashUp, TenderFigures

STATES: Final[Mapping[CommandState, str]] = {
    "queued": "waits for the terminal to hear of it",
    "delivered": "is at the terminal, and comes when its printer can",
    "done": "is printed",
    "failed": "cannot be printed",
    "expired": "was not printed in time",
}
HEADING: Final = "Cash-up report"
COPY: Final = "Copy %(n)s"
PROVISIONAL: Final = "Provisional: the terminal's own close is not here yet."
SIGNATURE: Final = "Signature"
PAID_OUT: Final = "%(n)s paid out"
SENTENCES: Final = {HEADING, COPY, PROVISIONAL, SIGNATURE, PAID_OUT, *STATES.values()}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was ordered, and how far it came."""

    command: OrderedCommand
    said: str

    @property
    def is_waiting(self) -> bool:
        """Whether something may still become of it."""
        return self.command.state in ("queued", "delivered")


def copies_of(commands: Iterable[OrderedCommand], reports: Sequence[CashUp]) -> list[Copy]:
    """Return the copies of these reports that were ordered, newest first."""
    documents = {(one.terminal, one.number) for one in reports}
    return [
        Copy(one, STATES[one.state])
        for one in commands
        if one.kind == "reprint" and (one.terminal, one.document) in documents
    ]


def lines_of(
    report: CashUp, speech: Speech, names: Mapping[str, str], tenders: Mapping[str, str]
) -> list[Line]:
    """Return the report line by line, with the figures of its paper."""
    return [
        *_head(report, speech),
        *_facts(report, speech, names),
        *(line for count in report.tenders for line in _tender(report, count, speech, tenders)),
        *_products(report, speech),
        Line(),
        Line(f"{speech.text(SIGNATURE)}: ______________________________"),
    ]


def _head(report: CashUp, speech: Speech) -> Iterator[Line]:
    yield Line(report.store_name, look="title")
    yield Line(f"{speech.text(HEADING)} {report.number}", look="strong")
    if report.copy_no:
        yield Line(speech.text(COPY, n=report.copy_no))
    if report.provisional:
        yield Line(speech.text(PROVISIONAL))
    yield Line(look="rule")


def _facts(report: CashUp, speech: Speech, names: Mapping[str, str]) -> Iterator[Line]:
    def who(person: str | None) -> str:
        return names.get(person or "", person or "")

    yield Line(speech.text("Terminal"), f"{report.terminal} · {report.till}")
    yield Line(speech.text("Business date"), report.business_date.isoformat())
    if report.opened_at:
        yield Line(speech.text("Opened"), f"{speech.moment(report.opened_at)} · {who(report.opened_by)}")
    yield Line(speech.text("Closed"), f"{speech.moment(report.closed_at)} · {who(report.closed_by)}")
    yield Line(speech.text("Closed from"), speech.text(report.closed_from))
    refunds = f" ({speech.text(PAID_OUT, n=report.refunds)})" if report.refunds else ""
    yield Line(speech.text("Receipts"), f"{report.receipts}{refunds}")


def _tender(report: CashUp, count: TenderCount, speech: Speech, tenders: Mapping[str, str]) -> Iterator[Line]:
    figures = next((one for one in report.figures if one.tender == count.tender), None)
    currency = (figures.currency if figures else None) or report.currency

    def amount(name: str, value: int, look: str = "", *, signed: bool = False) -> Line:
        written = speech.signed(value, currency) if signed else speech.amount(value, currency)
        return Line(speech.text(name), written, look=look)

    yield Line(look="rule")
    yield Line(tenders.get(count.tender, count.tender), look="strong")
    yield amount("Opening", count.opening)
    for name, value in _movements(figures):
        yield amount(name, value, signed=True)
    yield amount("Expected", count.expected)
    yield amount("Counted", count.counted)
    yield amount("Difference", count.difference, "strong", signed=True)
    yield amount("Kept in the drawer", count.kept)
    yield amount("Moved to the safe", count.moved)


def _movements(figures: TenderFigures | None) -> list[tuple[str, int]]:
    """Return what came and went, without what did not happen."""
    if figures is None:
        return []
    moved = (
        ("Sales", figures.sales),
        ("Refunds", -figures.refunds),
        ("Paid in", figures.paid_in),
        ("Paid out", -figures.paid_out),
        ("Loans", figures.loans),
        ("Pickups", -figures.pickups),
    )
    return [(name, value) for name, value in moved if value]


def _products(report: CashUp, speech: Speech) -> Iterator[Line]:
    if not report.products:
        return
    yield Line(look="rule")
    yield Line(speech.text("Sales by product"), look="strong")
    for one in report.products:
        yield Line(f"{one.quantity} × {one.name}", speech.amount(one.total, report.currency))
    yield Line(speech.text("Total"), speech.amount(report.total, report.currency), look="strong")
