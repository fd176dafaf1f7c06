"""Journals of made-up terminals, built before anything is measured. Pure: keys and instants are given."""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tillday_contracts.arithmetic import cash_payment, price_receipt
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.entries import (
    TYPE_OF,
    Boot,
    CashUpStarted,
    Genesis,
    InitialCountConfirmed,
    ManifestMember,
    OpeningTender,
    Sale,
    SaleLine,
    TenderCount,
    TerminalOpened,
    TillClosed,
    TillStarted,
)
from tillday_contracts.ids import ZERO_HASH, cash_up_number, receipt_number
from tillday_contracts.journal import canonical, chain_hash, message_mac
from tillday_contracts.link import Clocks, Hello, Sealed
from tillday_contracts.model import Fact
from tillday_contracts.topics import TerminalAddress

FLOAT: Final = 150_00
CASHIER: Final = "CASHIER-1"
VARIETY: Final = 40
"""How many different receipts there are; the number, the instant and the chain make each entry its own."""


@dataclass(frozen=True, slots=True)
class BuiltEntry:
    """One entry, ready to travel: `wire` is its JSON in a batch, `data` the bytes that were hashed."""

    seq: int
    hash: str
    data: bytes
    wire: str
    is_sale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """Who writes the journal, with what key, and when it begins."""

    address: TerminalAddress
    key_id: str
    key: bytes
    epoch: str
    session_id: str
    began: datetime


class Journal:
    """One terminal's journal: opening, then sales, each followed by the word that it was printed.

    `taken` is the cash that came into the till since its opening. `opening` is written first, an opened till
    where it is not given.
    """

    def __init__(
        self, owner: Enrolled, receipts: Sequence[dict[str, Any]], opening: Sequence[Fact] = ()
    ) -> None:
        self.owner = owner
        self.entries: list[BuiltEntry] = []
        self._receipts = receipts
        self._head = ZERO_HASH
        self._sold = 0
        self.taken = 0
        for body in opening or _opening(owner):
            self._append(TYPE_OF[type(body)], body.model_dump(mode="json"))
        self.opening_length = len(self.entries)

    def sell(self, count: int) -> None:
        """Append sales, two entries each."""
        for _ in range(count):
            self._sold += 1
            number = receipt_number(self.owner.address.terminal, self.owner.epoch, self._sold)
            body = self._receipts[self._sold % len(self._receipts)]
            self._append("SALE", {**body, "session_id": self.owner.session_id, "number": number})
            self._append("PRINTED", {"document": number, "entry": self._head, "copy_no": 0})
            self.taken += body["total"]

    def cash_up(self) -> None:
        """Append a close without a difference: the float stays, what was taken goes to the safe."""
        for body in _closing(self.owner, len(self.entries), self._head, self.taken):
            self._append(TYPE_OF[type(body)], body.model_dump(mode="json"))

    def write(self, kind: str, body: dict[str, Any]) -> None:
        """Append an entry of any kind, also one that no version knows."""
        self._append(kind, body)

    def batch(self, first: int, last: int) -> bytes:
        """Return the message that carries entries `first` to `last`, counted from 1, both included."""
        wires = ",".join(entry.wire for entry in self.entries[first - 1 : last])
        text = f'{{"v":1,"boot_no":1,"epoch":"{self.owner.epoch}","quarantine":false,"entries":[{wires}]}}'
        return text.encode()

    def hello(self, head: int, n: int, at: datetime) -> bytes:
        """Return the `n`th HELLO of a terminal whose journal ends at entry `head`, all acknowledged."""
        head_hash = self.entries[head - 1].hash if head else ZERO_HASH
        said = Hello(
            boot_no=1,
            n=n,
            epoch=self.owner.epoch,
            head_seq=head,
            head_hash=head_hash,
            low_seq=head + 1,
            low_hash=None,
            low_prev=head_hash,
            clocks=Clocks(wall=at, mono_ms=0),
            pending=0,
        )
        data = canonical(said.model_dump(mode="json"))
        return Sealed(data=data, mac=message_mac(self.owner.key, data)).model_dump_json().encode()

    def reach(self, first: int, *, entries: int, size: int) -> int:
        """Return the last entry of a message from `first` on with at most so many entries and bytes."""
        last, total = first - 1, 0
        for entry in self.entries[first - 1 : first - 1 + entries]:
            total += len(entry.wire) + 1
            if total > size and last >= first:
                break
            last = entry.seq
        return last

    def _append(self, kind: str, body: dict[str, Any]) -> None:
        seq, owner = len(self.entries) + 1, self.owner
        at = owner.began + timedelta(milliseconds=100 * seq)
        envelope = {
            "v": 1,
            "minor": 0,
            "store": owner.address.store,
            "terminal": owner.address.terminal,
            "epoch": owner.epoch,
            "seq": seq,
            "boot_no": 1,
            "type": kind,
            "at": at.isoformat().replace("+00:00", "Z"),
            "mono_ms": 100 * seq,
            "trace": None,
            "body": body,
        }
        data = canonical(envelope)
        digest = chain_hash(owner.key, self._head, data)
        encoded = urlsafe_b64encode(data).decode()
        wire = f'{{"seq":{seq},"prev":"{self._head}","hash":"{digest}","data":"{encoded}"}}'
        self.entries.append(BuiltEntry(seq, digest, data, wire, kind == "SALE"))
        self._head = digest


