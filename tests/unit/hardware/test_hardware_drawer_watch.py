"""A drawer that stands open for too long is told of once per opening."""

from terminal_agent.hardware.drawer_watch import DrawerWatch, left_open, observe, told
from terminal_agent.hardware.ports import DrawerPosition

OPEN, CLOSED, UNKNOWN = DrawerPosition.OPEN, DrawerPosition.CLOSED, DrawerPosition.UNKNOWN


def test_a_drawer_is_told_of_only_after_it_stood_open_for_as_long_as_is_tolerated() -> None:
    watch = observe(DrawerWatch(), OPEN, at=100.0)
    assert left_open(watch, at=159.0, tolerated=60) is None
    assert left_open(observe(watch, OPEN, at=150.0), at=161.5, tolerated=60) == 61


def test_it_is_told_once_until_it_was_closed() -> None:
    watch = told(observe(DrawerWatch(), OPEN, at=0.0))
    assert left_open(watch, at=1000.0, tolerated=60) is None
    again = observe(observe(watch, CLOSED, at=1001.0), OPEN, at=1002.0)
    assert left_open(again, at=1062.0, tolerated=60) == 60


def test_a_drawer_without_sensor_rings_no_alarm() -> None:
    assert left_open(observe(DrawerWatch(), UNKNOWN, at=0.0), at=9999.0, tolerated=60) is None


def test_a_sensor_that_falls_silent_neither_closes_nor_opens_the_drawer() -> None:
    watch = observe(observe(DrawerWatch(), OPEN, at=0.0), UNKNOWN, at=30.0)
    assert watch == DrawerWatch(open_since=0.0)
