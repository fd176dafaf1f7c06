"""Who may decide in the back office: the store's people know their rights, this service asks."""

from collections.abc import Iterable, Mapping
from typing import Final

from tillday_contracts.asks import Right
from tillday_contracts.ids import PersonId, StoreCode
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import Person

CLOSE_TILL: Final[Right] = "close_till"
MANAGE: Final[Right] = "manage"
_DEEDS: Final[Mapping[Right, str]] = {
    CLOSE_TILL: "close tills",
    MANAGE: "manage stock and accounts",
}


def refused_to_decide(by: PersonId, store: StoreCode, people: Iterable[Person]) -> Refused | None:
    """Return why somebody may not close tills of a store, None when they may."""
    return refused_without(CLOSE_TILL, by, store, people)


def refused_without(right: Right, by: PersonId, store: StoreCode, people: Iterable[Person]) -> Refused | None:
    """Return why somebody may not do what a right allows, None when they may."""
    person = next((one for one in people if one.person == by), None)
    if person is not None and right in person.rights:
        return None
    deed = _DEEDS[right]
    if person is None:
        text = f"{by} may not {deed} of the store {store}: nobody of that code works there."
        return Refused(code="not_allowed", text=text)
    text = (
        f'{by} may not {deed} of the store {store}: the right "{right}" is missing. '
        "Somebody who has it can do so, or give it to this person."
    )
    return Refused(code="not_allowed", text=text, details={"right": right})
