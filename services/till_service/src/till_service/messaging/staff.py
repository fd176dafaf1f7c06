"""Who may decide: the people of a store, whom the store service knows, and the back office's operators."""

from typing import Protocol

from service_kit.links import NatsLink
from till_service.messaging.asking import ask
from tillday_contracts.backoffice_messages import OperatorList, Operators
from tillday_contracts.ids import PersonId
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, PeopleAnswer


class Staff(Protocol):
    """The two services that know people. Both questions raise TransientError when nobody can tell."""

    async def of(self, store: str) -> PeopleAnswer | Refused:
        """Return who works at a store now."""

    async def operators(self) -> frozenset[PersonId]:
        """Return who looks after every store."""


class StaffClient:
    """Asks over NATS, each time: a right that was taken must not be used again."""

    def __init__(self, nats: NatsLink) -> None:
        self._nats = nats

    async def of(self, store: str) -> PeopleAnswer | Refused:
        """Return who works at a store now."""
        return await ask(self._nats, People(store=store), PeopleAnswer)

    async def operators(self) -> frozenset[PersonId]:
        """Return who looks after every store; where the back office refuses to tell, nobody does."""
        told = await ask(self._nats, Operators(), OperatorList)
        return frozenset() if isinstance(told, Refused) else frozenset(told.operators)
