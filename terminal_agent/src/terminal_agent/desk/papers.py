"""From journal entries to the documents that people hold in their hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from terminal_agent.core.till import Open, Session
from terminal_agent.paper.amounts import amounts_in
from terminal_agent.paper.cash_up import (
    Approval,
    CashUp,
    CountedPieces,
    CountedTender,
    CoveredTerminal,
    cash_up_lines,
)
from terminal_agent.paper.lines import Lines, Picture, Sheet
from terminal_agent.paper.receipt import Receipt, ReceiptLine, ReceiptPayment, ReceiptTax, receipt_lines
from tillday_contracts.arithmetic import TenderTotals, is_refund
from tillday_contracts.close_evidence import close_code, short_form
from tillday_contracts.entries import Payment, Sale, TenderCount, TillClosed
from tillday_contracts.ids import epoch_code
from tillday_contracts.wishes import Settings, Tender

MAX_CODE: Final = 1000
"""Of a code's characters: what every receipt printer draws."""
_MARKS: Final = "ABCDEFGH"
Names = Mapping[str, str]
"""Person code → the name that documents show."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it was first laid out: a copy of it years later says the same, whatever changed since."""

    locale: str
    content: Receipt | CashUp


_KEPT: Final = TypeAdapter(Kept)


class Papers:
    """Lays documents out for one terminal and one width of paper."""

    def __init__(self, terminal: str, *, columns: int, logo: Picture | None = None) -> None:
        self.terminal = terminal
        self.columns = columns
        self._head: Lines = (logo,) if logo is not None else ()

    def lines(self, kept: Kept, *, copy: int | None = None) -> Lines:
        """Return a document, a copy with its mark."""
        sheet = self.sheet(kept.locale)
        content = replace(kept.content, copy=copy)
        laid = (
            receipt_lines(content, sheet) if isinstance(content, Receipt) else cash_up_lines(content, sheet)
        )
        return (*self._head, *laid)

    def sheet(self, locale: str) -> Sheet:
        """Return the paper of this terminal."""
        return Sheet(amounts_in(locale), self.columns)

    def receipt(self, sale: Sale, settings: Settings, names: Names, at: datetime) -> Kept:
        """Return a customer's receipt."""
        marks = {tax.rate: mark for tax, mark in zip(sale.taxes, _MARKS, strict=False)}
        tenders = {tender.tender: tender for tender in settings.tenders}
        lines = tuple(
            ReceiptLine(
                line.name,
                line.quantity,
                line.unit_price,
                line.gross,
                line.discount,
                marks.get(line.tax_rate, ""),
            )
            for line in sale.lines
        )
        receipt = Receipt(
            store=settings.name,
            terminal=self.terminal,
            cashier=names.get(sale.cashier, sale.cashier),
            number=sale.number,
            business_date=sale.business_date.isoformat(),
            sold_at=at.astimezone(ZoneInfo(settings.time_zone)),
            currency=settings.currency,
            lines=lines,
            taxes=tuple(
                ReceiptTax(tax.rate, tax.gross, tax.tax, marks.get(tax.rate, "")) for tax in sale.taxes
            ),
            payments=tuple(_payment(part, tenders.get(part.tender), sale) for part in sale.payments),
            total=sale.total,
            rounding=sale.rounding,
            header=settings.receipt_head,
            refund_of=sale.refund_of,
        )
        return Kept(settings.locale, receipt)

    def cash_up(
        self, closed: TillClosed, running: Open, settings: Settings, names: Names, at: datetime
    ) -> Kept:
        """Return the numbered report of a close, the manifest in its code."""
        zone = ZoneInfo(settings.time_zone)
        session = running.session
        report = CashUp(
            store=settings.name,
            terminal=self.terminal,
            till=closed.till,
            number=closed.number,
            business_date=closed.business_date.isoformat(),
            opened_at=(session.opened_at or at).astimezone(zone),
            opened_by=names.get(session.opened_by, session.opened_by),
            closed_at=at.astimezone(zone),
            closed_by=names.get(closed.by, closed.by),
            tenders=tuple(_counted(tender, running) for tender in closed.tenders),
            pieces=_pieces(closed.tenders, session),
            approvals=_approvals(closed.tenders, session, names, at.astimezone(zone)),
            receipts=running.receipts,
            qr=printable_code(closed),
            covered=tuple(
                CoveredTerminal(
                    member.terminal, epoch_code(member.epoch), short_form(member.to_seq, member.to_hash)
                )
                for member in closed.manifest
            ),
            not_counted=closed.not_counted,
        )
        return Kept(settings.locale, report)


def dumped(kept: Kept) -> str:
    """Return a document as it is stored."""
    return _KEPT.dump_json(kept).decode()


def loaded(content: str) -> Kept:
    """Return a stored document."""
    return _KEPT.validate_json(content)


def printable_code(closed: TillClosed) -> str | None:
    """Return the close's code, None where no printer draws so much: the short forms are typed then."""
    code = close_code(closed)
    return code if len(code) <= MAX_CODE else None


def _payment(part: Payment, tender: Tender | None, sale: Sale) -> ReceiptPayment:
    name = tender.name if tender is not None else part.tender
    if is_refund(sale):
        return ReceiptPayment(name, part.amount)
    currency = tender.currency if tender is not None else None
    return ReceiptPayment(name, part.tendered, part.change, currency, part.value)


def movements(totals: TenderTotals) -> tuple[tuple[str, int], ...]:
    """Return what moved a tender between opening and expected, named and signed; sales always."""
    moves = (
        ("Sales", totals.sales),
        ("Refunds", -totals.refunds),
        ("Paid in", totals.paid_in),
        ("Paid out", -totals.paid_out),
        ("Loans", totals.loans),
        ("Pickups", -totals.pickups),
    )
    return tuple((name, amount) for name, amount in moves if amount or name == "Sales")


def _counted(tender: TenderCount, running: Open) -> CountedTender:
    totals = running.totals.get(tender.tender)
    named = running.session.terms.tender(tender.tender)
    return CountedTender(
        name=named.name if named is not None else tender.tender,
        currency=_currency(tender, running.session),
        opening=tender.opening,
        expected=tender.expected,
        counted=tender.counted,
        difference=tender.difference,
        kept=tender.kept,
        moved=tender.moved,
        movements=movements(totals) if totals is not None else (),
    )


def _currency(tender: TenderCount, session: Session) -> str:
    named = session.terms.tender(tender.tender)
    return named.currency if named is not None else session.terms.currency


def _pieces(tenders: Sequence[TenderCount], session: Session) -> tuple[CountedPieces, ...]:
    return tuple(
        CountedPieces(piece.value, piece.quantity, _currency(tender, session))
        for tender in tenders
        for piece in tender.denominations
        if piece.quantity
    )


def _approvals(
    tenders: Sequence[TenderCount], session: Session, names: Names, at: datetime
) -> tuple[Approval, ...]:
    return tuple(
        Approval(
            tender=tender.tender,
            currency=_currency(tender, session),
            difference=tender.difference,
            person=names.get(tender.approval.by, tender.approval.by),
            reason=tender.approval.reason or "-",
            at=at,
        )
        for tender in tenders
        if tender.approval is not None
    )
