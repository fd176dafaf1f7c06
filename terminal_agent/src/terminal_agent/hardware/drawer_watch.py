"""How long the drawer has stood open, and when that is told. Pure; seconds of the monotonic clock."""

from dataclasses import dataclass, replace

from terminal_agent.hardware.ports import DrawerPosition


@dataclass(frozen=True, slots=True)
class DrawerWatch:
    """What the sensor said so far: since when it says open, and whether that was told."""

    open_since: float | None = None
    told: bool = False


def observe(watch: DrawerWatch, position: DrawerPosition, *, at: float) -> DrawerWatch:
    """Return the watch after a look. A sensor that says nothing changes nothing."""
    if position is DrawerPosition.CLOSED:
        return DrawerWatch()
    if position is DrawerPosition.OPEN and watch.open_since is None:
        return DrawerWatch(open_since=at)
    return watch


def left_open(watch: DrawerWatch, *, at: float, tolerated: float) -> int | None:
    """Return for how many seconds the drawer stands open where that must be told now, else None."""
    if watch.open_since is None or watch.told or at - watch.open_since < tolerated:
        return None
    return int(at - watch.open_since)


def told(watch: DrawerWatch) -> DrawerWatch:
    """Return the watch after the alarm; it rings once per opening."""
    return replace(watch, told=True)
