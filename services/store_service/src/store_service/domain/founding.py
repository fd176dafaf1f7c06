"""Who may create a store, and what it begins with."""

from typing import Final, get_args

from store_service.domain import refusals
from store_service.domain.managing import Management
from store_service.domain.store_settings import problems_of
from tillday_contracts.asks import Right
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import CreateStore, DefinePerson
from tillday_contracts.wishes import SettingsContent

EVERY_RIGHT: Final[tuple[Right, ...]] = get_args(Right)


def refused_founding(command: CreateStore, pattern: Management) -> Refused | None:
    """Return why a store cannot be created like the one that is its pattern, None when it can.

    This needs the right itself: a pattern that nobody manages lets nobody create another store.
    """
    if command.by not in pattern.managers:
        return refusals.not_allowed(command.by, "create a store like", pattern.name, "manage")
    problems = problems_of(command.settings, ())
    return refusals.wrong_settings(problems) if problems else None


def first_settings(command: CreateStore) -> SettingsContent:
    """Return what the new store begins with; its catalogue comes after, whatever they say."""
    return command.settings.model_copy(update={"catalogue_rev": 0})


def first_person(command: CreateStore) -> DefinePerson:
    """Return how whoever creates the store becomes its manager: nobody else could let anybody in."""
    return DefinePerson(
        message_id=command.message_id,
        correlation_id=command.correlation_id,
        occurred_at=command.occurred_at,
        by=command.by,
        store=command.settings.store,
        person=command.by,
        name=command.name,
        role="manager",
        rights=EVERY_RIGHT,
    )
