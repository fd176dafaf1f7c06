"""From journal entries to the documents that people hold in their hands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

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
from terminal_agent.paper.lines import Lines, Sheet
from terminal_agent.paper.receipt import Receipt, ReceiptLine, ReceiptPayment, ReceiptTax, receipt_lines
from tillday_contracts.entries import Sale, TenderCount, TillClosed
from tillday_contracts.ids import CROCKFORD, epoch_code
from tillday_contracts.journal import canonical
from tillday_contracts.link import Settings

_MARKS: Final = "ABCDEFGH"
Names = Mapping[str, str]
"""Person code → the name that documents show."""


class Papers:
    """Lays documents out for one terminal and one width of paper."""

    def __init__(self, terminal: str, *, columns: int) -> None:
        self._terminal = terminal
        self.columns = columns

    def receipt(self, sale: Sale, settings: Settings, names: Names, at: datetime) -> Lines:
        """Return a customer's receipt."""
        marks = {tax.rate: mark for tax, mark in zip(sale.taxes, _MARKS, strict=False)}
        tenders = {tender.tender: tender.name for tender in settings.tenders}
        receipt = Receipt(
            store=settings.name,
            terminal=self._terminal,
            cashier=names.get(sale.cashier, sale.cashier),
            number=sale.number,
            business_date=sale.business_date.isoformat(),
            sold_at=at.astimezone(ZoneInfo(settings.time_zone)),
            currency=settings.currency,
            lines=tuple(
                ReceiptLine(
                    line.name,
                    line.quantity,
                    line.unit_price,
                    line.gross,
                    line.discount,
                    marks.get(line.tax_rate, ""),
                )
                for line in sale.lines
            ),
            taxes=tuple(
                ReceiptTax(tax.rate, tax.gross, tax.tax, marks.get(tax.rate, "")) for tax in sale.taxes
            ),
            payments=tuple(
                ReceiptPayment(tenders.get(part.tender, part.tender), part.tendered, part.change)
                for part in sale.payments
            ),
            total=sale.total,
            rounding=sale.rounding,
        )
        return receipt_lines(receipt, self._sheet(settings))

    def cash_up(
        self, closed: TillClosed, running: Open, settings: Settings, names: Names, at: datetime
    ) -> Lines:
        """Return the numbered report of a close, the manifest in its code."""
        zone = ZoneInfo(settings.time_zone)
        session = running.session
        report = CashUp(
            store=settings.name,
            terminal=self._terminal,
            till=closed.till,
            number=closed.number,
            business_date=closed.business_date.isoformat(),
            opened_at=(session.opened_at or at).astimezone(zone),
            opened_by=names.get(session.opened_by, session.opened_by),
            closed_at=at.astimezone(zone),
            closed_by=names.get(closed.by, closed.by),
            tenders=tuple(_tender(tender, running) for tender in closed.tenders),
            pieces=_pieces(closed.tenders, session),
            approvals=_approvals(closed.tenders, session, names, at.astimezone(zone)),
            receipts=running.receipts,
            qr=close_code(closed),
            covered=tuple(
                CoveredTerminal(
                    member.terminal, epoch_code(member.epoch), short_form(member.to_seq, member.to_hash)
                )
                for member in closed.manifest
            ),
        )
        return cash_up_lines(report, self._sheet(settings))

    def _sheet(self, settings: Settings) -> Sheet:
        return Sheet(amounts_in(settings.locale), self.columns)


def close_code(closed: TillClosed) -> str:
    """Return what the code on a cash-up report says: the close's figures and its manifest, as JSON."""
    content: dict[str, object] = {
        "v": 1,
        "session": closed.session_id,
        "number": closed.number,
        "tenders": [[t.tender, t.expected, t.counted, t.kept, t.moved] for t in closed.tenders],
        "manifest": [[m.terminal, m.epoch, m.to_seq, m.to_hash[:16]] for m in closed.manifest],
    }
    return canonical(content).decode("ascii")


def short_form(seq: int, fingerprint: str) -> str:
    """Return 12 characters that name a position: 25 bits of its sequence, 30 of its hash, 5 to check them."""
    bits = (seq % 2**25) << 30 | int(fingerprint[:8], 16) >> 2
    digits = [bits >> shift & 31 for shift in range(50, -1, -5)]
    check = sum((place + 1) * digit for place, digit in enumerate(digits)) % 31
    return "".join(CROCKFORD[digit] for digit in (*digits, check))


def _tender(tender: TenderCount, running: Open) -> CountedTender:
    totals = running.totals.get(tender.tender)
    terms = running.session.terms
    named = terms.tender(tender.tender)
    moves = (
        ()
        if totals is None
        else (
            ("Sales", totals.sales),
            ("Refunds", -totals.refunds),
            ("Paid in", totals.paid_in),
            ("Paid out", -totals.paid_out),
            ("Loans", totals.loans),
            ("Pickups", -totals.pickups),
        )
    )
    return CountedTender(
        name=named.name if named is not None else tender.tender,
        currency=named.currency if named is not None else terms.currency,
        opening=tender.opening,
        expected=tender.expected,
        counted=tender.counted,
        difference=tender.difference,
        kept=tender.kept,
        moved=tender.moved,
        movements=tuple((name, amount) for name, amount in moves if amount or name == "Sales"),
    )


def _pieces(tenders: Sequence[TenderCount], session: Session) -> tuple[CountedPieces, ...]:
    return tuple(
        CountedPieces(piece.value, piece.quantity, session.terms.currency)
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
            currency=session.terms.currency,
            difference=tender.difference,
            person=names.get(tender.approval.by, tender.approval.by),
            reason=tender.approval.reason or "-",
            at=at,
        )
        for tender in tenders
        if tender.approval is not None
    )
