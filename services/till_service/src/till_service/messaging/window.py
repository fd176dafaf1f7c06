"""How many entries of history a terminal may have in flight: fewer while others are live."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from tillday_contracts.journal import HISTORY_WINDOW, MAX_BATCH_ENTRIES
from tillday_contracts.topics import TerminalAddress

LIVE_FOR: Final = timedelta(seconds=5)


class Liveness:
    """Remembers which terminals sent journals a moment ago."""

    def __init__(self) -> None:
        self._last: dict[TerminalAddress, datetime] = {}

    def heard(self, addresses: Iterable[TerminalAddress], now: datetime) -> None:
        """Note terminals that sent something, and forget those that fell silent."""
        self._last = {address: at for address, at in self._last.items() if now - at < LIVE_FOR}
        self._last.update(dict.fromkeys(addresses, now))

    def window(self) -> int:
        """Return the window to announce with an ack."""
        return HISTORY_WINDOW if len(self._last) > 1 else MAX_BATCH_ENTRIES
