"""The ledger of accounts: chart, entries, trial balance, locked periods, deposits to the bank."""

from datetime import date
from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from tillday_contracts.ids import Code, PersonId, SessionId, StoreCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.money import CurrencyCode
from tillday_contracts.parts import TenderName, Text

DEFAULT_COMPANY: Final = "MAIN"
ENTRIES_A_PAGE: Final = 100

AccountNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z.-]{0,15}$")]
RoleName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,24}(:[a-z0-9_]{1,24})?$")]


class EntryLine(Fact):
    """A line of an entry: debit > 0, credit < 0, minor units of the currency.

    `role` says what the amount is (tender, sales, tax, …), `key` of which tender or tax rate.
    """

    account: AccountNumber
    role: str
    key: str = ""
    currency: CurrencyCode
    amount: int


class Account(Fact):
    """An account of a company's chart and the roles for which it is used."""

    account: AccountNumber
    name: str
    roles: tuple[str, ...] = ()


class Accounts(Question):
    """Ask for the chart of accounts of a store's company."""

    subject: ClassVar[str] = "tillday.till.accounts.v1"

    store: StoreCode


class Chart(Done):
    """The chart: the usual accounts and what the company changed; up to when its periods are locked."""

    company: Code
    accounts: tuple[Account, ...]
    locked_through: date | None = None


class SetAccounts(Command):
    """Change the chart of a store's company: add or rename accounts, give roles another account.

    `company` moves the store to another company, for what is posted from now on.
    """

    subject: ClassVar[str] = "tillday.till.set_accounts.v1"

    store: StoreCode
    company: Code | None = None
    accounts: dict[AccountNumber, Text] = Field(default_factory=dict)
    roles: dict[RoleName, AccountNumber | Literal[""]] = Field(default_factory=dict)


class LockPeriod(Command):
    """Lock the periods of a store's company up to a date: what is posted later bears the day after it."""

    subject: ClassVar[str] = "tillday.till.lock_period.v1"

    store: StoreCode
    through: date
    reason: Text


class DepositToBank(Command):
    """Money was taken out of the safe to the bank; `amount` in minor units of the tender's currency."""

    subject: ClassVar[str] = "tillday.till.deposit_to_bank.v1"

    store: StoreCode
    tender: TenderName
    amount: Annotated[int, Field(strict=True, ge=1, le=10**12)]
    reference: Text


class Deposited(Done):
    """The entry of the deposit, and what is left in the safe in that tender."""

    entry: int
    left: int


class TrialBalance(Question):
    """Ask for the balances of all accounts of a store's company."""

    subject: ClassVar[str] = "tillday.till.trial_balance.v1"

    store: StoreCode


class Balance(Fact):
    """What an account was debited and credited in one currency, each ≥ 0."""

    account: AccountNumber
    name: str
    currency: CurrencyCode
    debit: int
    credit: int


class Balances(Done):
    """The trial balance: per currency debits and credits are equal."""

    company: Code
    balances: tuple[Balance, ...]


class LedgerEntries(Question):
    """Ask for entries of a store, newest first, a page after another; `before` is the last one seen."""

    subject: ClassVar[str] = "tillday.till.ledger_entries.v1"

    store: StoreCode
    business_date: date | None = None
    before: int | None = None


class AccountEntry(Fact):
    """An entry as it stands. Entries are never changed: corrections are later revisions of their session."""

    entry: int
    company: Code
    kind: Literal["session", "deposit"]
    session_id: SessionId | None = None
    revision: int | None = None
    business_date: date
    entry_date: date
    date_reason: str | None = None
    text: str
    posted_at: AwareDatetime
    lines: tuple[EntryLine, ...]


class AccountEntryList(Done):
    """A page of entries; `more` of them are older."""

    store: StoreCode
    entries: tuple[AccountEntry, ...]
    more: bool = False


class BankDeposited(Event):
    """Money went from a store's safe to the bank."""

    subject: ClassVar[str] = "tillday.event.till.bank_deposited.v1"

    store: StoreCode
    deposit: UUID
    tender: TenderName
    amount: int
    reference: Text
    by: PersonId
    company: Code
    entry: int
    entry_date: date
    lines: tuple[EntryLine, ...]


EVENTS: tuple[type[Event], ...] = (BankDeposited,)
