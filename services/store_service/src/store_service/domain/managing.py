"""Who may change what a store is: its settings, people, terminals and catalogue."""

from collections.abc import Set
from dataclasses import dataclass

from store_service.domain import refusals
from store_service.domain.people import Person
from tillday_contracts.ids import PersonId
from tillday_contracts.messages import Refused


@dataclass(frozen=True, slots=True)
class Management:
    """A store's name, and who has the right to manage it."""

    name: str
    managers: Set[PersonId]

    def refused(self, by: PersonId) -> Refused | None:
        """Return why somebody may not change the store's master data, None when they may.

        While nobody has the right, everybody may: a new store has no people, and somebody has to name them.
        """
        if not self.managers or by in self.managers:
            return None
        return refusals.not_allowed(by, "manage", self.name, "manage")

    def left_alone(self, after: Person) -> Refused | None:
        """Return why a person cannot be changed like this: nobody could manage the store any more."""
        if self.managers == {after.person} and "manage" not in after.rights:
            return refusals.last_manager(after.person, self.name)
        return None
