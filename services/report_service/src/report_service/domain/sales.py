"""The sales report: what a store sold on its business dates, by product, hour, cashier or tender."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Sales, SalesRow

MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Group:
    """One group as the rows have it; not everything has a name."""

    key: str
    name: str | None
    receipts: int
    quantity: int
    total: int


def sales_of(
    currency: str, groups: Iterable[Group], by: Literal["product", "hour", "cashier", "tender"]
) -> Sales:
    """Return the groups by key with their sum."""
    rows = tuple(
        SalesRow(
            key=group.key,
            name=f"{group.key}:00" if by == "hour" else group.name or group.key,
            receipts=group.receipts,
            quantity=group.quantity,
            total=group.total,
        )
        for group in sorted(groups, key=lambda group: group.key)
    )
    return Sales(currency=currency, rows=rows, total=sum(row.total for row in rows))


def unusable_dates(first: date, last: date) -> Refused | None:
    """Say why these dates are no question, or return None."""
    if first > last:
        return Refused(code="dates_reversed", text=f"{first} is after {last}: name the earlier date first.")
    if (last - first).days >= MOST_DAYS:
        return Refused(code="too_many_dates", text=f"Ask for at most {MOST_DAYS} dates at a time.")
    return None
