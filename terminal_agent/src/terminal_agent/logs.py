"""Logs: structured, to standard error, JSON for machines or a console format for people."""

import logging
import sys
from typing import Final, Literal

import structlog

_QUIET: Final = ("uvicorn", "uvicorn.error", "asyncio", "aiosqlite", "escpos")


def configure(terminal: str, form: Literal["json", "console"]) -> None:
    """Send every log line of the process to standard error."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if form == "console":
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.dict_tracebacks] if form == "json" else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(terminal=terminal)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
