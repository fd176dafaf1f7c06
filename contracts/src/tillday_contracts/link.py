"""The terminal link: HELLO, acks and verdicts, desired state, settings, asks and replies."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import Denomination
from tillday_contracts.entries import Sku, TenderAmount, TenderName, Text, TillState
from tillday_contracts.ids import (
    Epoch,
    Hash,
    PersonId,
    SessionId,
    StoreCode,
    TerminalCode,
    TillCode,
    Timeline,
)
from tillday_contracts.journal import digest_of
from tillday_contracts.model import Fact
from tillday_contracts.money import CurrencyCode, Minor, TaxRate
from tillday_contracts.parts import Claim
from tillday_contracts.sale_entries import ExchangeRate

HELLO_SECONDS: int = 60
OFFLINE_AFTER_SECONDS: int = 150
REPUBLISH_SECONDS: int = 60

Count = Annotated[int, Field(strict=True, ge=0)]


class Sealed(Fact):
    """Bytes and their MAC: a HELLO as it travels. `data` is URL-safe base64 in JSON."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64")

    data: bytes
    mac: Hash


class Revision(Fact):
    """What a terminal holds of something retained: a revision and the digest of its content."""

    rev: Count
    digest: Hash


class Clocks(Fact):
    """The terminal's clocks at HELLO, for showing skew; they order nothing."""

    wall: AwareDatetime
    mono_ms: Count


class Hello(Fact):
    """A terminal's account of its journal, on every connect and every 60 s. All of it concerns `epoch`."""

    v: Literal[1] = 1
    boot_no: Count
    n: Count
    epoch: Epoch
    head_seq: Count
    head_hash: Hash
    low_seq: Count
    low_hash: Hash | None
    low_prev: Hash
    acked: dict[Timeline, Count] = Field(default_factory=dict, max_length=32)
    desired: Revision | None = None
    settings: Revision | None = None
    effective_date: date | None = None
    versions: dict[str, str] = Field(default_factory=dict)
    clocks: Clocks
    pending: Count
    state: tuple[TillState, ...] = ()


class Ack(Fact):
    """The ledger committed all up to `seq` (`single`: this entry alone); valid only if the hash agrees."""

    kind: Literal["ACK"] = "ACK"
    epoch: Epoch
    seq: Count
    hash: Hash
    timeline: Timeline
    c: Count
    window: Count = 256
    single: bool = False


class Continue(Fact):
    """The journals agree; the terminal goes on."""

    kind: Literal["CONTINUE"] = "CONTINUE"
    epoch: Epoch


class Gap(Fact):
    """Send again from `from_seq`, acknowledged entries included."""

    kind: Literal["GAP"] = "GAP"
    epoch: Epoch
    from_seq: Count


class BadMac(Fact):
    """The bytes of one entry do not verify; its position is not consumed."""

    kind: Literal["BAD_MAC"] = "BAD_MAC"
    epoch: Epoch
    seq: Count


class Rewind(Fact):
    """The ledger lost acknowledged entries: per timeline, the highest c that is still valid."""

    kind: Literal["REWIND"] = "REWIND"
    valid: dict[Timeline, Count]


class Fork(Fact):
    """Two journals share an epoch: the ledger's hash at the position where they part."""

    kind: Literal["FORK"] = "FORK"
    epoch: Epoch
    at: Count
    hash: Hash | None
    state: tuple[TillState, ...] = ()


class Behind(Fact):
    """The terminal was restored from an older copy: the ledger's head of this epoch."""

    kind: Literal["BEHIND"] = "BEHIND"
    epoch: Epoch
    head_seq: Count
    head_hash: Hash
    state: tuple[TillState, ...] = ()


class StateVerdict(Fact):
    """The journals agree, the views of the tills do not: the ledger's view."""

    kind: Literal["STATE"] = "STATE"
    epoch: Epoch
    head_seq: Count
    head_hash: Hash
    state: tuple[TillState, ...]


class Stop(Fact):
    """This terminal was revoked: it keeps its journal and starts no till."""

    kind: Literal["STOP"] = "STOP"
    reason: Text


Verdict = Ack | Continue | Gap | BadMac | Rewind | Fork | Behind | StateVerdict | Stop


class Answers(Fact):
    """One message on the ack topic: what the ledger has to say, in order."""

    v: Literal[1] = 1
    items: tuple[Annotated[Verdict, Field(discriminator="kind")], ...]


class OwnOpening(Fact):
    """The newest opening at the front that the back office knows of."""

    epoch: Epoch
    seq: Count


class DesiredTill(Fact):
    """What the back office knows of a till, so that a replacement PC starts where the old one ended."""

    till: TillCode
    session_id: SessionId | None = None
    status: Text = "none"
    kept: tuple[TenderAmount, ...] = ()
    claims: tuple[Claim, ...] = ()
    last_receipt: Count = 0
    last_cash_up: Count = 0
    members: tuple[TerminalCode, ...] = ()


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


