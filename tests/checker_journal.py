"""A terminal's journal as the checker's tests write it, and two days in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from tillday_checker.world import (
    HeldEntry,
)
from tillday_contracts import entries as e
from tillday_contracts.arithmetic import (
    cash_payment,
    price_receipt,
)
from tillday_contracts.denominations import STANDARD, DenominationCount
from tillday_contracts.ids import ZERO_HASH, cash_up_number, receipt_number
from tillday_contracts.journal import chain_hash
from tillday_contracts.parts import Claim

STORE, TERMINAL, TILL = "S1", "T1", "T1-A"
EPOCH, KEY_ID, KEY = "5f0c3a9d17e2b846", "c3d2e1f0a9b8c7d6", b"k" * 32
FIRST_DAY, SECOND_DAY = date(2026, 3, 14), date(2026, 3, 15)
FIRST, SECOND = "a" * 32, "b" * 32
MORNING = datetime(2026, 3, 14, 7, tzinfo=UTC)
EUR = [piece.value for piece in STANDARD["EUR"]]


def pieces(amount: int) -> tuple[DenominationCount, ...]:
    """Return an amount in as few coins and notes as possible."""
    counted = []
    for value in sorted(EUR, reverse=True):
        quantity, amount = divmod(amount, value)
        if quantity:
            counted.append(DenominationCount(value=value, quantity=quantity))
    return tuple(counted)


def priced(*items: tuple[str, int, int]) -> Mapping[str, object]:
    """Return a receipt's lines, taxes and total for (sku, quantity, price) at 19 %."""
    lines = [
        e.SaleLine(sku=sku, name=sku, quantity=n, unit_price=price, tax_rate=1900, gross=n * price, tax=0)
        for sku, n, price in items
    ]
    receipt = price_receipt(lines)
    paid = (cash_payment("cash", due=receipt.total, tendered=receipt.total + 80),) if receipt.total else ()
    return {"lines": receipt.lines, "taxes": receipt.taxes, "total": receipt.total, "payments": paid}


def approval(session: str, count: str, *, expected: int, counted: int) -> e.Approval:
    """Return a supervisor's word on one difference."""
    subject = e.approval_subject(
        session_id=session, count=count, tender="cash", expected=expected, counted=counted
    )
    return e.Approval(by="SV1", reason="Coin lost", difference=counted - expected, subject=subject)


@dataclass
class Journal:
    """A terminal's journal as it is written, entry by entry, chained with its key."""

    epoch: str = EPOCH
    terminal: str = TERMINAL
    entries: list[HeldEntry] = field(default_factory=list)
    bodies: list[e.EntryBody] = field(default_factory=list)
    receipts: int = 0
    cash_ups: int = 0

    def write(self, body: e.EntryBody, **changes: object) -> HeldEntry:
        """Append a body; `changes` alter its envelope."""
        seq = len(self.entries) + 1
        envelope = e.Envelope(
            store=STORE,
            terminal=self.terminal,
            epoch=self.epoch,
            seq=seq,
            boot_no=1,
            type=e.TYPE_OF[type(body)],
            at=MORNING + timedelta(minutes=seq),
            mono_ms=seq,
            body=body.model_dump(mode="json"),
        ).model_copy(update=changes)
        data = e.encode_entry(envelope)
        prev = self.entries[-1].hash if self.entries else ZERO_HASH
        held = HeldEntry(self.epoch, seq, prev, chain_hash(KEY, prev, data), data, acknowledged=True)
        self.entries.append(held)
        self.bodies.append(body)
        return held

    def open_till(
        self,
        session: str,
        day: date,
        *,
        expected: int,
        counted: int,
        float_moved: e.FloatMoved | None = None,
        claims: tuple[Claim, ...] = (),
        approval: e.Approval | None = None,
    ) -> None:
        """Take the date, start the till and confirm its opening count."""
        self.write(e.TerminalOpened(business_date=day, origin="back_office", desired_rev=1))
        asked = (e.TenderAmount(tender="cash", amount=expected),)
        named = {"session_id": session, "till": TILL, "business_date": day, "by": "C1"}
        self.write(e.TillStarted.model_validate({**named, "expected": asked, "claims": claims}))
        said = {"session_id": session, "by": "C1", "denominations": pieces(counted)}
        amounts = {"tender": "cash", "expected": expected, "counted": counted}
        self.write(e.CountAttempted.model_validate({**said, **amounts, "count": "initial"}))
        if float_moved is not None:
            self.write(float_moved)
        found = e.OpeningTender.model_validate(
            {
                **amounts,
                "difference": counted - expected,
                "denominations": pieces(counted),
                "approval": approval,
            }
        )
        self.write(e.InitialCountConfirmed(session_id=session, business_date=day, by="C1", tenders=(found,)))

    def sell(self, session: str, day: date, *items: tuple[str, int, int], **changes: object) -> e.Sale:
        """Sell and print."""
        self.receipts += 1
        number = receipt_number(self.terminal, self.epoch, self.receipts)
        named = {"session_id": session, "till": TILL, "business_date": day, "number": number, "cashier": "C1"}
        sale = e.Sale.model_validate({**named, **priced(*items), **changes})
        held = self.write(sale)
        self.write(e.Printed(document=sale.number, entry=held.hash))
        return sale

    def close_till(self, session: str, day: date, *tenders: e.TenderCount) -> e.TillClosed:
        """Count every tender, close and print the report."""
        self.write(e.CashUpStarted(session_id=session, by="C1"))
        for tender in tenders:
            counted = tender.model_dump(exclude={"opening", "kept", "moved"})
            self.write(e.TenderConfirmed.model_validate({"session_id": session, "by": "C1", **counted}))
        self.cash_ups += 1
        covered = self.entries[-1]
        member = e.ManifestMember(
            terminal=self.terminal, epoch=self.epoch, to_seq=covered.seq, to_hash=covered.hash
        )
        closed = e.TillClosed(
            session_id=session,
            till=TILL,
            business_date=day,
            number=cash_up_number(TILL, self.epoch, self.cash_ups),
            by="C1",
            tenders=tenders,
            manifest=(member,),
        )
        held = self.write(closed)
        self.write(e.Printed(document=closed.number, entry=held.hash))
        return closed


def two_days() -> Journal:
    """Write a closed day with an approved shortage and a running second day."""
    journal = Journal()
    journal.write(e.Genesis(key_id=KEY_ID))
    journal.write(e.Boot(nonce="0" * 32, version="0.1.0"))
    journal.open_till(FIRST, FIRST_DAY, expected=15_000, counted=15_000)
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 3, 199), ("BREAD", 1, 250))
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 1, 199))
    shortage = approval(FIRST, "cash_up", expected=16_046, counted=16_036)
    counted = e.TenderCount(
        tender="cash",
        opening=15_000,
        expected=16_046,
        counted=16_036,
        difference=-10,
        kept=15_000,
        moved=1_036,
        denominations=pieces(16_036),
        approval=shortage,
    )
    journal.close_till(FIRST, FIRST_DAY, counted)
    journal.write(e.Attested(business_date=FIRST_DAY, revision=2))
    journal.write(e.TerminalClosed(business_date=FIRST_DAY, desired_rev=3))
    journal.open_till(SECOND, SECOND_DAY, expected=15_000, counted=15_000)
    journal.sell(SECOND, SECOND_DAY, ("BREAD", 2, 250))
    return journal
