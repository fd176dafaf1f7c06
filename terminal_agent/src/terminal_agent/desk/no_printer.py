"""A terminal without a printer: receipts wait, sales go on."""

from terminal_agent.hardware.ports import (
    DeviceUnreachable,
    DrawerPosition,
    Outcome,
    PrinterStatus,
    PrintResult,
)


class NoPrinter:
    """A ReceiptPrinter and CashDrawer where none is connected."""

    async def print(self, data: bytes) -> PrintResult:
        """As ReceiptPrinter promises."""
        return PrintResult(Outcome.NOTHING_SENT, f"no printer is set up for {len(data)} bytes")

    async def status(self) -> PrinterStatus:
        """As ReceiptPrinter promises."""
        return PrinterStatus()

    async def kick(self) -> None:
        """As CashDrawer promises."""
        raise DeviceUnreachable("no drawer is set up")

    async def position(self) -> DrawerPosition:
        """As CashDrawer promises."""
        return DrawerPosition.UNKNOWN
