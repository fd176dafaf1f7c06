"""What people ask of a till, and where it stands when they do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from terminal_agent.core.chain import Head
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.till import Terms
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import TenderAmount
from tillday_contracts.link import CatalogueItem, Right


@dataclass(frozen=True, slots=True)
class Actor:
    """A person whose PIN was checked."""

    person: str
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who lets a difference pass, PIN checked, and the reason given."""

    actor: Actor
    reason: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """What surrounds a till at a decision.

    `head` is the journal's before it, `terms` the store's of this moment (None: never heard), `obstacle` why
    nothing may be started or sold now, `opening` what the next opening count expects.
    """

    terminal: str
    till: str
    head: Head
    business_date: date | None
    terms: Terms | None
    obstacle: Refusal | None
    opening: tuple[TenderAmount, ...]


@dataclass(frozen=True, slots=True)
class StartTill:
    """Begin a session with its opening count; `session_id` is random."""

    by: Actor
    session_id: str


@dataclass(frozen=True, slots=True)
class CountFloat:
    """The float was counted."""

    by: Actor
    denominations: tuple[DenominationCount, ...]
    approver: Approver | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product and how many of it."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Tendered:
    """What the customer hands over."""

    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class Sell:
    """A whole receipt; `items` are the catalogue's for the SKUs wanted."""

    by: Actor
    lines: tuple[Wanted, ...]
    payments: tuple[Tendered, ...]
    items: Mapping[str, CatalogueItem]


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
    denominations: tuple[DenominationCount, ...] = ()
    counted: int | None = None
    approver: Approver | None = None


@dataclass(frozen=True, slots=True)
class ConfirmCashUp:
    """Close the session; `keep` answers where a tender's rule leaves a choice."""

    by: Actor
    keep: Mapping[str, int]


TillCommand = StartTill | CountFloat | Sell | StartCashUp | CancelCashUp | CountTender | ConfirmCashUp
