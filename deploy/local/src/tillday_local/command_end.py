"""How a command ends: its exit code, and one sentence where something kept it from its work."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine
from typing import Any, Final

CANNOT_START: Final = 1
BAD_USE: Final = 2


def run_to_end(work: Coroutine[Any, Any, int]) -> int:
    """Run a command until it ends or is asked to stop; what prevents a start becomes a sentence."""
    from tillday_local.signals import until_stopped

    # A TLS connection that ends makes it warn of how a library is written: nothing for who reads this.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    try:
        return asyncio.run(until_stopped(work))
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        say(_sentence(error))
        return code


def _code_of(error: Exception) -> int | None:
    """Return the exit code of what kept a command from its work; None for a fault of the program.

    Read only now: a command that does its work needs none of these modules for it.
    """
    from tillday_checker.failures import CannotRead
    from tillday_local.broker import BrokerUnusable
    from tillday_local.day.stuck import DayStuck
    from tillday_local.day.tickets import TicketsUnusable
    from tillday_local.folder import FolderUnusable
    from tillday_local.ports import PortTaken
    from tillday_local.postgres import DatabaseUnusable
    from tillday_local.servers import SettingsWrong
    from tillday_local.service_client import CommandRefused, ServiceUnavailable
    from tillday_local.supervisor import ChildFailed
    from tillday_local.terminal_client import TerminalAway, TerminalRefused

    if isinstance(error, (FolderUnusable, PortTaken, SettingsWrong, TicketsUnusable)):
        return BAD_USE
    away = (ServiceUnavailable, CommandRefused, TerminalAway, TerminalRefused, DayStuck, CannotRead)
    unusable = (BrokerUnusable, DatabaseUnusable, ChildFailed, OSError)
    return CANNOT_START if isinstance(error, (*away, *unusable)) else None


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def say(text: str) -> None:
    """A sentence for the person at the terminal."""
    sys.stderr.write(f"tillday: {text}\n")
