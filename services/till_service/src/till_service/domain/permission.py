"""Who may decide in the back office: the store's people know their rights, this service asks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tillday_contracts.asks import Right
from tillday_contracts.ids import PersonId, StoreCode
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import Person


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody wants to do at a store, and the right it takes; some of it operators may do anywhere."""

    right: Right
    words: str
    operators: bool = False


CLOSE_TILL: Final = Deed("close_till", "close tills")
MANAGE: Final = Deed("manage", "manage stock and accounts")
DECIDE_LETTERS: Final = Deed("manage", "decide about dead letters", operators=True)
_SELF_APPROVED: Final = "Somebody else has to approve a repair: name them with the command."


def refused_without(
    deed: Deed,
    asked: Sequence[PersonId],
    store: StoreCode,
    people: Iterable[Person],
    *,
    operators: Collection[PersonId] = (),
) -> Refused | None:
    """Return why these may not do something at a store, None when they all may.

    The first one does it, a second one approves it: nobody approves what they do themselves.
    """
    if len(set(asked)) < len(asked):
        return Refused(code="needs_approval", text=_SELF_APPROVED)
    known = {one.person: one for one in people}
    refusals = (
        _refused(deed, person, store, known.get(person))
        for person in asked
        if not (deed.operators and person in operators)
    )
    return next((refused for refused in refusals if refused is not None), None)


def _refused(deed: Deed, by: PersonId, store: StoreCode, person: Person | None) -> Refused | None:
    if person is None:
        text = f"{by} may not {deed.words} of the store {store}: nobody of that code works there."
        return Refused(code="not_allowed", text=text)
    if deed.right in person.rights:
        return None
    text = (
        f'{by} may not {deed.words} of the store {store}: the right "{deed.right}" is missing. '
        "Somebody who has it can do so, or give it to this person."
    )
    return Refused(code="not_allowed", text=text, details={"right": deed.right})
