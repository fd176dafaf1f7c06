"""What a terminal writes into its journal: the envelope of an entry and one body per type."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tillday_contracts.count_entries import (
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    CountAttempted,
    InitialCountConfirmed,
    OpeningTender,
    TenderConfirmed,
    TenderCount,
)
from tillday_contracts.ids import (
    Epoch,
    Hash,
    KeyId,
    PersonId,
    Sequence,
    SessionId,
    StoreCode,
    TerminalCode,
    TillCode,
)
from tillday_contracts.journal import canonical, digest_of, strict_json
from tillday_contracts.model import Fact
from tillday_contracts.movement_entries import Adjustment, DrawerLeftOpen, FloatMoved, Movement, NoSale
from tillday_contracts.parts import (
    Approval,
    Claim,
    Count,
    ManifestMember,
    Position,
    PrintedNumber,
    Sku,
    TenderAmount,
    TenderName,
    Text,
    TillState,
    tender_amount,
)
from tillday_contracts.sale_entries import MAX_LINES, Payment, ReceiptDeleted, Sale, SaleLine, TaxTotal
from tillday_contracts.sharing_entries import GuestsTold, JoinAsked, TillJoined, TillLeft

__all__ = [
    "BODIES",
    "MAX_LINES",
    "TYPE_OF",
    "Adjustment",
    "Approval",
    "Attested",
    "Boot",
    "CashUpCancelled",
    "CashUpStarted",
    "CloseHeard",
    "CommandDone",
    "CountAttempted",
    "DrawerLeftOpen",
    "EntryBody",
    "Envelope",
    "FloatMoved",
    "Genesis",
    "GuestsTold",
    "InitialCountConfirmed",
    "JoinAsked",
    "ManifestMember",
    "Movement",
    "NoSale",
    "OpeningTender",
    "Payment",
    "PinRefused",
    "Position",
    "Printed",
    "PrintedNumber",
    "ReceiptDeleted",
    "Sale",
    "SaleLine",
    "SignedIn",
    "Sku",
    "TaxTotal",
    "TenderAmount",
    "TenderConfirmed",
    "TenderCount",
    "TenderName",
    "TerminalClosed",
    "TerminalOpened",
    "Text",
    "TillClosed",
    "TillJoined",
    "TillLeft",
    "TillStarted",
    "TillState",
    "UnknownEntryType",
    "approval_subject",
    "encode_entry",
    "read_body",
    "read_envelope",
    "tender_amount",
]


class UnknownEntryType(ValueError):
    """An entry of a type that this version does not know."""


class Envelope(Fact):
    """What every entry says of itself. `at` and `mono_ms` are the terminal's clocks and decide nothing."""

    v: Annotated[int, Field(strict=True, ge=1)] = 1
    minor: Annotated[int, Field(strict=True, ge=0)] = 0
    store: StoreCode
    terminal: TerminalCode
    epoch: Epoch
    seq: Sequence
    boot_no: Annotated[int, Field(strict=True, ge=1)]
    type: Annotated[str, StringConstraints(pattern=r"^[A-Z_]{2,40}$")]
    at: AwareDatetime
    mono_ms: Annotated[int, Field(strict=True, ge=0)]
    trace: Annotated[str, StringConstraints(max_length=80)] | None = None
    body: dict[str, object]


class Genesis(Fact):
    """The first entry of an epoch: the key it is chained with and what it follows."""

    key_id: KeyId
    follows: Position | None = None
    till_state: TillState | None = None


class Boot(Fact):
    """One per process start; the nonce makes two clones differ from their first entry on."""

    nonce: SessionId
    version: Text


class SignedIn(Fact):
    """A person took over the terminal."""

    person: PersonId


class PinRefused(Fact):
    """A wrong PIN; the counter lives in the journal so that neither restart nor clock resets it."""

    person: PersonId
    in_a_row: Annotated[int, Field(strict=True, ge=1)]


class TerminalOpened(Fact):
    """The terminal took a business date: the back office's wish, or a supervisor's at the front."""

    business_date: date
    origin: Literal["back_office", "front_office"]
    by: PersonId | None = None
    desired_rev: int | None = None


class TerminalClosed(Fact):
    """The terminal blanked its business date."""

    business_date: date
    by: PersonId | None = None
    desired_rev: int | None = None


class Attested(Fact):
    """The terminal starts no till for this date until a higher revision no longer names it as closing."""

    business_date: date
    revision: int


