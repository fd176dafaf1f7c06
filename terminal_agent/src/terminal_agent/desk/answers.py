"""What a request is answered, made from the entries that it led to."""

from collections.abc import Sequence
from dataclasses import asdict

from terminal_agent.core.receipts import Pending
from tillday_contracts.entries import (
    Adjustment,
    EntryBody,
    InitialCountConfirmed,
    Movement,
    Sale,
    TenderConfirmed,
    TillClosed,
    TillStarted,
)

Figures = dict[str, object]


def answer_of(bodies: Sequence[EntryBody], *, blind: bool = False) -> Figures:
    """Return the answer. A blind count is not told what it should find."""
    body = bodies[-1] if bodies else None
    match body:
        case Sale():
            return _receipt(body)
        case TillClosed():
            return _close(body)
        case Movement():
            return {"kind": body.kind, "tender": body.tender, "amount": body.amount}
        case Adjustment():
            return {"corrects": body.corrects, "tender": body.tender, "amount": body.amount}
        case TenderConfirmed():
            return {
                "tender": body.tender,
                "expected": body.expected,
                "counted": body.counted,
                "difference": body.difference,
            }
        case InitialCountConfirmed():
            tenders = [tender.model_dump(mode="json") for tender in body.tenders]
            return {"session_id": body.session_id, "status": "open", "tenders": tenders}
        case TillStarted():
            return {
                "session_id": body.session_id,
                "status": "opening_count",
                "expected": None if blind else [part.model_dump(mode="json") for part in body.expected],
            }
        case None:
            return {}
        case _:
            return {"done": True}


def figures_of(pending: Pending) -> Figures:
    """Return a receipt that is not paid yet as front ends show it."""
    return {
        "receipt": pending.receipt,
        "by": pending.by,
        "at": pending.at.isoformat(),
        "lines": [asdict(line) for line in pending.wanted],
        "discount": pending.discount,
        "total": pending.total,
        "handed_over": pending.handed_by is not None,
    }


def _receipt(sale: Sale) -> Figures:
    return {
        "number": sale.number,
        "total": sale.total,
        "rounding": sale.rounding,
        "change": sum(payment.change for payment in sale.payments),
        "payments": [payment.model_dump(mode="json", exclude_none=True) for payment in sale.payments],
    }


def _close(closed: TillClosed) -> Figures:
    return {
        "number": closed.number,
        "session_id": closed.session_id,
        "business_date": closed.business_date.isoformat(),
        "tenders": [tender.model_dump(mode="json") for tender in closed.tenders],
    }
