"""What a failure means, and what its sender is told."""

import json

import asyncpg
import nats.errors
import nats.js.errors
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from service_kit.failures import (
    FailureKind,
    PermanentError,
    RefusedError,
    TransientError,
    classify,
    describe,
    public_text,
    reply_of,
)


class Counted(BaseModel):
    quantity: int


def invalid() -> ValidationError:
    try:
        TypeAdapter(Counted).validate_json(b'{"quantity": "918273 coins"}')
    except ValidationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.SerializationError(),
        asyncpg.DeadlockDetectedError(),
        asyncpg.DiskFullError(),
        asyncpg.AdminShutdownError(),
        asyncpg.QueryCanceledError(),
        asyncpg.LockNotAvailableError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.IdleInTransactionSessionTimeoutError(),
        asyncpg.InterfaceError("pool is closed"),
        ConnectionRefusedError(),
        TimeoutError(),
        nats.errors.NoRespondersError(),
        nats.errors.ConnectionClosedError(),
        nats.js.errors.ServiceUnavailableError(),
        TransientError("away"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    assert classify(error) is FailureKind.TRANSIENT


@pytest.mark.parametrize(
    "error",
    [asyncpg.UndefinedTableError(), asyncpg.InsufficientPrivilegeError(), asyncpg.InvalidPasswordError()],
    ids=lambda error: type(error).__name__,
)
def test_a_deployment_that_is_not_finished_sets_no_data_aside(error: Exception) -> None:
    assert classify(error) is FailureKind.TRANSIENT


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.DataError(),
        asyncpg.NumericValueOutOfRangeError(),
        asyncpg.CharacterNotInRepertoireError(),
        asyncpg.UniqueViolationError(),
        asyncpg.CheckViolationError(),
        PermanentError("no"),
        KeyError("a bug"),
        invalid(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_can_never_succeed_is_permanent(error: Exception) -> None:
    assert classify(error) is FailureKind.PERMANENT


def test_a_value_that_the_driver_cannot_encode_is_permanent_though_it_is_an_interface_error() -> None:
    encoding = next(kind for kind in asyncpg.InterfaceError.__subclasses__() if issubclass(kind, ValueError))

    assert classify(encoding("invalid input for query argument $1")) is FailureKind.PERMANENT


def test_a_refusal_is_told_in_its_own_words() -> None:
    reply = json.loads(
        reply_of(FailureKind.REFUSED, RefusedError("The store is closed.", code="closed"), "r1")
    )

    assert (reply["outcome"], reply["code"], reply["text"]) == ("refused", "closed", "The store is closed.")


def test_the_inside_of_a_bug_stays_in_the_log() -> None:
    assert "secret table" not in public_text(FailureKind.PERMANENT, KeyError("secret table"))


def test_a_validation_error_names_the_field_and_not_the_value() -> None:
    text = describe(invalid())

    assert "quantity" in text
    assert "918273" not in text


def test_a_failure_names_its_reference() -> None:
    assert json.loads(reply_of(FailureKind.TRANSIENT, TimeoutError(), "abc123"))["reference"] == "abc123"
