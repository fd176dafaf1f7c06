"""Journals as a terminal writes them, for tests: every entry chained, a whole till day in a few words."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from tillday_contracts.arithmetic import cash_payment, price_receipt
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import (
    TYPE_OF,
    Adjustment,
    Boot,
    CashUpStarted,
    EntryBody,
    Envelope,
    FloatMoved,
    Genesis,
    InitialCountConfirmed,
    ManifestMember,
    Movement,
    OpeningTender,
    Position,
    Sale,
    SaleLine,
    TenderCount,
    TillClosed,
    TillStarted,
    TillState,
    encode_entry,
)
from tillday_contracts.ids import ZERO_HASH, cash_up_number, receipt_number
from tillday_contracts.journal import JournalBatch, WireEntry, canonical, chain_hash, message_mac
from tillday_contracts.link import Clocks, Hello, Sealed
from tillday_contracts.movement_entries import MovementKind
from tillday_contracts.topics import TerminalAddress

DAY = date(2026, 3, 14)
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
EPOCH = "5f0c3a9d17e2b846"
KEY = bytes(range(32))
KEY_ID = "c3d2e1f0a9b8c7d6"
SESSION = "7d9f1c2e5b8a4f60917c3e5d2a4b6c80"
CASHIER = "C1"


@dataclass
class WrittenJournal:
    """One epoch of one terminal's journal, with the key it is chained with."""

    address: TerminalAddress = field(default_factory=lambda: TerminalAddress("S1", "T1"))
    epoch: str = EPOCH
    key: bytes = KEY
    key_id: str = KEY_ID
    at: datetime = NOON
    entries: list[WireEntry] = field(default_factory=list)
    receipts: int = 0
    session: str = SESSION
    day: date = DAY

    @property
    def till(self) -> str:
        return f"{self.address.terminal}-A"

    @property
    def head(self) -> str:
        return self.entries[-1].hash if self.entries else ZERO_HASH

    def bytes_of(self, body: EntryBody, /, **envelope: object) -> bytes:
        """The bytes of an entry that would come next."""
        said: dict[str, object] = {
            "store": self.address.store,
            "terminal": self.address.terminal,
            "epoch": self.epoch,
            "seq": len(self.entries) + 1,
            "boot_no": 1,
            "type": TYPE_OF[type(body)],
            "at": self.at,
            "mono_ms": 1000,
            "body": body.model_dump(mode="json"),
        }
        return encode_entry(Envelope.model_validate({**said, **envelope}))

    def write(self, *bodies: EntryBody, **envelope: object) -> WireEntry:
        """Append entries; returns the last."""
        for body in bodies:
            self.write_bytes(self.bytes_of(body, **envelope))
        return self.entries[-1]

    def write_bytes(self, data: bytes) -> WireEntry:
        """Append any bytes as an entry, chained as it should be."""
        seq = len(self.entries) + 1
        hash_ = chain_hash(self.key, self.head, data)
        self.entries.append(WireEntry(seq=seq, prev=self.head, hash=hash_, data=data))
        return self.entries[-1]

    def begin(self, *, follows: Position | None = None, till_state: TillState | None = None) -> WireEntry:
        """Genesis and first boot."""
        self.write(Genesis(key_id=self.key_id, follows=follows, till_state=till_state))
        return self.write(Boot(nonce="0" * 32, version="1"))

    def start_till(self) -> WireEntry:
        return self.write(
            TillStarted(
                session_id=self.session, till=self.till, business_date=self.day, by=CASHIER, expected=()
            )
        )

    def open_till(self, counted: int = 15_000) -> WireEntry:
        """Start the till and confirm its opening count."""
        self.start_till()
        return self.confirm_opening(counted)

    def confirm_opening(self, counted: int = 15_000) -> WireEntry:
        tender = OpeningTender(
            tender="cash",
            expected=counted,
            counted=counted,
            difference=0,
            denominations=(DenominationCount(value=100, quantity=counted // 100),),
        )
        return self.write(
            InitialCountConfirmed(
                session_id=self.session, business_date=self.day, by=CASHIER, tenders=(tender,)
            )
        )

    def sale(self, amount: int = 1_000, *, sku: str = "4001", **changes: object) -> Sale:
        """The body of the next sale."""
        self.receipts += 1
        line = SaleLine(
            sku=sku, name="Apple", quantity=1, unit_price=amount, tax_rate=700, gross=amount, tax=0
        )
        priced = price_receipt((line,))
        sale = Sale(
            session_id=self.session,
            till=self.till,
            business_date=self.day,
            number=receipt_number(self.address.terminal, self.epoch, self.receipts),
            cashier=CASHIER,
            lines=priced.lines,
            taxes=priced.taxes,
            total=priced.total,
            payments=(cash_payment("cash", due=priced.total, tendered=priced.total + 100),),
        )
        return Sale.model_validate({**sale.model_dump(), **changes})

    def sell(self, amount: int = 1_000, *, sku: str = "4001", **changes: object) -> WireEntry:
        return self.write(self.sale(amount, sku=sku, **changes))

    def movement(self, kind: MovementKind, amount: int, *, tender: str = "cash") -> Movement:
        """The body of a movement of the present session."""
        return Movement(
            session_id=self.session,
            till=self.till,
            business_date=self.day,
            kind=kind,
            tender=tender,
            amount=amount,
            reason="For the test",
            by=CASHIER,
        )

    def move(self, kind: MovementKind, amount: int, *, tender: str = "cash") -> WireEntry:
        return self.write(self.movement(kind, amount, tender=tender))

    def move_float(self, kept: int, wanted: int) -> WireEntry:
        """What brings the float from what was kept to what is wanted."""
        return self.write(
            FloatMoved(
                session_id=self.session,
                till=self.till,
                business_date=self.day,
                tender="cash",
                kept=kept,
                wanted=wanted,
                amount=wanted - kept,
                by=CASHIER,
            )
        )

    def adjust(self, corrects: str, amount: int, *, tender: str = "cash") -> WireEntry:
        """An adjustment of another session, written in the present one."""
        return self.write(
            Adjustment(
                session_id=self.session,
                till=self.till,
                business_date=self.day,
                corrects=corrects,
                tender=tender,
                amount=amount,
                reason="Keyed as cash, was card",
                by=CASHIER,
                allowed_by="SV1",
            )
        )

    def close_till(self, expected: int, *, to_seq: int | None = None, n: int = 1) -> WireEntry:
        """Cash up without a difference; the count covers everything up to `to_seq`, or up to here."""
        self.write(CashUpStarted(session_id=self.session, by=CASHIER))
        return self.write(self.closing(expected, to_seq=to_seq, n=n))

    def closing(
        self, expected: int, *, to_seq: int | None = None, n: int = 1, others: tuple[TenderCount, ...] = ()
    ) -> TillClosed:
        """The body of a close whose cash, and whatever else is counted, is as expected."""
        covered = len(self.entries) if to_seq is None else to_seq
        member = ManifestMember(
            terminal=self.address.terminal,
            epoch=self.epoch,
            to_seq=covered,
            to_hash=self.entries[covered - 1].hash,
        )
        return TillClosed(
            session_id=self.session,
            till=self.till,
            business_date=self.day,
            number=cash_up_number(self.till, self.epoch, n),
            by=CASHIER,
            tenders=(counted("cash", expected, kept=15_000), *others),
            manifest=(member,),
        )

    def next_epoch(self, epoch: str, *, after: int | None = None) -> "WrittenJournal":
        """A journal that begins where this one was left."""
        return replace(self, epoch=epoch, entries=[], receipts=0)

    def copied(self, upto: int | None = None) -> "WrittenJournal":
        """A clone of the disk: the same entries up to a position, on its own from there."""
        return replace(self, entries=self.entries[:upto])

    def position(self, seq: int | None = None) -> Position:
        entry = self.entries[-1 if seq is None else seq - 1]
        return Position(epoch=self.epoch, seq=entry.seq, hash=entry.hash)

    def message(self, first: int = 1, last: int | None = None, *, quarantine: bool = False) -> bytes:
        """The journal message with the entries from `first` to `last`."""
        return self.message_of(*self.entries[first - 1 : last], quarantine=quarantine)

    def message_of(self, *entries: WireEntry, quarantine: bool = False) -> bytes:
        batch = JournalBatch(boot_no=1, epoch=self.epoch, quarantine=quarantine, entries=entries)
        return batch.model_dump_json().encode()

    def hello(self, *, acked_upto: int = 0, **changes: object) -> Hello:
        """An honest HELLO of a terminal whose entries are acknowledged up to `acked_upto`."""
        low = acked_upto + 1
        hello = Hello(
            boot_no=1,
            n=1,
            epoch=self.epoch,
            head_seq=len(self.entries),
            head_hash=self.head,
            low_seq=low,
            low_hash=self.entries[low - 1].hash if low <= len(self.entries) else None,
            low_prev=self.entries[low - 2].hash if low > 1 else ZERO_HASH,
            clocks=Clocks(wall=self.at, mono_ms=1),
            pending=len(self.entries) - acked_upto,
        )
        return hello.model_copy(update=changes)

    def sealed(self, hello: Hello, *, key: bytes | None = None) -> Sealed:
        data = canonical(hello.model_dump(mode="json"))
        return Sealed(data=data, mac=message_mac(key or self.key, data))


def counted(tender: str, expected: int, *, kept: int = 0) -> TenderCount:
    """A tender that was counted as expected."""
    return TenderCount(
        tender=tender,
        opening=kept,
        expected=expected,
        counted=expected,
        difference=0,
        kept=kept,
        moved=expected - kept,
    )


def tampered(entry: WireEntry) -> WireEntry:
    """The entry with one byte changed on the way; its claim stays."""
    return entry.model_copy(update={"data": entry.data.replace(b'"boot_no":1', b'"boot_no":2')})
