"""Log lines: one form for our own and the libraries', with the correlation id, without secrets."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from service_kit import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("till_service", instance="a", form="json", stream=stream)
    yield stream
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()
    root.handlers, root.level = before, level


def written(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_names_service_and_replica(lines: io.StringIO) -> None:
    structlog.get_logger().info("till opened", till="T1")

    assert written(lines)[0]["event"] == "till opened"
    assert (written(lines)[0]["service"], written(lines)[0]["instance"]) == ("till_service", "a")


def test_lines_of_libraries_have_the_same_form(lines: io.StringIO) -> None:
    logging.getLogger("asyncpg").warning("something")

    assert written(lines)[0]["service"] == "till_service"


def test_a_library_warns_in_one_line_and_fails_with_its_stack(lines: io.StringIO) -> None:
    for say in (logging.getLogger("asyncpg").warning, logging.getLogger("asyncpg").error):
        try:
            raise ConnectionRefusedError("nobody listens")
        except ConnectionRefusedError:
            say("connection lost", exc_info=True)

    warned, failed = written(lines)
    assert warned["reason"] == "ConnectionRefusedError: nobody listens"
    assert "exception" not in warned
    assert "exception" in failed


def test_the_correlation_id_stands_on_every_line_of_a_message(lines: io.StringIO) -> None:
    with logs.correlated("c-1", subject="tillday.till.seal.v1"):
        structlog.get_logger().info("inside")
    structlog.get_logger().info("outside")

    inside, outside = written(lines)
    assert inside["correlation_id"] == "c-1"
    assert "correlation_id" not in outside


@pytest.mark.parametrize("key", ["password", "nats_password", "pin", "token"])
def test_a_secret_is_hidden_by_its_name(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info("odd", **{key: "918273"})

    assert "918273" not in lines.getvalue()
