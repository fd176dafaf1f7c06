"""What follows from a receipt's lines and payments, worked out as terminal and ledger do."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from tillday_contracts.arithmetic import foreign_value, price_receipt
from tillday_contracts.sale_entries import SaleLine
from tillday_contracts.wishes import SettingsContent, Tender

RECEIPTS: Final = ("SALE", "RECEIPT_DELETED")
Part = dict[str, Any]


def with_figures(
    body: Part, came: Sequence[Mapping[str, object]], settings: SettingsContent, *, paid: bool
) -> Part:
    """Return a receipt whose sums are those of its lines and payments; as it is where these make no sense.

    `came` are the payments as they came, in the order of the body's.
    """
    try:
        lines = tuple(
            SaleLine.model_validate({**line, "gross": _gross(line), "tax": 0}) for line in body["lines"]
        )
    except (KeyError, TypeError, ValueError, ValidationError):
        return body
    priced = price_receipt(lines)
    figured = [
        _put(line, gross=one.gross, tax=one.tax)
        for line, one in zip(body["lines"], priced.lines, strict=True)
    ]
    after = _put({**body, "lines": figured}, total=priced.total)
    if not paid:
        return after
    tenders = {one.tender: one for one in settings.tenders}
    payments = [
        _payment(one, before, tenders) for one, before in zip(body.get("payments") or [], came, strict=False)
    ]
    after["payments"] = payments
    taxes = [one.model_dump(mode="json") for one in priced.taxes]
    return _put(after, taxes=taxes)


def sums_of(body: Mapping[str, Any]) -> dict[str, int]:
    """Return what a receipt asks for and what was paid of it, in the store's money."""
    total, payments = body.get("total"), body.get("payments")
    if not isinstance(total, int) or not isinstance(payments, list):
        return {}
    worth = [one.get("value") or one.get("amount") for one in payments if isinstance(one, dict)]
    return {"total": total, "payments": sum(each for each in worth if isinstance(each, int))}


def _gross(line: Part) -> int:
    gross = line["quantity"] * line["unit_price"] - line.get("discount", 0)
    if not isinstance(gross, int):
        raise TypeError
    return gross


def _payment(payment: Part, came: Mapping[str, object], tenders: Mapping[str, Tender]) -> Part:
    tendered, change = payment.get("tendered"), payment.get("change", 0)
    if not isinstance(tendered, int) or not isinstance(change, int):
        return payment
    after = _put(payment, amount=tendered - change)
    tender = tenders.get(str(payment.get("tender")))
    if after == came or tender is None:
        return after
    if tender.kind != "foreign_cash":
        return _put(after, rate=None, value=None)
    taken_at = came.get("rate") if came.get("tender") == tender.tender else None
    rate = taken_at if isinstance(taken_at, int) else tender.rate
    return _put(after, rate=rate, value=foreign_value(tendered - change, rate) if rate else None)


def _put(part: Part, **values: object) -> Part:
    """Return a part with these values; a figure that stands already stays as it came."""
    changed = {name: value for name, value in values.items() if part.get(name) != value}
    return {**part, **changed}