def make_receipts(
    address: TerminalAddress, catalogue: Sequence[CatalogueItem], began: datetime, chance: random.Random
) -> list[dict[str, Any]]:
    """Return bodies of receipts that a terminal repeats; validated once, here."""
    return [_receipt(address, catalogue, began, chance) for _ in range(VARIETY)]


def _receipt(
    address: TerminalAddress, catalogue: Sequence[CatalogueItem], began: datetime, chance: random.Random
) -> dict[str, Any]:
    picked = chance.sample(list(catalogue), chance.choice((1, 2, 2, 3, 4)))
    priced = price_receipt([_line(item, chance.choice((1, 1, 2))) for item in picked])
    due = priced.total
    tendered = due + chance.choice((0, 0, 50, 200, 500))
    sale = Sale(
        session_id="0" * 32,
        till=address.terminal,
        business_date=began.date(),
        number=f"{address.terminal}-00000-1",
        cashier=CASHIER,
        lines=priced.lines,
        taxes=priced.taxes,
        total=due,
        payments=(cash_payment("cash", due=due, tendered=tendered),),
    )
    return sale.model_dump(mode="json")


def _line(item: CatalogueItem, quantity: int) -> SaleLine:
    return SaleLine(
        sku=item.sku,
        name=item.name,
        quantity=quantity,
        unit_price=item.price,
        tax_rate=item.tax_rate,
        gross=quantity * item.price,
        tax=0,
    )


def _opening(owner: Enrolled) -> tuple[Fact, ...]:
    day, till = owner.began.date(), owner.address.terminal
    counted = OpeningTender(tender="cash", expected=FLOAT, counted=FLOAT, difference=0)
    return (
        Genesis(key_id=owner.key_id),
        Boot(nonce=owner.session_id, version="bench"),
        TerminalOpened(business_date=day, origin="back_office"),
        TillStarted(session_id=owner.session_id, till=till, business_date=day, by=CASHIER, expected=()),
        InitialCountConfirmed(session_id=owner.session_id, business_date=day, by=CASHIER, tenders=(counted,)),
    )


def _closing(owner: Enrolled, to_seq: int, to_hash: str, taken: int) -> tuple[Fact, ...]:
    day, till, terminal = owner.began.date(), owner.address.terminal, owner.address.terminal
    covered = ManifestMember(terminal=terminal, epoch=owner.epoch, to_seq=to_seq, to_hash=to_hash)
    cash = TenderCount(
        tender="cash",
        opening=FLOAT,
        expected=FLOAT + taken,
        counted=FLOAT + taken,
        difference=0,
        kept=FLOAT,
        moved=taken,
    )
    return (
        CashUpStarted(session_id=owner.session_id, by=CASHIER),
        TillClosed(
            session_id=owner.session_id,
            till=till,
            business_date=day,
            number=cash_up_number(till, owner.epoch, 1),
            by=CASHIER,
            tenders=(cash,),
            manifest=(covered,),
        ),
    )
