"""Receipts that are begun and not paid yet: kept at each tap, finished, handed on, or deleted with a word."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from terminal_agent.core.commands import Actor, DeleteReceipt, Place, SaveReceipt
from terminal_agent.core.drawer import open_now
from terminal_agent.core.receipts import Pending, Receipts, in_the_way, unknown
from terminal_agent.core.refusal import Decision, Refusal
from terminal_agent.core.rights import allowance
from terminal_agent.core.selling import priced
from terminal_agent.core.till import Till
from tillday_contracts.arithmetic import price_receipt
from tillday_contracts.entries import ReceiptDeleted

MAX_PENDING: Final = 50


def save(till: Till, command: SaveReceipt, place: Place, *, at: datetime) -> Pending | Refusal:
    """Return the receipt as it is kept after this tap.

    One that is known may be changed until it is paid, whatever was decided elsewhere meanwhile; a new one
    is begun only where the till may sell.
    """
    if "sell" not in command.by.rights:
        return Refusal("right_missing", "You have no right to sell: ask a supervisor.")
    before = place.pending.get(command.receipt)
    running = open_now(till, place if before is None else place._replace(obstacle=place.fault))
    if isinstance(running, Refusal):
        return running
    if before is None and len(place.pending) >= MAX_PENDING:
        return Refusal("too_many_pending", f"{MAX_PENDING} receipts wait already: finish one first.")
    lines = priced(command.lines, command.items, command.discount)
    if isinstance(lines, Refusal):
        return lines
    receipt = price_receipt(lines)
    began = (command.by.person, at) if before is None else (before.by, before.at)
    return Pending(command.receipt, *began, command.lines, command.discount, receipt.lines, receipt.total)


def hand_over(till: Till, receipt: str, by: Actor, receipts: Receipts) -> Pending | Refusal:
    """Return the receipt as it waits for the next session: it keeps the cash-up of this one no longer."""
    if "sell" not in by.rights:
        return Refusal("right_missing", "You have no right to sell: ask a supervisor.")
    known = receipts.get(receipt)
    if known is None:
        return unknown()
    session = till.session
    if session is None:
        return Refusal("till_closed", "The till is closed: the next session has this receipt already.")
    return replace(known, handed_by=session.session_id)


def delete_receipt(till: Till, command: DeleteReceipt, place: Place) -> Decision:
    """Throw a receipt away, where the person at the terminal or somebody beside may allow it."""
    known = place.pending.get(command.receipt)
    if known is None:
        return Decision(refusal=unknown())
    allowed = allowance(command.by, command.allowed_by, ("delete_receipt",))
    if isinstance(allowed, Refusal):
        return Decision(refusal=allowed)
    deleted = ReceiptDeleted(
        session_id=till.session.session_id if till.session is not None else None,
        till=place.till,
        receipt=known.receipt,
        lines=known.lines,
        total=known.total,
        by=command.by.person,
        allowed_by=allowed or command.by.person,
    )
    return Decision((deleted,))


def unpaid(till: Till, receipts: Receipts) -> Refusal | None:
    """Return why the running session cannot be cashed up yet, None where no receipt of it waits."""
    session = till.session
    if session is None:
        return None
    waiting = in_the_way(receipts, session.session_id)
    if not waiting:
        return None
    text = "Receipts are not paid yet: finish them, hand them to the next session or have them deleted."
    return Refusal("receipts_pending", text, {"receipts": list(waiting)})
