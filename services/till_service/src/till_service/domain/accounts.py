"""Accounts: the usual chart, which account a role has, entries that balance, and the date they bear."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from till_service.domain.posting_amounts import TENDER, Amount, TenderTerms
from tillday_contracts.account_messages import DEFAULT_COMPANY

USUAL_ACCOUNTS: Final[Mapping[str, str]] = {
    "1000": "Cash in tills",
    "1010": "Foreign cash in tills",
    "1100": "Safe",
    "1110": "Money in transit to the safe",
    "1200": "Bank",
    "1300": "Card receivables",
    "1910": "Corrections of counts",
    "2200": "Sales tax",
    "2300": "Vouchers",
    "2900": "Unidentified receipts",
    "4000": "Sales",
    "4800": "Other cash receipts",
    "4900": "Counted too much",
    "4910": "Opening counts: too much",
    "4950": "Cash rounding",
    "4960": "Currency exchange",
    "6800": "Petty cash",
    "6900": "Counted too little",
    "6910": "Opening counts: too little",
}
USUAL_ROLES: Final[Mapping[str, str]] = {
    "tender_kind:cash": "1000",
    "tender_kind:foreign_cash": "1010",
    "tender_kind:card": "1300",
    "tender_kind:voucher": "2300",
    "safe": "1100",
    "safe_kind:card": "1300",
    "safe_kind:voucher": "2300",
    "in_transit": "1110",
    "bank": "1200",
    "adjustment": "1910",
    "tax": "2200",
    "unidentified_receipts": "2900",
    "sales": "4000",
    "paid_in": "4800",
    "over": "4900",
    "opening_over": "4910",
    "rounding": "4950",
    "exchange": "4960",
    "paid_out": "6800",
    "short": "6900",
    "opening_short": "6910",
}
_BY_SIGN: Final = {
    "difference": ("short", "over"),
    "settlement": ("short", "over"),
    "opening_difference": ("opening_short", "opening_over"),
}
"""Roles of differences: the account of a debit (something was missing), and of a credit."""


class NoAccount(Exception):
    """The company has no account for a role; the text names it and says what to do."""


class OutOfBalance(Exception):
    """Debits and credits differ; the text says by how much. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A company's accounts: what it changed stands above the usual ones."""

    company: str = DEFAULT_COMPANY
    names: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_names(self) -> dict[str, str]:
        """Every account with its name."""
        return {**USUAL_ACCOUNTS, **self.names}

    @property
    def all_roles(self) -> dict[str, str]:
        """Every role that has an account."""
        return {role: account for role, account in {**USUAL_ROLES, **self.roles}.items() if account}

    def account(self, *roles: str) -> str:
        """Return the account of the first of these roles that has one; raises NoAccount."""
        known = self.all_roles
        found = next((known[role] for role in roles if role in known), None)
        if found is None:
            raise NoAccount(
                f"The company {self.company} has no account for {roles[0]}. Name one: "
                f"./tillday ledger accounts --role {roles[0]}=NUMBER, then retry the posting."
            )
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an entry: debit > 0, credit < 0, minor units of the currency."""

    account: str
    role: str
    key: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Lock:
    """A company's periods are locked through this date."""

    through: date
    reason: str


@dataclass(frozen=True, slots=True)
class EntryDate:
    """The date that an entry bears, and why it is not the business date."""

    on: date
    reason: str | None = None


def in_accounts(
    parts: Iterable[Amount], chart: Chart, tenders: Mapping[str, TenderTerms]
) -> tuple[Line, ...]:
    """Return amounts as lines of accounts; raises NoAccount."""
    return tuple(
        Line(chart.account(*_roles(part, tenders)), part.role, part.key, part.currency, part.amount)
        for part in parts
    )


def _roles(part: Amount, tenders: Mapping[str, TenderTerms]) -> Sequence[str]:
    """Return the roles that may name the account, the most special one first."""
    if part.role.startswith(TENDER):
        return (f"tender:{part.key}", f"tender_kind:{tenders[part.key].kind}")
    if part.role in _BY_SIGN:
        short, over = _BY_SIGN[part.role]
        return (short if part.amount > 0 else over,)
    known = tenders.get(part.key)
    named = [f"{part.role}:{part.key}"] if part.key else []
    return (*named, *([f"{part.role}_kind:{known.kind}"] if known is not None else []), part.role)


def refuse_out_of_balance(lines: Iterable[Line]) -> None:
    """Raise OutOfBalance unless debits equal credits in every currency."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.currency] = sums.get(line.currency, 0) + line.amount
    wrong = ", ".join(f"{amount} {currency}" for currency, amount in sums.items() if amount)
    if wrong:
        raise OutOfBalance(
            f"The entry is out of balance by {wrong} (minor units): the session's sums contradict each other."
            " Run the checker and report what it finds."
        )


def entry_date(business_date: date, lock: Lock | None) -> EntryDate:
    """Return the business date, or the first open date when its period is locked."""
    if lock is None or business_date > lock.through:
        return EntryDate(business_date)
    reason = f"{business_date} lies in a period that is locked through {lock.through}: {lock.reason}"
    return EntryDate(lock.through + timedelta(days=1), reason)
