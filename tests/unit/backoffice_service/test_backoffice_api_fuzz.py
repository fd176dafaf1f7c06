"""Programs made up from the API's own description: whatever they send is answered as it is described."""

from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from structlog.testing import capture_logs

from backoffice_service.domain.access import ALLOWED, ROLES
from unit.backoffice_service.api_room import LEAKS, full_room
from unit.backoffice_service.office_room import OfficeRoom

pytestmark = pytest.mark.fuzz

USUAL: Final = 100
"""How many examples a test has where nobody asked for more, as `./tillday fuzz` does."""
IS_LONG: Final = settings().max_examples > USUAL
EACH: Final = settings().max_examples // 20
PHASES: Final = list(Phase) if IS_LONG else [Phase.generate]
"""The first failure is told at once; whoever looks for long has it made as small as it goes."""
PLACES: Final = {"store": "S1", "name": "clock-skew"}
ORIGIN: Final = {"Origin": "http://testserver"}
MODES: Final = schemathesis.GenerationMode


def tells_nothing_of_the_inside(_context: object, response: Any, _case: object) -> None:
    """No answer names what it is made with."""
    found = [leak for leak in LEAKS if leak in response.text]
    assert not found, found


CHECKS: Final[list[Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    tells_nothing_of_the_inside,
]


@cache
def description() -> Any:
    return schemathesis.openapi.from_dict(full_room().browser().app.openapi())


def tags() -> list[str]:
    """The rights that the description names, and the door, which needs none."""
    return sorted({tag for item in description().raw_schema["paths"].values() for tag in _tags_in(item)})


def _tags_in(item: Any) -> list[str]:
    return [tag for operation in item.values() for tag in operation["tags"]]


def operations(tag: str) -> Iterator[Any]:
    for path, item in description().raw_schema["paths"].items():
        for method, operation in item.items():
            if tag in operation["tags"]:
                yield description()[path][method.upper()]


def room_for(tag: str) -> OfficeRoom:
    """Somebody who has the right, where there is one."""
    allowed = ALLOWED.get(tag, ROLES)  # type: ignore[call-overload]  # the door is no right
    return full_room(role="manager" if "manager" in allowed else "operator")


def requests_of(operation: Any) -> st.SearchStrategy[Any]:
    """What fits the description and what does not, at a store that the visitor looks after."""
    places = {name: value for name, value in PLACES.items() if f"{{{name}}}" in operation.path}
    can_be_wrong = len(operation.query) > 0 or len(operation.body) > 0
    modes = list(MODES) if can_be_wrong else [MODES.POSITIVE]
    return st.one_of([operation.as_strategy(mode, path_parameters=places) for mode in modes])


def try_all(app: Any, tag: str) -> int:
    """Send made-up requests and look at every answer; returns how many were sent."""
    sent = 0
    for operation in operations(tag):

        @settings(
            max_examples=EACH,
            derandomize=not IS_LONG,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        )
        @given(requests_of(operation))
        def tried(case: schemathesis.Case) -> None:
            nonlocal sent
            sent += 1
            case.validate_response(case.call(app=app, headers=ORIGIN), checks=CHECKS)

        tried()
    return sent


@pytest.mark.parametrize("tag", tags())
def test_whatever_a_program_sends_is_answered_as_it_is_described(tag: str) -> None:
    with capture_logs():
        assert try_all(room_for(tag).browser().app, tag) > 0


def test_a_failure_and_an_answer_of_another_kind_would_be_found() -> None:
    broken = full_room()
    broken.services.answers.clear()
    usual = full_room().browser().app

    async def mislabelled(scope: Any, receive: Any, send: Any) -> None:
        async def relabelled(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [one for one in message["headers"] if one[0] != b"content-type"]
                message = {**message, "headers": [*kept, (b"content-type", b"text/html")]}
            await send(message)

        await usual(scope, receive, relabelled)

    with capture_logs(), pytest.raises(KeyError):
        try_all(broken.browser().app, "see_alarms")
    with capture_logs(), pytest.raises(FailureGroup, match="Undocumented Content-Type"):
        try_all(mislabelled, "see_alarms")
    with pytest.raises(AssertionError):
        tells_nothing_of_the_inside(None, SimpleNamespace(text="Traceback (most recent call last)"), None)
