"""What a terminal asks for and what answers: catalogue, people, flash report, totals of guests."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tillday_contracts.entries import Sku, Text
from tillday_contracts.ids import (
    Epoch,
    Hash,
    PersonId,
    SessionId,
)
from tillday_contracts.model import Fact
from tillday_contracts.money import CurrencyCode, Minor, TaxRate
from tillday_contracts.parts import Count
from tillday_contracts.sharing_entries import GuestTotals


class Ask(Fact):
    """A terminal's request for one page of something; the reply repeats `request_id`.

    A flash report names who asks and the journal position that the answer should cover, a question for the
    totals of guests the session.
    """

    v: Literal[1] = 1
    request_id: SessionId
    page: Count = 0
    revision: Count | None = None
    person: PersonId | None = None
    epoch: Epoch | None = None
    head_seq: Count | None = None
    session_id: SessionId | None = None


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
    """One page of a terminal's flash report, by SKU: it holds the journal up to `head_seq`.

    `missing` entries after that, which were asked for, are not in it yet.
    """

    kind: Literal["flash"] = "flash"
    request_id: SessionId
    business_date: date
    currency: CurrencyCode
    missing: Count
    page: Count
    pages: Count
    lines: tuple[FlashLine, ...]
    total: int
    head_seq: Count | None = None


class TillTotals(Fact):
    """What the guests of a session brought into it, by terminal, at one instant of the ledger."""

    kind: Literal["till_totals"] = "till_totals"
    request_id: SessionId
    session_id: SessionId
    guests: tuple[GuestTotals, ...]


class AskFailed(Fact):
    """The service cannot answer; the text says why."""

    kind: Literal["failed"] = "failed"
    request_id: SessionId
    text: Text


Content = CataloguePage | PeoplePage | FlashPage | TillTotals | AskFailed


class Reply(Fact):
    """One message on the reply topic."""

    v: Literal[1] = 1
    content: Annotated[Content, Field(discriminator="kind")]