class TillStarted(Fact):
    """A session began with its opening count; `expected` is what the last cash-up left, or a forced float.

    `kept` is what the last cash-up left, told where a forced float makes the count expect something else.
    `settings_rev` is the revision of the store's settings that the session works by to its end. `claims` is
    the late money that the count asks for beside what was kept or forced; `expected` holds it. `turn` counts
    the moves of the till from terminal to terminal before this session.
    """

    session_id: SessionId
    till: TillCode
    business_date: date
    by: PersonId
    expected: tuple[TenderAmount, ...]
    kept: tuple[TenderAmount, ...] = ()
    settings_rev: int | None = None
    claims: tuple[Claim, ...] = ()
    turn: Count = 0


class TillClosed(Fact):
    """A session was counted and closed at its terminal; the manifest names the sales it covers.

    `not_counted` are guests of whose sales the host could not ask: a person says what the count covered.
    """

    session_id: SessionId
    till: TillCode
    business_date: date
    number: PrintedNumber
    by: PersonId
    tenders: tuple[TenderCount, ...]
    manifest: Annotated[tuple[ManifestMember, ...], Field(min_length=1)]
    not_counted: tuple[TerminalCode, ...] = ()


class Printed(Fact):
    """A document of this journal came out of the printer."""

    document: PrintedNumber
    entry: Hash
    copy_no: Annotated[int, Field(strict=True, ge=0)] = 0


class CommandDone(Fact):
    """How a command of the back office went here; it is not done again. `reason` says why it failed."""

    command_id: SessionId
    outcome: Literal["done", "failed"]
    reason: Text | None = None


BODIES: Final[dict[str, type[Fact]]] = {
    "GENESIS": Genesis,
    "BOOT": Boot,
    "SIGNED_IN": SignedIn,
    "PIN_REFUSED": PinRefused,
    "TERMINAL_OPENED": TerminalOpened,
    "TERMINAL_CLOSED": TerminalClosed,
    "ATTESTED": Attested,
    "TILL_STARTED": TillStarted,
    "COUNT_ATTEMPTED": CountAttempted,
    "INITIAL_COUNT_CONFIRMED": InitialCountConfirmed,
    "SALE": Sale,
    "RECEIPT_DELETED": ReceiptDeleted,
    "MOVEMENT": Movement,
    "FLOAT_MOVED": FloatMoved,
    "ADJUSTMENT": Adjustment,
    "NO_SALE": NoSale,
    "JOIN_ASKED": JoinAsked,
    "TILL_JOINED": TillJoined,
    "TILL_LEFT": TillLeft,
    "GUESTS_TOLD": GuestsTold,
    "DRAWER_LEFT_OPEN": DrawerLeftOpen,
    "CASH_UP_STARTED": CashUpStarted,
    "CASH_UP_CANCELLED": CashUpCancelled,
    "CLOSE_HEARD": CloseHeard,
    "TENDER_CONFIRMED": TenderConfirmed,
    "TILL_CLOSED": TillClosed,
    "PRINTED": Printed,
    "COMMAND_DONE": CommandDone,
}
TYPE_OF: Final[dict[type[Fact], str]] = {body: name for name, body in BODIES.items()}

EntryBody = (
    Genesis
    | Boot
    | SignedIn
    | PinRefused
    | TerminalOpened
    | TerminalClosed
    | Attested
    | TillStarted
    | CountAttempted
    | InitialCountConfirmed
    | Sale
    | ReceiptDeleted
    | Movement
    | FloatMoved
    | Adjustment
    | NoSale
    | JoinAsked
    | TillJoined
    | TillLeft
    | GuestsTold
    | DrawerLeftOpen
    | CashUpStarted
    | CashUpCancelled
    | CloseHeard
    | TenderConfirmed
    | TillClosed
    | Printed
    | CommandDone
)


def encode_entry(envelope: Envelope) -> bytes:
    """Return the bytes that are hashed, stored and sent, and never written anew. The body is JSON already."""
    return canonical({**vars(envelope), "at": envelope.at.isoformat().replace("+00:00", "Z")})


def read_envelope(data: bytes) -> Envelope:
    """Read an entry's envelope; raises MalformedBytes or pydantic's ValidationError."""
    return Envelope.model_validate(strict_json(data))


def read_body(envelope: Envelope) -> EntryBody:
    """Read an entry's body; raises UnknownEntryType or pydantic's ValidationError."""
    model = BODIES.get(envelope.type)
    if model is None or envelope.v != 1:
        raise UnknownEntryType(f"entry type {envelope.type} v{envelope.v} is unknown to this version")
    body = model.model_validate(envelope.body)
    assert isinstance(body, EntryBody)
    return body


def approval_subject(*, session_id: str, count: str, tender: str, expected: int, counted: int) -> str:
    """Return what an approval is bound to: it cannot be used for another amount, tender or session."""
    return digest_of(
        {"session_id": session_id, "count": count, "tender": tender, "expected": expected, "counted": counted}
    )
