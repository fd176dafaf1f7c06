"""The authorisation matrix: one table says which role may do what; a visitor may do it in his stores only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Role = Literal["cashier", "supervisor", "manager", "operator"]
Action = Literal[
    "enter",
    "forget_authenticator",
    "see_store",
    "open_store",
    "close_store",
    "cancel_day",
    "close_till",
    "order_reprint",
    "decide_rescue",
    "see_letters",
    "decide_letter",
    "see_report",
    "see_books",
    "keep_stock",
    "keep_ledger",
    "keep_accounts",
    "see_alarms",
    "see_audit",
    "see_operations",
    "see_settings",
    "manage_store",
    "define_login",
    "create_store",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

_LEADING: Final[frozenset[Role]] = frozenset({"supervisor", "manager"})
_INSIDE: Final[frozenset[Role]] = _LEADING | {"operator"}
ALLOWED: Final[Mapping[Action, frozenset[Role]]] = {
    "enter": _INSIDE,
    "forget_authenticator": frozenset({"operator"}),
    "see_store": _INSIDE,
    "open_store": _LEADING,
    "close_store": _LEADING,
    "cancel_day": frozenset({"manager"}),
    "close_till": _LEADING,
    "order_reprint": _LEADING,
    "decide_rescue": _LEADING,
    "see_letters": frozenset({"manager", "operator"}),
    "decide_letter": frozenset({"manager", "operator"}),
    "see_report": _INSIDE,
    "see_books": _INSIDE,
    "keep_stock": _LEADING,
    "keep_ledger": _LEADING,
    "keep_accounts": frozenset({"manager"}),
    "see_alarms": _INSIDE,
    "see_audit": frozenset({"manager", "operator"}),
    "see_operations": frozenset({"manager", "operator"}),
    "see_settings": _INSIDE,
    "manage_store": _LEADING,
    "define_login": frozenset({"manager", "operator"}),
    "create_store": frozenset({"manager"}),
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who signed in. An operator looks after every store, others only after `stores`."""

    person: str
    name: str
    role: Role
    stores: tuple[str, ...]

    def may(self, action: Action, store: str | None = None) -> bool:
        """Whether the table allows it to this role, and the store is one of the visitor's."""
        return self.role in ALLOWED[action] and (store is None or self.looks_after(store))

    def looks_after(self, store: str) -> bool:
        """Whether a store is one of the visitor's."""
        return self.role == "operator" or store in self.stores


def may_define(visitor: Visitor, before: Visitor | None, after: Visitor) -> bool:
    """Whether a visitor may make a login what it is to be; managers keep to people of their own stores."""
    if visitor.role == "operator":
        return True
    known = (after,) if before is None else (before, after)
    return all(one.role != "operator" and set(one.stores) <= set(visitor.stores) for one in known)
