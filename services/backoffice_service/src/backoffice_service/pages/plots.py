"""Plots as plain geometry: what a template draws as SVG. Colours are classes, so that light and dark fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

WIDTH: Final = 1080
HEIGHT: Final = 220
LEFT: Final = 64
RIGHT: Final = 8
TOP: Final = 12
BOTTOM: Final = 28
MOST_TICKS: Final = 4
LABEL_WIDTH: Final = 80
WIDEST_BAR: Final = 56.0
Wording = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one stack of bars; `look` names its colour. None: nothing was measured there."""

    name: str
    look: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place of an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """One bar. `title` is what it says when somebody points at it."""

    x: float
    y: float
    width: float
    height: float
    look: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the commands of an SVG path."""

    path: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is drawn. `title` and `told` say to everybody what a look shows."""

    name: str
    title: str
    told: str
    across: tuple[Mark, ...]
    along: tuple[Mark, ...]
    zero: float
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    legend: tuple[Series, ...] = ()
    width: int
    right: int
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every plot needs to be worded: its id on the page, its texts, the words along it.

    `value` writes a value in full, `tick` shortly beside the axis.
    """

    name: str
    title: str
    told: str
    value: Wording
    tick: Wording
    labels: Sequence[str]
    width: int = WIDTH

    @property
    def room(self) -> int:
        """How much of the width is the plot itself."""
        return self.width - LEFT - RIGHT


def columns(frame: Frame, series: Sequence[Series]) -> Plot:
    """Return upright bars, one group at each label; what is below zero hangs."""
    low, high, ticks = _scale([value for one in series for value in one.values])
    room = frame.room / max(1, len(frame.labels))
    bar = min(WIDEST_BAR, max(1.0, room * 0.68))
    zero = _height(0, low, high)
    boxes = [
        Box(
            x=round(LEFT + at * room + (room - bar) / 2, 1),
            y=round(min(zero, _height(value, low, high)), 1),
            width=round(bar, 1),
            height=round(abs(zero - _height(value, low, high)), 1),
            look=one.look,
            title=f"{label} · {one.name}: {frame.value(round(value))}",
        )
        for one in series
        for at, (label, value) in enumerate(zip(frame.labels, one.values, strict=True))
        if value
    ]
    return _plot(frame, series, (low, high), ticks, boxes=tuple(boxes))


def lines(frame: Frame, series: Sequence[Series]) -> Plot:
    """Return lines over the labels; a line stops where nothing was measured at two of them in a row.

    What is measured at fixed times now and then misses one span and falls into the next.
    """
    low, high, ticks = _scale([value for one in series for value in one.values])
    drawn = tuple(Line(_path(one.values, (low, high), frame.room), one.look) for one in series)
    return _plot(frame, series, (low, high), ticks, lines=drawn)


def _plot(
    frame: Frame,
    series: Sequence[Series],
    reach: tuple[float, float],
    ticks: Sequence[int],
    **drawn: tuple[Box, ...] | tuple[Line, ...],
) -> Plot:
    is_line = "lines" in drawn
    return Plot(
        name=frame.name,
        title=frame.title,
        told=frame.told,
        across=tuple(Mark(round(_height(tick, *reach), 1), frame.tick(tick)) for tick in ticks),
        along=_along(frame, at_points=is_line),
        width=frame.width,
        right=frame.width - RIGHT,
        zero=round(_height(0, *reach), 1),
        legend=tuple(series) if len(series) > 1 else (),
        **drawn,  # type: ignore[arg-type]  # boxes or lines
    )


def _along(frame: Frame, *, at_points: bool) -> tuple[Mark, ...]:
    """Return as many labels as there is room for, at their bars or points."""
    count = len(frame.labels)
    step = max(1, -(-count * LABEL_WIDTH // frame.room))
    first = step // 2 if at_points else 0
    return tuple(
        Mark(round(_place(at, count, frame.room, at_points=at_points), 1), frame.labels[at])
        for at in range(first, count, step)
    )


def _place(at: int, count: int, room: int, *, at_points: bool) -> float:
    return LEFT + (room * at / max(1, count - 1) if at_points else room * (at + 0.5) / max(1, count))


def _path(values: Sequence[float | None], reach: tuple[float, float], room: int) -> str:
    pen, missing, commands = "M", 0, []
    for at, value in enumerate(values):
        if value is None:
            missing += 1
            continue
        pen, missing = "M" if missing > 1 else pen, 0
        x = _place(at, len(values), room, at_points=True)
        commands.append(f"{pen}{x:.1f} {_height(value, *reach):.1f}")
        pen = "L"
    return " ".join(_dotted(commands))


def _dotted(commands: Sequence[str]) -> list[str]:
    """A point without a neighbour is a line of no length, which round ends make a dot."""
    followed = [*commands, "M"]
    return [f"{one} h0" if one[0] == "M" == after[0] else one for one, after in pairwise(followed)]


def _height(value: float, low: float, high: float) -> float:
    return TOP + (high - value) / (high - low) * (HEIGHT - BOTTOM - TOP)


def _scale(values: Sequence[float | None]) -> tuple[float, float, list[int]]:
    """Return where the axis begins and ends, and round values between; zero is always in it."""
    known = [value for value in values if value is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    step = _step((high - low) or 1.0)
    first, last = int(-(-low // step)), int(high // step)
    ticks = [number * step for number in range(first, last + 1)]
    spare = (high - low) * 0.04 or 1.0
    return low - (spare if low < 0 else 0), high + (spare if high > 0 or low == high else 0), ticks


def _step(reach: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 … that makes few enough steps."""
    step = 1
    while True:
        for times in (1, 2, 5):
            if reach / (step * times) <= MOST_TICKS:
                return step * times
        step *= 10
