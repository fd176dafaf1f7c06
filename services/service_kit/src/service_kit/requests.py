"""Requests always get an answer: what a handler raises becomes a refusal or a failure to read."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from faststream import BaseMiddleware
from faststream.message import StreamMessage
from pydantic import ValidationError

from service_kit import logs
from service_kit.failures import FailureKind, classify, describe, reply_of

log = structlog.get_logger()


class AnswerFailures(BaseMiddleware[Any, Any]):
    """Around every FastStream handler: binds the correlation id, and turns an exception into a reply."""

    async def consume_scope(
        self, call_next: Callable[[Any], Awaitable[Any]], msg: StreamMessage[Any]
    ) -> object:
        subject = getattr(msg.raw_message, "subject", None) or ""
        with logs.correlated(msg.correlation_id or "", subject=subject):
            try:
                return await call_next(msg)
            except Exception as error:
                return failure_reply(error)


def failure_reply(error: Exception) -> bytes:
    """Log the failure under a reference and return the reply that names it."""
    kind, reference = classify(error), secrets.token_hex(6)
    if kind is FailureKind.REFUSED:
        log.info("request refused", reason=describe(error), reference=reference)
    elif kind is FailureKind.TRANSIENT:
        log.warning("request cannot be answered now", reason=describe(error), reference=reference)
    elif isinstance(error, ValidationError | RecursionError):
        log.warning("request that cannot be read", reason=describe(error), reference=reference)
    else:
        log.error("request failed", reason=describe(error), reference=reference, exc_info=error)
    return reply_of(kind, error, reference)
