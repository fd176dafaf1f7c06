"""Which level of the drawer's pin means open: drawers are wired both ways, and some have no sensor."""

from collections.abc import Awaitable, Callable
from typing import Literal

from terminal_agent.hardware.ports import CashDrawer, DeviceError, DeviceUnreachable, DrawerPosition

Sensor = Literal["none", "high", "low"]


class CalibrationFailed(Exception):
    """The drawer cannot be calibrated now; the text says why."""


def sensor_of(closed: DrawerPosition, opened: DrawerPosition) -> Sensor:
    """Return what the sensor is, from two looks that take the high level for open."""
    if closed is opened or DrawerPosition.UNKNOWN in (closed, opened):
        return "none"
    return "high" if opened is DrawerPosition.OPEN else "low"


async def calibrate(drawer: CashDrawer, ask: Callable[[str], Awaitable[None]]) -> Sensor:
    """Look at the closed drawer, open it, look again. `ask` returns when a person has done as told.

    `drawer` takes the high level for open. Raises CalibrationFailed.
    """
    await ask("Close the drawer")
    closed = await drawer.position()
    try:
        await drawer.kick()
    except (DeviceUnreachable, DeviceError) as error:
        raise CalibrationFailed(f"The drawer got no pulse: {error}.") from error
    await ask("The drawer should stand open now; if it does not, open it with its key")
    return sensor_of(closed, await drawer.position())
