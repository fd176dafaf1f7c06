"""The plug is pulled after each byte of a receipt; the clock moves only where somebody waits."""

import pytest

from printers_on_wires import FarEnd, VirtualTime, opening_in_process
from terminal_agent.hardware.addresses import NetworkAddress
from terminal_agent.hardware.escpos_bytes import encode, kick_pulse
from terminal_agent.hardware.line import LineSettings
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.ports import Outcome
from terminal_agent.hardware.tape import decode
from terminal_agent.paper.lines import Cut, Qr, Text

RECEIPT = encode((Text("Café 1.20 €", bold=True), Qr("T1-7K3QX-1"), Text("Señor"), Cut()), columns=32)


def printer_in_process(far: FarEnd, time: VirtualTime) -> LinePrinter:
    settings = LineSettings(NetworkAddress("in-process"), now=time.now)
    return LinePrinter(settings, pulse=kick_pulse(), opening=opening_in_process(far, time))


async def test_after_each_byte_of_a_receipt_the_answer_is_true_and_the_next_receipt_is_whole() -> None:
    for at in range(1, len(RECEIPT) + 1):
        far, time = FarEnd(), VirtualTime()
        printer = printer_in_process(far, time)
        far.trouble(vanish_after=at)
        first = await printer.print(RECEIPT)
        assert first.outcome is Outcome.UNKNOWN, at
        assert time.seconds <= 20, "an answer in bounded time"
        far.trouble(present=True)
        assert (await printer.print(RECEIPT)).outcome is Outcome.PRINTED, at
        assert decode(far.tape)[-1].text == decode(RECEIPT)[0].text, at
        await printer.close()


async def test_unplugged_before_the_first_byte_nothing_was_sent() -> None:
    far, time = FarEnd(), VirtualTime()
    printer = printer_in_process(far, time)
    far.trouble(present=False)
    assert (await printer.print(RECEIPT)).outcome is Outcome.NOTHING_SENT
    assert far.tape == b""
    await printer.close()


@pytest.mark.parametrize("trouble", [{"mute": True}, {"cover_open": True}, {"paper": "out"}])
async def test_silence_and_obstacles_cost_bounded_time(trouble: dict[str, object]) -> None:
    far, time = FarEnd(), VirtualTime()
    printer = printer_in_process(far, time)
    far.trouble(**trouble)
    assert (await printer.print(RECEIPT)).outcome is Outcome.NOTHING_SENT
    assert time.seconds < 5
    await printer.close()
