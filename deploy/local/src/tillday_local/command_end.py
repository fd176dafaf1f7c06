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
    from tillday_checker.failures import CannotRead
    from tillday_local.broker import BrokerUnusable
    from tillday_local.day.stuck import DayStuck
    from tillday_local.day.tickets import TicketsUnusable
    from tillday_local.folder import FolderUnusable
    from tillday_local.ports import PortTaken
    from tillday_local.postgres import DatabaseUnusable
    from tillday_local.servers import SettingsWrong
    from tillday_local.service_client import CommandRefused, ServiceUnavailable
    from tillday_local.signals import until_stopped
    from tillday_local.supervisor import ChildFailed
    from tillday_local.terminal_client import TerminalAway, TerminalRefused

    # A TLS connection that ends makes it warn of how a library is written: nothing for who reads this.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    try:
        return asyncio.run(until_stopped(work))
    except (FolderUnusable, PortTaken, SettingsWrong, TicketsUnusable) as error:
        say(str(error))
        return BAD_USE
    except (BrokerUnusable, DatabaseUnusable, ChildFailed) as error:
        say(str(error))
        return CANNOT_START
    except OSError as error:
        say(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return CANNOT_START
    except (ServiceUnavailable, CommandRefused, TerminalAway, TerminalRefused, DayStuck, CannotRead) as error:
        say(str(error))
        return CANNOT_START


def say(text: str) -> None:
    """A sentence for the person at the terminal."""
    sys.stderr.write(f"tillday: {text}\n")
