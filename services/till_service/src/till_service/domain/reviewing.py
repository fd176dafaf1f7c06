"""What a person's decision about a late entry does: to totals, to the safe, to the audit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import ValidationError

from till_service.domain.book import Book
from till_service.domain.desk import differences
from till_service.domain.incoming import what_is_wrong
from till_service.domain.money import LeftMoney, SafeKind, SafeRow, Unidentified
from till_service.domain.rescue import Decision, Held, HeldCount, HeldEvent
from till_service.domain.routing import Placed, Rescue, TenderEvent
from tillday_contracts.arithmetic import price_receipt
from tillday_contracts.desk_messages import Change
from tillday_contracts.entries import (
    Envelope,
    Sale,
    TillClosed,
    encode_entry,
    read_body,
)
from tillday_contracts.journal import MAX_ENTRY_BYTES, MalformedBytes
from tillday_contracts.messages import Refused

_FIXED: Final = ("session_id", "till", "business_date", "number")
"""What a repair leaves: a late entry is changed, not moved."""


@dataclass(frozen=True, slots=True)
class RepairedEntry:
    """A repaired entry: its bytes, what they say, and how they differ from those that came."""

    data: bytes
    body: TenderEvent
    changes: tuple[Change, ...]


def decide(book: Book, rescue: Rescue, held: Held, decision: Decision, body: TenderEvent | None) -> Held:
    """Let a decision have its effect; `body` is that of a repair. Returns the entry as it is now."""
    match held:
        case HeldEvent():
            placed = _decided(held, decision, body)
            book.place(placed, held.placed)
            after: Held = replace(held, placed=placed, decision=decision)
        case HeldCount():
            after = replace(held, decision=decision)
            for row in _of_the_safe(after):
                book.add_safe(row)
            for row in _of_the_safe(held):
                book.add_safe(replace(row, amount=-row.amount))
    book.unidentified += _unidentified(rescue, held, after)
    book.reviewed.add(rescue.original.session_id)
    book.touched_rescues.add(rescue.session_id)
    return after


def _decided(held: HeldEvent, decision: Decision, body: TenderEvent | None) -> Placed:
    match decision.verdict:
        case "accepted":
            return replace(held.placed, body=held.told, placement="rescue", accepted=True)
        case "repaired":
            assert body is not None
            return replace(held.placed, body=body, placement="rescue", accepted=True)
        case "rejected":
            return replace(held.placed, body=held.told, placement="rejected", accepted=False)


def _of_the_safe(held: HeldCount) -> list[SafeRow]:
    if held.decision is None or held.decision.verdict == "rejected":
        return []
    at = held.origin
    return [
        SafeRow(at.store, at.terminal, _kind(held, left), left.tender, -left.amount, left.session_id, at.hash)
        for left in held.moved
    ]


def _kind(held: HeldCount, left: LeftMoney) -> SafeKind:
    """Return what the move was: a float of a lost journal belongs to no opening count of the till."""
    if isinstance(held.told, TillClosed):
        return "cash_up"
    return "loan" if left.amount > 0 else "pickup"


def _unidentified(rescue: Rescue, before: Held, after: Held) -> list[Unidentified]:
    amounts: dict[str, int] = {}
    for held, sign in ((before, -1), (after, 1)):
        for tender, amount in _rejected_money(held).items():
            amounts[tender] = amounts.get(tender, 0) + sign * amount
    store = rescue.original.store
    return [
        Unidentified(store, rescue.session_id, after.origin.hash, tender, amount)
        for tender, amount in amounts.items()
        if amount
    ]


def _rejected_money(held: Held) -> Mapping[str, int]:
    """Return what was paid for a rejected entry. What a lost count moved is no receipt of anybody."""
    decision = held.decision
    if decision is None or decision.verdict != "rejected" or decision.no_cash or isinstance(held, HeldCount):
        return {}
    return held.amounts


def repair(held: Held, envelope: Envelope, body: Mapping[str, object]) -> RepairedEntry | Refused:
    """Return a late entry with another body. `envelope` is that of the entry as it came."""
    if isinstance(held, HeldCount):
        text = "What a count moved cannot be repaired: accept or reject it."
        return Refused(code="not_repairable", text=text)
    try:
        repaired = envelope.model_copy(update={"body": dict(body)})
        data, said = encode_entry(repaired), read_body(repaired)
    except ValidationError as error:
        text = f"The repaired entry is no {envelope.type}: {what_is_wrong(error)}."
        return Refused(code="bad_repair", text=text)
    except (MalformedBytes, ValueError) as error:
        return Refused(code="bad_repair", text=f"The repaired entry cannot be written: {error}.")
    if len(data) > MAX_ENTRY_BYTES:
        return Refused(code="bad_repair", text=f"The repaired entry is longer than {MAX_ENTRY_BYTES} bytes.")
    assert isinstance(said, type(held.told))
    moved = [name for name in _FIXED if getattr(said, name, None) != getattr(held.told, name, None)]
    if moved:
        text = f"A repair changes what was sold or paid, not its {moved[0]}."
        return Refused(code="bad_repair", text=text, details={"field": moved[0]})
    problem = _taxed_wrongly(said)
    if problem is not None:
        return Refused(code="bad_repair", text=problem)
    changes = tuple(differences(held.told.model_dump(mode="json"), said.model_dump(mode="json")))
    if not changes:
        return Refused(code="no_change", text="The repaired entry is the one that came: accept it instead.")
    return RepairedEntry(data, said, changes)


def _taxed_wrongly(body: TenderEvent) -> str | None:
    """Say why the taxes of a receipt are not those of its lines; its other sums hold by themselves."""
    if not isinstance(body, Sale):
        return None
    priced = price_receipt(body.lines)
    if (priced.lines, priced.taxes) == (body.lines, body.taxes):
        return None
    right = ", ".join(f"{tax.rate / 100:g} %: {tax.tax}" for tax in priced.taxes)
    return f"The taxes of the repaired receipt are not those of its lines, which make {right} (minor units)."
