"""Who may do something, alone or with the word of somebody who may."""

from collections.abc import Iterable
from typing import Final

from terminal_agent.core.commands import Actor
from terminal_agent.core.refusal import Refusal
from tillday_contracts.asks import Right

_DOING: Final[dict[Right, str]] = {
    "discount": "give a discount",
    "override_price": "change a price",
    "refund": "refund",
    "approve_difference": "refund what this terminal does not know",
    "move_cash": "move money into or out of the till",
    "adjust": "adjust a closed session",
    "open_drawer": "open the drawer",
    "delete_receipt": "delete a receipt",
}


def allowance(by: Actor, allowed_by: Actor | None, needed: Iterable[Right]) -> str | Refusal | None:
    """Return who lets it pass where the actor may not, None where nobody is needed, or why it may not be."""
    missing = [right for right in needed if right not in by.rights]
    if not missing:
        return None
    if allowed_by is None:
        text = f"You have no right to {_doing(missing[0])}: a supervisor may allow it with a PIN."
        return Refusal("right_missing", text, {"right": missing[0]})
    barred = next((right for right in missing if right not in allowed_by.rights), None)
    if barred is not None:
        text = f"{allowed_by.person} has no right to {_doing(barred)}: ask a supervisor."
        return Refusal("approval_right_missing", text, {"right": barred})
    return allowed_by.person


def _doing(right: Right) -> str:
    return _DOING.get(right, "do this")
