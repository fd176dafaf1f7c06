"""What people ask of a till, and where it stands when they do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from terminal_agent.core.chain import Head
from terminal_agent.core.receipts import NO_RECEIPTS, Receipts, Wanted
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terms import Terms
from tillday_contracts.asks import CatalogueItem, Right
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import Sale, TenderAmount
from tillday_contracts.movement_entries import MovementKind
from tillday_contracts.parts import Claim
from tillday_contracts.sharing_entries import GuestTotals

__all__ = [
    "Actor",
    "Adjust",
    "Approver",
    "CancelCashUp",
    "ConfirmCashUp",
    "CountFloat",
    "CountTender",
    "DeleteReceipt",
    "JoinTill",
    "LeaveTill",
    "Move",
    "OpenDrawer",
    "Original",
    "Pieces",
    "Place",
    "Refund",
    "SaveReceipt",
    "Sell",
    "StartCashUp",
    "StartTill",
    "TakeGuests",
    "Tendered",
    "TillCommand",
    "Wanted",
]

Pieces = tuple[DenominationCount, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person whose PIN was checked."""

    person: str
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who lets something pass, PIN checked, and the reason given."""

    actor: Actor
    reason: str | None


class Place(NamedTuple):
    """What surrounds a till at a decision.

    `head` is the journal's before it, `terms` the store's of this moment (None: never heard), `obstacle` why
    nothing may be started or sold now, `opening` what the next opening count expects, `kept` what the last
    one left where that is something else. `pending` are the receipts that are not paid yet, `fault` what
    stops even those, `claims` the late money in `opening`. `turn` counts the moves of the till, `members` are
    the guests of its session, `asked` the till that this terminal wants to join.
    """

    terminal: str
    till: str
    head: Head
    business_date: date | None
    terms: Terms | None
    obstacle: Refusal | None
    opening: tuple[TenderAmount, ...]
    kept: tuple[TenderAmount, ...] = ()
    claims: tuple[Claim, ...] = ()
    pending: Receipts = NO_RECEIPTS
    fault: Refusal | None = None
    turn: int = 0
    members: tuple[str, ...] = ()
    asked: str | None = None
    online: bool = True


@dataclass(frozen=True, slots=True)
class StartTill:
    """Begin a session with its opening count; `session_id` is random."""

    by: Actor
    session_id: str


@dataclass(frozen=True, slots=True)
class CountFloat:
    """The float was counted: the store's cash, and foreign cash by tender.

    `leave_float`: no money was brought or put away for a forced float; what was kept is counted.
    """

    by: Actor
    denominations: Pieces
    approver: Approver | None = None
    foreign: Mapping[str, Pieces] = field(default_factory=dict)
    leave_float: bool = False


@dataclass(frozen=True, slots=True)
class Tendered:
    """What the customer hands over, or gets back at a refund; minor units of the tender's currency."""

    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class Sell:
    """A whole receipt; `items` are the catalogue's for the SKUs wanted, `discount` is on all its lines.

    `receipt` is the pending one that is finished with it.
    """

    by: Actor
    lines: tuple[Wanted, ...]
    payments: tuple[Tendered, ...]
    items: Mapping[str, CatalogueItem]
    discount: int = 0
    allowed_by: Actor | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveReceipt:
    """Keep a receipt that is not paid yet as it stands after a tap."""

    by: Actor
    receipt: str
    lines: tuple[Wanted, ...]
    items: Mapping[str, CatalogueItem]
    discount: int = 0


@dataclass(frozen=True, slots=True)
class DeleteReceipt:
    """Throw a receipt away that was not paid."""

    by: Actor
    receipt: str
    allowed_by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """A receipt of this terminal that is to be refunded, and per SKU how many of it were before."""

    sale: Sale
    refunded: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Goods come back, money goes out. `of` is the receipt's number, `original` the receipt where known.

    Without lines everything that is left of a known receipt; without payments all of it in cash.
    """

    by: Actor
    items: Mapping[str, CatalogueItem]
    lines: tuple[Wanted, ...] = ()
    payments: tuple[Tendered, ...] = ()
    of: str | None = None
    original: Original | None = None
    allowed_by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Money into or out of the till without a sale."""

    by: Actor
    kind: MovementKind
    tender: str
    amount: int
    reason: str
    allowed_by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """Settle the wrong count of a session that is closed."""

    by: Actor
    corrects: str
    tender: str
    amount: int
    reason: str
    allowed_by: Actor


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Open the drawer without a transaction."""

    by: Actor
    reason: str


@dataclass(frozen=True, slots=True)
class JoinTill:
    """Sell into the till of another terminal."""

    by: Actor
    till: str


@dataclass(frozen=True, slots=True)
class LeaveTill:
    """Sell into it no longer."""

    by: Actor


@dataclass(frozen=True, slots=True)
class TakeGuests:
    """Expect in the closing count what guests brought, as the ledger told."""

    by: Actor
    guests: tuple[GuestTotals, ...]


@dataclass(frozen=True, slots=True)
class StartCashUp:
    """Begin the closing count."""

    by: Actor


@dataclass(frozen=True, slots=True)
class CancelCashUp:
    """Give the closing count up."""

    by: Actor


@dataclass(frozen=True, slots=True)
class CountTender:
    """A tender was counted: cash by its pieces, another by its total."""

    by: Actor
    tender: str
    denominations: Pieces = ()
    counted: int | None = None
    approver: Approver | None = None


@dataclass(frozen=True, slots=True)
class ConfirmCashUp:
    """Close the session; `keep` answers where a tender's rule leaves a choice."""

    by: Actor
    keep: Mapping[str, int]


TillCommand = (
    StartTill
    | CountFloat
    | Sell
    | DeleteReceipt
    | Refund
    | Move
    | Adjust
    | OpenDrawer
    | JoinTill
    | LeaveTill
    | TakeGuests
    | StartCashUp
    | CancelCashUp
    | CountTender
    | ConfirmCashUp
)
