"""What is still due of a receipt, in the tender that the customer wants to give, and in round sums of it."""

from collections.abc import Sequence
from typing import Final

from terminal_agent.core.commands import Tendered
from terminal_agent.core.till import Selling
from tillday_contracts.arithmetic import cash_rounding, foreign_value

MAX_SUMS: Final = 4


def rest_of(total: int, given: Sequence[Tendered], running: Selling) -> int:
    """Return what is not paid yet, in minor units of the store."""
    return total - sum(_value(part, running) for part in given)


def _value(part: Tendered, running: Selling) -> int:
    tender = running.session.terms.tender(part.tender)
    if tender is not None and tender.kind == "foreign_cash" and tender.rate is not None:
        return foreign_value(part.amount, tender.rate)
    return part.amount


def due_in(total: int, given: Sequence[Tendered], running: Selling, tender: str) -> int:
    """Return what is due in a tender: cash rounded as the store rounds it, foreign cash rounded up."""
    rest = max(0, rest_of(total, given, running))
    known = running.session.terms.tender(tender)
    if known is None:
        return rest
    if known.kind == "cash":
        return rest + cash_rounding(rest, running.session.terms.policies.cash_rounding)
    if known.kind == "foreign_cash" and known.rate:
        return -(-rest * 10**6 // known.rate)
    return rest


def round_sums(due: int, running: Selling) -> tuple[int, ...]:
    """Return what people hand over for an amount of cash: it, then the next sums in notes."""
    notes = sorted(piece.value for piece in running.session.terms.denominations if piece.kind == "note")
    sums = [due]
    for note in notes:
        up = -(-due // note) * note
        if up not in sums:
            sums.append(up)
    return tuple(sorted(sums)[:MAX_SUMS])
