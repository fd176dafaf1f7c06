"""What went wrong with a command of an operator becomes one sentence and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from pydantic import ValidationError

from tillday_contracts.money import InvalidAmount
from tillday_contracts.setting_values import BadSetting
from tillday_local.operator.asking import NothingToAsk
from tillday_local.operator.connection import SystemNotFound
from tillday_local.service_client import ServiceUnavailable, readable
from tillday_local.terminal_client import TerminalAway, TerminalRefused

FAILED: Final = 1
BAD_USE: Final = 2


async def plainly(work: Coroutine[Any, Any, int], say: Callable[[str], None]) -> int:
    """Return the exit code of `work`: 1 with a sentence where refused or unanswered, 2 for bad use."""
    try:
        return await work
    except ValidationError as error:
        say(readable(error))
        return BAD_USE
    except (BadSetting, InvalidAmount) as error:
        say(str(error))
        return BAD_USE
    except (SystemNotFound, NothingToAsk, ServiceUnavailable, TerminalAway, TerminalRefused) as error:
        say(str(error))
        return FAILED
