"""Who may close tills from the back office: the store's people know it, this service asks."""

from collections.abc import Iterable
from typing import Final

from tillday_contracts.asks import Right
from tillday_contracts.ids import PersonId, StoreCode
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import Person

CLOSE_TILL: Final[Right] = "close_till"


def refused_to_decide(by: PersonId, store: StoreCode, people: Iterable[Person]) -> Refused | None:
    """Return why somebody may not close tills of a store, None when they may."""
    person = next((one for one in people if one.person == by), None)
    if person is not None and CLOSE_TILL in person.rights:
        return None
    if person is None:
        text = f"{by} may not close tills of the store {store}: nobody of that code works there."
        return Refused(code="not_allowed", text=text)
    text = (
        f'{by} may not close tills of the store {store}: the right "{CLOSE_TILL}" is missing. '
        "Somebody who has it can do so, or give it to this person."
    )
    return Refused(code="not_allowed", text=text, details={"right": CLOSE_TILL})
