"""What the agent may ask of its printer and drawer, and what an answer means."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class DeviceUnreachable(Exception):
    """Nothing was sent. Trying again is safe."""


class DeviceError(Exception):
    """Something was sent, how much of it took effect is unknown. Only a person can say."""


class Outcome(StrEnum):
    """What is known of a document after `print`."""

    PRINTED = "printed"
    NOTHING_SENT = "nothing_sent"
    UNKNOWN = "unknown"


class Paper(StrEnum):
    """The paper sensor's word."""

    ENOUGH = "enough"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


class Cover(StrEnum):
    """The cover sensor's word."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class DrawerPosition(StrEnum):
    """The drawer sensor's word; without a sensor it is unknown."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrintResult:
    """How a print ended; `reason` is for people, and empty when all went well."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """The printer's answers. What was not answered is None or unknown, never taken for well."""

    online: bool | None = None
    paper: Paper = Paper.UNKNOWN
    cover: Cover = Cover.UNKNOWN
    drawer: DrawerPosition = DrawerPosition.UNKNOWN

    @property
    def obstacle(self) -> str:
        """Why nothing can be printed now, in words for the cashier; empty when the printer says it can."""
        if self.paper is Paper.OUT:
            return "the printer is out of paper"
        if self.cover is Cover.OPEN:
            return "the printer's cover is open"
        if self.online is None:
            return "the printer does not answer"
        return "" if self.online else "the printer is offline"


class ReceiptPrinter(Protocol):
    """A printer of whole documents."""

    async def print(self, data: bytes) -> PrintResult:
        """Print a document and say what is known of it; never raises for the device's sake, never waits for
        ever.

        PRINTED: the printer has taken the document to its last byte. NOTHING_SENT: not one byte of the
        document left, printing it again cannot make a second original. UNKNOWN: anything between; the
        cashier must look. A caller that stops waiting must treat the document as UNKNOWN: the device's
        thread goes on.
        """
        ...

    async def status(self) -> PrinterStatus:
        """Ask printer and drawer for their state. No answer is unknown."""
        ...


class CashDrawer(Protocol):
    """A drawer that opens by a pulse."""

    async def kick(self) -> None:
        """Send the open pulse. Returning means sent, not that the drawer opened.

        Raises DeviceUnreachable when nothing was sent (safe to repeat), DeviceError when that is unknown.
        """
        ...

    async def position(self) -> DrawerPosition:
        """Ask the drawer's sensor."""
        ...
