"""What a failure means. One place decides whether to refuse, to set aside or to try again."""

from enum import StrEnum
from typing import Final, Literal

import asyncpg
import nats.errors
import nats.js.errors
from pydantic import ValidationError

from tillday_contracts.field_faults import faults_of
from tillday_contracts.messages import Failed, Refused


class FailureKind(StrEnum):
    """Refused: the sender may read why. Permanent: a repeat fails again. Transient: a repeat may succeed."""

    REFUSED = "refused"
    PERMANENT = "permanent"
    TRANSIENT = "transient"


class RefusedError(Exception):
    """The request is understood and declined; the text is for the person who asked."""

    def __init__(self, text: str, *, code: str = "refused") -> None:
        super().__init__(text)
        self.code = code


class PermanentError(Exception):
    """The message can never be processed."""


class TransientError(Exception):
    """Something this service depends on is away; the same message may succeed later."""


AWAY_CLASSES: Final = ("08", "25", "40", "53", "57", "58")
# Missing tables or rights are a deployment that is not finished, never a reason to set data aside.
NOT_READY_CLASSES: Final = ("28", "3D", "3F", "42")
LOCK_NOT_AVAILABLE: Final = "55P03"

TRANSIENT_ERRORS: Final = (
    TransientError,
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    nats.errors.Error,
    nats.js.errors.Error,
)


def classify(error: BaseException) -> FailureKind:
    """Refused and transient are named; everything else is permanent."""
    if isinstance(error, RefusedError):
        return FailureKind.REFUSED
    if isinstance(error, asyncpg.PostgresError):
        return _of_sqlstate(getattr(error, "sqlstate", None) or "")
    # A value that asyncpg itself cannot encode: an InterfaceError that is a ValueError too.
    if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
        return FailureKind.PERMANENT
    if isinstance(error, TRANSIENT_ERRORS) and not isinstance(error, ValidationError):
        return FailureKind.TRANSIENT
    return FailureKind.PERMANENT


def _of_sqlstate(sqlstate: str) -> FailureKind:
    away = sqlstate[:2] in AWAY_CLASSES or sqlstate[:2] in NOT_READY_CLASSES
    return FailureKind.TRANSIENT if away or sqlstate == LOCK_NOT_AVAILABLE else FailureKind.PERMANENT


def describe(error: BaseException) -> str:
    """One line for a log or a dead letter; a validation error names the fields, never the values."""
    if isinstance(error, ValidationError):
        return "; ".join(fault.said() for fault in faults_of(error.errors()))
    return f"{type(error).__name__}: {error}".splitlines()[0]


def public_text(kind: FailureKind, error: BaseException) -> str:
    """What the sender is told. The inside of a bug or of the database stays in the log."""
    if kind is FailureKind.REFUSED:
        return str(error)
    if kind is FailureKind.TRANSIENT:
        return "The service cannot answer at the moment. Try again."
    if isinstance(error, ValidationError):
        return f"The message is not valid: {describe(error)}"
    if isinstance(error, RecursionError):
        return "The message is not valid: it is nested too deep"
    if isinstance(error, PermanentError):
        return str(error)
    return "The request could not be processed."


def reply_of(kind: FailureKind, error: BaseException, reference: str) -> bytes:
    """The answer a requester gets instead of silence."""
    text = public_text(kind, error)
    if isinstance(error, RefusedError):
        return Refused(code=error.code, text=text).model_dump_json().encode()
    lasting: Literal["permanent", "transient"] = "transient" if kind is FailureKind.TRANSIENT else "permanent"
    return Failed(kind=lasting, text=text, reference=reference).model_dump_json().encode()
