"""The back office with services that answer everything with the contracts' own examples."""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from tillday_contracts.examples import examples
from tillday_contracts.wire import MESSAGE_MODELS, REPLIES
from unit.backoffice_service.office_room import KnownLogins, OfficeRoom

LEAKS = ("Traceback", "asyncpg", "pydantic", "site-packages", "Error(", "SELECT ")
"""What no answer says, whatever was sent."""
NAMES = {model: name for name, model in MESSAGE_MODELS.items()}


def every_answer() -> dict[type[BaseModel], BaseModel]:
    """What answers each request: the example of its reply."""
    known: dict[str, Any] = dict(examples())
    return {request: known[NAMES[replies[0]]] for request, replies in REPLIES.items()}


def full_room(**visitor: Any) -> OfficeRoom:
    """A manager of S1 unless a test says otherwise, whom every service answers."""
    room = OfficeRoom(**{"role": "manager", "logins": KnownLogins(), **visitor})
    room.services.answers = every_answer()
    return room


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path that the application answers, pages and API."""
    return sorted((method, route.path) for route in _flat(app.routes) for method in route.methods or ())


def _flat(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        yield from _flat(getattr(getattr(route, "original_router", None), "routes", ()))
