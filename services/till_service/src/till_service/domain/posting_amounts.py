"""What a session means for the accounts: amounts by role, before anybody asks which account a role has.

Every amount stands beside one of opposite sign, so that each part of a session balances by itself; sales,
taxes and rounding balance together with what the tenders took. Debit > 0, minor units of the currency.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from till_service.domain.closes import ReportedTender
from till_service.domain.money import CountRow
from till_service.domain.posting_sums import TaxSum, Worth
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals

TenderKind = Literal["cash", "card", "voucher", "foreign_cash"]
TENDER: Final = "tender"
"""Roles that begin so stand on the tender's own account; `tender` itself is what it took, net of refunds."""


class UnknownTender(Exception):
    """The store's settings do not name a tender that the session has money in."""

    def __init__(self, tender: str) -> None:
        super().__init__(f"The settings of the store name no tender {tender}: add it there again.")


@dataclass(frozen=True, slots=True)
class TenderTerms:
    """What a tender is, by the store's settings."""

    kind: TenderKind
    currency: str


class Amount(NamedTuple):
    """An amount of one role; `key` is the tender or the tax rate."""

    role: str
    key: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class SessionMoney:
    """Everything of a session that the accounts ask for; by tender, but for taxes by rate.

    `reported` are the tenders of a printed report, `safe` and `floats` what it brought to the safe and had
    from it, `left` what journals that were left moved, `unidentified` what was taken for rejected receipts.
    """

    currency: str
    tenders: Mapping[str, TenderTerms]
    totals: Mapping[str, TenderTotals] = field(default_factory=dict)
    taxes: Mapping[int, TaxSum] = field(default_factory=dict)
    rounding: int = 0
    worths: Mapping[str, Worth] = field(default_factory=dict)
    counts: tuple[CountRow, ...] = ()
    reported: tuple[ReportedTender, ...] = ()
    safe: Mapping[str, int] = field(default_factory=dict)
    floats: Mapping[str, int] = field(default_factory=dict)
    settlements: Mapping[str, int] = field(default_factory=dict)
    adjustments: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    unidentified: Mapping[str, int] = field(default_factory=dict)

    @property
    def named(self) -> list[str]:
        """Every tender that the session has anything of."""
        by_tender = (self.totals, self.safe, self.floats, self.settlements, self.adjustments, self.left)
        found = {tender for part in by_tender for tender, amount in part.items() if amount}
        found |= {count.tender for count in self.counts} | {told.tender for told in self.reported}
        return sorted(found | {*self.worths, *self.unidentified})


def amounts(money: SessionMoney) -> tuple[Amount, ...]:
    """Return what a session means for the accounts; raises UnknownTender."""
    found = [amount for tender in money.named for amount in _of_tender(money, tender)]
    return _added((*_of_sales(money), *found))


def _of_sales(money: SessionMoney) -> Iterator[Amount]:
    for rate, sums in money.taxes.items():
        yield Amount("sales", str(rate), money.currency, sums.tax - sums.gross)
        yield Amount("tax", str(rate), money.currency, -sums.tax)
    yield Amount("rounding", "", money.currency, -money.rounding)


def _of_tender(money: SessionMoney, tender: str) -> Iterator[Amount]:
    if tender not in money.tenders:
        raise UnknownTender(tender)
    currency = money.tenders[tender].currency
    totals = money.totals.get(tender, NO_TOTALS)
    yield Amount(TENDER, tender, currency, totals.sales - totals.refunds)
    if tender in money.worths:
        yield Amount("exchange", tender, currency, -money.worths[tender].amount)
        yield Amount("exchange", tender, money.currency, money.worths[tender].worth)

    def both(role: str, other: str, amount: int) -> Iterator[Amount]:
        if amount:
            yield Amount(f"{TENDER}_{role}", tender, currency, amount)
            yield Amount(other, tender, currency, -amount)

    yield from both("paid_in", "paid_in", totals.paid_in)
    yield from both("paid_out", "paid_out", -totals.paid_out)
    yield from both("unidentified", "unidentified_receipts", money.unidentified.get(tender, 0))
    yield from both("adjustment", "adjustment", money.adjustments.get(tender, 0))
    yield from both("settlement", "settlement", money.settlements.get(tender, 0))
    yield from both("opening", "opening_difference", _opening_difference(money, tender))
    yield from both("count", "difference", _difference(money, tender))
    yield from _of_safe(money, tender, currency)


def _of_safe(money: SessionMoney, tender: str, currency: str) -> Iterator[Amount]:
    """Yield what went to the safe or came from it; what left a till and is not there is in transit."""
    totals = money.totals.get(tender, NO_TOTALS)
    brought = totals.loans - totals.pickups + money.floats.get(tender, 0) - _moved(money, tender)
    out = brought + money.left.get(tender, 0)
    safe = money.safe.get(tender, 0)
    yield Amount(f"{TENDER}_safe", tender, currency, out)
    yield Amount("safe", tender, currency, safe)
    yield Amount("in_transit", tender, currency, -out - safe)


def _counted(money: SessionMoney, kind: str, tender: str) -> CountRow | None:
    return next((row for row in money.counts if (row.kind, row.tender) == (kind, tender)), None)


def _opening_difference(money: SessionMoney, tender: str) -> int:
    count = _counted(money, "opening", tender)
    return count.counted - count.expected if count is not None else 0


def _difference(money: SessionMoney, tender: str) -> int:
    count = _counted(money, "cash_up", tender)
    if count is not None:
        return count.counted - count.expected
    told = _told(money, tender)
    return told.counted - money.totals.get(tender, NO_TOTALS).expected if told is not None else 0


def _moved(money: SessionMoney, tender: str) -> int:
    count = _counted(money, "cash_up", tender)
    if count is not None:
        return count.moved
    told = _told(money, tender)
    return told.moved if told is not None else 0


def _told(money: SessionMoney, tender: str) -> ReportedTender | None:
    """Return what a printed report says; the terminal's own close stands above it."""
    if any(row.kind == "cash_up" for row in money.counts):
        return None
    return next((told for told in money.reported if told.tender == tender), None)


def still_to_post(wanted: Iterable[Amount], posted: Iterable[Amount]) -> tuple[Amount, ...]:
    """Return the amounts of either sign that lead from what is posted to what is wanted."""
    return _added((*wanted, *(part._replace(amount=-part.amount) for part in posted)))


def _added(parts: Iterable[Amount]) -> tuple[Amount, ...]:
    sums: dict[tuple[str, str, str], int] = {}
    for part in parts:
        key = (part.role, part.key, part.currency)
        sums[key] = sums.get(key, 0) + part.amount
    return tuple(Amount(*key, amount) for key, amount in sums.items() if amount)
