"""Printer and drawer in memory, for tests and simulation: the virtual printer without line, thread or
process.
"""

from terminal_agent.hardware.commands import RESYNCHRONISE
from terminal_agent.hardware.ports import (
    DeviceError,
    DeviceUnreachable,
    DrawerPosition,
    Outcome,
    PrinterStatus,
    PrintResult,
)
from terminal_agent.hardware.status_bytes import (
    ASK_ALL_TAKEN,
    ASK_OFFLINE_CAUSE,
    ASK_PAPER,
    ASK_PRINTER,
    read_status,
)
from terminal_agent.hardware.virtual_printer import VirtualPrinter


class MemoryPrinter:
    """A ReceiptPrinter and CashDrawer whose paper is `tape`.

    `device` can be given troubles as any virtual printer; `breaks_after=n` lets the line break after n more
    bytes of documents, `connected=False` is the plug pulled.
    """

    def __init__(self, *, pulse: bytes) -> None:
        self.device = VirtualPrinter()
        self.tape = b""
        self.pulses = 0
        self.connected = True
        self.breaks_after: int | None = None
        self._pulse = pulse
        self._in_doubt = False

    async def print(self, data: bytes) -> PrintResult:
        """As ReceiptPrinter promises."""
        try:
            self._send(data)
        except DeviceUnreachable as unreachable:
            return PrintResult(Outcome.NOTHING_SENT, str(unreachable))
        except DeviceError as error:
            return PrintResult(Outcome.UNKNOWN, str(error))
        if self._exchange(ASK_ALL_TAKEN):
            return PrintResult(Outcome.PRINTED)
        self._in_doubt = True
        return PrintResult(
            Outcome.UNKNOWN, self._status().obstacle or "the printer did not confirm the document"
        )

    async def status(self) -> PrinterStatus:
        """As ReceiptPrinter promises."""
        return self._status()

    async def kick(self) -> None:
        """As CashDrawer promises."""
        self._send(self._pulse)

    async def position(self) -> DrawerPosition:
        """As CashDrawer promises."""
        return self._status().drawer

    def _status(self) -> PrinterStatus:
        answers = [self._exchange(question) for question in (ASK_PRINTER, ASK_OFFLINE_CAUSE, ASK_PAPER)]
        printer, cause, paper = (answer[0] if answer else None for answer in answers)
        return read_status(printer, cause, paper)

    def _send(self, data: bytes) -> None:
        if obstacle := self._status().obstacle:
            raise DeviceUnreachable(obstacle)
        if self._in_doubt:
            self._exchange(RESYNCHRONISE)
            self._in_doubt = False
        sent = len(data) if self.breaks_after is None else min(len(data), self.breaks_after)
        self._exchange(data[:sent])
        if self.breaks_after is None:
            return
        self.breaks_after -= sent
        if sent < len(data):
            self._break(sent)

    def _break(self, sent: int) -> None:
        self.connected, self.breaks_after = False, None
        self.device.lose_power()
        if sent == 0:
            raise DeviceUnreachable("the printer is disconnected")
        self._in_doubt = True
        raise DeviceError("the printer is disconnected")

    def _exchange(self, data: bytes) -> bytes:
        if not self.connected:
            return b""
        effects = self.device.receive(data)
        self.tape += effects.tape
        self.pulses += len(effects.pulses)
        return effects.answers
