"""Logs: structured, to standard error, JSON for machines or a console format for people."""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final, Literal, TextIO

import structlog

from service_kit.failures import describe

SECRET_WORDS: Final = ("password", "secret", "token", "pepper", "pin", "credential")
QUIET_LIBRARIES: Final = ("nats", "asyncio", "uvicorn", "uvicorn.error", "zmqtt", "httpx")


def configure(
    service: str,
    *,
    instance: str,
    form: Literal["json", "console"] = "json",
    level: str = "info",
    stream: TextIO | None = None,
) -> None:
    """Send every log line of the process, libraries included, to standard error in one form."""
    number = logging.getLevelNamesMapping()[level.upper()]
    stream = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
        _warn_in_one_line,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    _route_standard_logging(shared, form, number, stream)


def _route_standard_logging(
    shared: list[structlog.typing.Processor], form: str, number: int, stream: TextIO
) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(form, stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(number)
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(max(number, logging.ERROR))


def _renderers(form: str, stream: TextIO) -> list[structlog.typing.Processor]:
    if form == "json":
        return [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)]


def _hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event:
        if any(word in key.lower().split("_") for word in SECRET_WORDS):
            event[key] = "********"
    return event


def _warn_in_one_line(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    # A warning is mended by itself, as libraries say it of a lost connection; only an error needs its stack.
    cause = event.get("exc_info")
    error = cause[1] if isinstance(cause, tuple) else cause
    if event["level"] == "warning" and isinstance(error, BaseException):
        del event["exc_info"]
        event["reason"] = describe(error)
    return event


@contextmanager
def correlated(correlation_id: str, **details: str) -> Iterator[None]:
    """Every line logged inside carries the correlation id of the message being handled."""
    with structlog.contextvars.bound_contextvars(correlation_id=correlation_id, **details):
        yield