class Tender(Fact):
    """A means of payment of the store. Foreign cash has coins, notes and a rate of its own.

    `rate`: millionths of a store minor unit per minor unit of the tender; `denominations` of foreign cash.
    """

    tender: TenderName
    name: Text
    kind: Literal["cash", "card", "voucher", "foreign_cash"]
    currency: CurrencyCode
    rate: ExchangeRate | None = None
    denominations: tuple[Denomination, ...] = ()
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
    """Everything of a store that its terminals need to work alone."""

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


class Settings(SettingsContent):
    """The retained settings of one store."""

    v: Literal[1] = 1
    rev: Count
    digest: Hash


def seal_desired(content: DesiredContent, rev: int) -> Desired:
    """Give desired content its revision and digest."""
    values = DesiredContent.model_validate(content.model_dump()).model_dump(mode="json")
    return Desired.model_validate({**values, "rev": rev, "digest": digest_of(values)})


def seal_settings(content: SettingsContent, rev: int) -> Settings:
    """Give settings their revision and digest."""
    values = SettingsContent.model_validate(content.model_dump()).model_dump(mode="json")
    return Settings.model_validate({**values, "rev": rev, "digest": digest_of(values)})


class Ask(Fact):
    """A terminal's request for one page of something; the reply repeats `request_id`.

    A flash report names who asks and the journal position that the answer should cover.
    """

    v: Literal[1] = 1
    request_id: SessionId
    page: Count = 0
    revision: Count | None = None
    person: PersonId | None = None
    epoch: Epoch | None = None
    head_seq: Count | None = None


class CatalogueItem(Fact):
    """A product as terminals sell it."""

    sku: Sku
    name: Text
    price: Minor
    tax_rate: TaxRate
    barcode: Text | None = None
    category: Text | None = None


Right = Literal[
    "sell",
    "refund",
    "discount",
    "override_price",
    "move_cash",
    "adjust",
    "open_drawer",
    "delete_receipt",
    "cash_up_for_others",
    "approve_difference",
    "open_terminal",
    "change_date",
    "flash_report",
    "open_store",
    "close_store",
    "cancel_day",
    "close_till",
    "manage",
]


class TerminalPerson(Fact):
    """A person as one terminal may know them: the verifier is HMAC(pepper, argon2id(PIN, salt)), hex."""

    person: PersonId
    name: Text
    role: Literal["cashier", "supervisor", "manager"]
    rights: tuple[Right, ...]
    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    memory_kib: Annotated[int, Field(strict=True, ge=8, le=2**20)]
    passes: Annotated[int, Field(strict=True, ge=1, le=100)]
    lanes: Annotated[int, Field(strict=True, ge=1, le=16)] = 1
    verifier: Hash


class CataloguePage(Fact):
    """One page of the catalogue at `revision`; pages of different revisions are never mixed."""

    kind: Literal["catalogue"] = "catalogue"
    request_id: SessionId
    revision: Count
    page: Count
    pages: Count
    items: tuple[CatalogueItem, ...]


class PeoplePage(Fact):
    """One page of the people of a store, made for one terminal."""

    kind: Literal["people"] = "people"
    request_id: SessionId
    revision: Count
    page: Count
    pages: Count
    people: tuple[TerminalPerson, ...]


class FlashLine(Fact):
    """Sales of one product on the business date, net of refunds, tax included."""

    sku: Sku
    name: Text
    quantity: int
    total: int


class FlashPage(Fact):
    """One page of a terminal's flash report, by SKU; `missing` entries of its journal are not in it yet."""

    kind: Literal["flash"] = "flash"
    request_id: SessionId
    business_date: date
    currency: CurrencyCode
    missing: Count
    page: Count
    pages: Count
    lines: tuple[FlashLine, ...]
    total: int


class AskFailed(Fact):
    """The service cannot answer; the text says why."""

    kind: Literal["failed"] = "failed"
    request_id: SessionId
    text: Text


class Reply(Fact):
    """One message on the reply topic."""

    v: Literal[1] = 1
    content: Annotated[CataloguePage | PeoplePage | FlashPage | AskFailed, Field(discriminator="kind")]


class Presence(Fact):
    """A hint only: offline means no HELLO for 150 s."""

    v: Literal[1] = 1
    boot_no: Count
    connect_no: Count
    online: bool


class EnrolmentBundle(Fact):
    """What a terminal is given once, in a file of its own with mode 0600."""

    v: Literal[1] = 1
    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    name: Text
    mqtt_url: Text
    mqtt_user: Text
    mqtt_password: Text
    key_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    journal_key: Hash
    pepper: Hash
