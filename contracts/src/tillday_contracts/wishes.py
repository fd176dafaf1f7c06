"""What is retained for terminals: the desired state of each, and the settings of its store."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import Denomination
from tillday_contracts.entries import TenderAmount, TenderName, Text
from tillday_contracts.ids import (
    Epoch,
    Hash,
    SessionId,
    StoreCode,
    TerminalCode,
    TillCode,
)
from tillday_contracts.journal import digest_of
from tillday_contracts.model import Fact
from tillday_contracts.money import CurrencyCode
from tillday_contracts.parts import Claim, Count
from tillday_contracts.piece_looks import PieceLook
from tillday_contracts.sale_entries import ExchangeRate

ReceiptText = Annotated[str, StringConstraints(min_length=1, max_length=48)]


class Revision(Fact):
    """What a terminal holds of something retained: a revision and the digest of its content."""

    rev: Count
    digest: Hash


class OwnOpening(Fact):
    """The newest opening at the front that the back office knows of."""

    epoch: Epoch
    seq: Count


class DesiredTill(Fact):
    """What the back office knows of a till, so that a replacement PC starts where the old one ended.

    `host` has the till, `turn` counts its moves, `members` are the guests that ever joined the session. A
    till that this terminal asked to join is told without its money. `close_wished`: the back office wants the
    session closed; the terminal finishes its receipt, says so in its journal, and cashes up.
    """

    till: TillCode
    session_id: SessionId | None = None
    status: Text = "none"
    kept: tuple[TenderAmount, ...] = ()
    claims: tuple[Claim, ...] = ()
    last_receipt: Count = 0
    last_cash_up: Count = 0
    members: tuple[TerminalCode, ...] = ()
    host: TerminalCode | None = None
    turn: Count = 0
    business_date: date | None = None
    close_wished: bool = False


class Command(Fact):
    """Work for a terminal that stands until done or past `not_after`; money never moves by command."""

    command_id: SessionId
    kind: Literal["reprint", "send_journal"]
    not_after: AwareDatetime
    document: Text | None = None


class DesiredContent(Fact):
    """What the back office wants a terminal to be."""

    business_date: date | None = None
    closing: date | None = None
    closed_through: date | None = None
    archived_through: date | None = None
    own_opening: OwnOpening | None = None
    people_rev: Count = 0
    commands: tuple[Command, ...] = ()
    tills: tuple[DesiredTill, ...] = ()


class Desired(DesiredContent):
    """The retained desired state of one terminal."""

    v: Literal[1] = 1
    rev: Count
    digest: Hash


def _unless_empty(*, most: int | None = None) -> Any:
    """A list that is told only where there is something in it: settings without it keep their digest."""
    return Field(default=(), max_length=most, exclude_if=lambda value: not value)


class Tender(Fact):
    """A means of payment of the store. Foreign cash has coins, notes and a rate of its own.

    `rate`: millionths of a store minor unit per minor unit of the tender; `denominations` of foreign cash,
    and how they look.
    """

    tender: TenderName
    name: Text
    kind: Literal["cash", "card", "voucher", "foreign_cash"]
    currency: CurrencyCode
    rate: ExchangeRate | None = None
    denominations: tuple[Denomination, ...] = ()
    looks: tuple[PieceLook, ...] = _unless_empty()
    keep: KeepRule
    initial_tolerance: Count = 0
    cash_up_tolerance: Count = 0


class Policies(Fact):
    """Settings of a store that change how its tills work.

    `blind_recounts`: how often a blind count may be repeated before somebody has to approve it.
    """

    initial_count: Literal["required", "taken_over"] = "required"
    own_count_approval: Literal["never", "with_reason", "always"] = "with_reason"
    blind_count: bool = False
    blind_recounts: Annotated[int, Field(strict=True, ge=0, le=5)] = 1
    max_offline_days: Annotated[int, Field(strict=True, ge=1, le=31)] = 7
    people_max_age_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 7
    cash_rounding: Literal[0, 5, 10] = 0


class SettingsContent(Fact):
    """Everything of a store that its terminals need to work alone.

    `receipt_head`: the lines under the store's name on every receipt, like its address and tax number.
    """

    store: StoreCode
    name: Text
    currency: CurrencyCode
    time_zone: Text
    rollover: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "04:00"
    locale: Text = "en_GB"
    denominations: tuple[Denomination, ...]
    tenders: tuple[Tender, ...]
    policies: Policies = Policies()
    floats: dict[TillCode, Count] = Field(default_factory=dict)
    catalogue_rev: Count = 0
    looks: tuple[PieceLook, ...] = _unless_empty()
    receipt_head: tuple[ReceiptText, ...] = _unless_empty(most=6)


class Settings(SettingsContent):
    """The retained settings of one store."""

    v: Literal[1] = 1
    rev: Count
    digest: Hash


def seal_desired(content: DesiredContent, rev: int) -> Desired:
    """Give desired content its revision and digest."""
    values = _values(content, DesiredContent)
    return Desired.model_validate({**values, "rev": rev, "digest": digest_of(values)})


def seal_settings(content: SettingsContent, rev: int) -> Settings:
    """Give settings their revision and digest."""
    values = _values(content, SettingsContent)
    return Settings.model_validate({**values, "rev": rev, "digest": digest_of(values)})


def _values(content: Fact, kind: type[Fact]) -> dict[str, object]:
    """Return what the digest is of: a revision and a digest that were sealed before aside."""
    told = content.model_dump(mode="json")
    return {name: value for name, value in told.items() if name in kind.model_fields}
