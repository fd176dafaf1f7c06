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

from backoffice_service.domain.access import Action
from backoffice_service.http.api_routes import CHANGE, READ, path_of
from unit.backoffice_service.api_room import LEAKS, full_room

pytestmark = pytest.mark.fuzz

USUAL: Final = 100
"""How many examples a test has where nobody asked for more, as `./tillday fuzz` does."""
IS_LONG: Final = settings().max_examples > USUAL
EACH: Final = settings().max_examples // 20
PHASES: Final = list(Phase) if IS_LONG else [Phase.generate]
"""The first failure is told at once; whoever looks for long has it made as small as it goes."""
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


def operations(action: Action) -> Iterator[Any]:
    kinds = (*READ.get(action, ()), *CHANGE.get(action, ()))
    for kind in kinds:
        method = "GET" if kind in READ.get(action, ()) else "POST"
        yield description()[f"/api/stores/{{store}}/{path_of(kind)}"][method]


def requests_of(operation: Any) -> st.SearchStrategy[Any]:
    """What fits the description and what does not, at a store that the visitor looks after."""
    can_be_wrong = len(operation.query) > 0 or len(operation.body) > 0
    modes = list(MODES) if can_be_wrong else [MODES.POSITIVE]
    return st.one_of([operation.as_strategy(mode, path_parameters={"store": "S1"}) for mode in modes])


def try_all(app: Any, action: Action) -> int:
    """Send made-up requests and look at every answer; returns how many were sent."""
    sent = 0
    for operation in operations(action):

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


@pytest.mark.parametrize("action", sorted({*READ, *CHANGE}))
def test_whatever_a_program_sends_is_answered_as_it_is_described(action: Action) -> None:
    with capture_logs():
        assert try_all(full_room().browser().app, action) > 0


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
