"""How the system stands and stood, as plain values: figures with their peaks, and plots over time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from babel.numbers import format_decimal

from backoffice_service.domain.standing import Reading
from backoffice_service.pages.plots import Frame, Plot, Series, lines
from backoffice_service.pages.speech import Speech

SPANS: Final[Mapping[str, tuple[timedelta, timedelta]]] = {
    "1h": (timedelta(hours=1), timedelta(seconds=15)),
    "6h": (timedelta(hours=6), timedelta(seconds=90)),
    "24h": (timedelta(hours=24), timedelta(minutes=6)),
    "7d": (timedelta(days=7), timedelta(minutes=42)),
}
"""How far back one looks, and how much time one point stands for."""
HALF_WIDTH: Final = 540
"""Two plots stand beside each other."""
FEWEST_SPANS: Final = 20
STALE_AFTER: Final = timedelta(seconds=60)
_TIMES: Final = (
    ("ms", 1, 1000),
    ("s", 1000, 120_000),
    ("min", 60_000, 7_200_000),
    ("h", 3_600_000, float("inf")),
)
_BYTES: Final = ("B", "KB", "MB", "GB", "TB")
DELAYS: Final = "From the terminal to the ledger"
ENTRIES: Final = "Entries a minute"
CONNECTED: Final = "Connected to the broker"
WAITING: Final = "Waiting in streams"
CONNECTIONS: Final = "Connections to the database"
OLDEST: Final = "Longest transaction"
KEPT: Final = "Kept on disk"
OVER_MQTT: Final = "over MQTT"
EVERYBODY: Final = "everybody"
HALF: Final = "half of the entries (p50)"
NEARLY_ALL: Final = "99 of 100 (p99)"
UNREAD: Final = "not read or not confirmed"
DATABASE: Final = "Database"
STREAMS: Final = "Streams"
OVER_TIME: Final = "The highest value of each moment; the table of figures says the newest and the highest."


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is now, and the highest in the time that is shown."""

    name: str
    now: str
    highest: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One figure of a plot: its name, its colour, and where it stands in a reading."""

    name: str
    look: str
    field: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot: what it shows, and how its values are written."""

    name: str
    title: str
    drawn: tuple[Drawn, ...]
    written: Callable[[Speech, int], str]


def written_count(speech: Speech, value: int) -> str:
    """Return a number with its groups."""
    return str(format_decimal(value, "#,##0", locale=speech.writing))


def written_time(speech: Speech, value: int) -> str:
    """Return milliseconds, from a second on in seconds, from two minutes on in minutes, then in hours."""
    unit, size = next((unit, size) for unit, size, longest in _TIMES if value < longest)
    return f"{format_decimal(value / size, '#,##0.#', locale=speech.writing)} {unit}"


def written_size(speech: Speech, value: int) -> str:
    """Return bytes in the unit that makes them short."""
    shown, unit = float(value), 0
    while shown >= 1000 and unit < len(_BYTES) - 1:
        shown, unit = shown / 1000, unit + 1
    return f"{format_decimal(shown, '#,##0.#', locale=speech.writing)} {_BYTES[unit]}"


PANELS: Final = (
    Panel(
        "delay",
        DELAYS,
        (Drawn(NEARLY_ALL, "two", "delay_p99_ms"), Drawn(HALF, "one", "delay_p50_ms")),
        written_time,
    ),
    Panel("entries", ENTRIES, (Drawn(ENTRIES, "one", "entries_a_minute"),), written_count),
    Panel(
        "clients",
        CONNECTED,
        (Drawn(EVERYBODY, "two", "clients"), Drawn(OVER_MQTT, "one", "mqtt_clients")),
        written_count,
    ),
    Panel("pending", WAITING, (Drawn(UNREAD, "one", "pending"),), written_count),
    Panel("connections", CONNECTIONS, (Drawn(CONNECTIONS, "one", "connections"),), written_count),
    Panel("oldest", OLDEST, (Drawn(OLDEST, "two", "oldest_ms"),), written_time),
    Panel(
        "disk",
        KEPT,
        (Drawn(DATABASE, "one", "database_bytes"), Drawn(STREAMS, "two", "stream_bytes")),
        written_size,
    ),
)
SENTENCES: Final = {
    OVER_TIME,
    *(panel.title for panel in PANELS),
    *(one.name for panel in PANELS for one in panel.drawn),
}


def first_shown(now: datetime, reach: timedelta, span: timedelta, oldest: datetime | None) -> datetime:
    """Return where the plots begin: with the oldest reading where that is younger than what one looks back.

    A few spans are shown at least, so that a system that has just started is a line and no dot.
    """
    return max(now - reach, min((oldest or now) - span, now - FEWEST_SPANS * span))


def is_stale(looked_at: datetime | None, now: datetime) -> bool:
    """Whether nobody looked at the system for longer than usual."""
    return looked_at is None or now - looked_at > STALE_AFTER


def moments(first: datetime, last: datetime, span: timedelta) -> list[datetime]:
    """Return the spans of time from one moment to another, as the database cuts them."""
    size = span.total_seconds()
    numbers = range(int(first.timestamp() // size) + 1, int(last.timestamp() // size) + 1)
    return [datetime.fromtimestamp(number * size, tz=last.tzinfo) for number in numbers]


def plots_of(at: list[datetime], readings: Mapping[datetime, Reading], speech: Speech) -> list[Plot]:
    """Return every panel of which anything was measured."""
    shown = [readings.get(moment) for moment in at]
    return [_plot(panel, at, shown, speech) for panel in PANELS if _measured(panel, shown)]


def figures_of(readings: Iterable[Reading], speech: Speech) -> list[Figure]:
    """Return every figure that was measured, with its newest and highest value."""
    shown = list(readings)
    return [
        _figure(panel, one, values, speech)
        for panel in PANELS
        for one in panel.drawn
        if (values := [value for reading in shown if (value := getattr(reading, one.field)) is not None])
    ]


def _figure(panel: Panel, one: Drawn, values: list[int], speech: Speech) -> Figure:
    title, name = speech.text(panel.title), speech.text(one.name)
    told = title if len(panel.drawn) == 1 else f"{title}: {name}"
    return Figure(told, panel.written(speech, values[-1]), panel.written(speech, max(values)))


def _measured(panel: Panel, shown: Iterable[Reading | None]) -> bool:
    return any(getattr(one, each.field) is not None for one in shown if one for each in panel.drawn)


def _plot(panel: Panel, at: list[datetime], shown: list[Reading | None], speech: Speech) -> Plot:
    def write(value: int) -> str:
        return panel.written(speech, value)

    is_long = at[-1] - at[0] > timedelta(days=1)
    frame = Frame(
        name=panel.name,
        title=speech.text(panel.title),
        told=speech.text(OVER_TIME),
        value=write,
        tick=write,
        labels=[speech.day(one.date()) if is_long else speech.time(one) for one in at],
        width=HALF_WIDTH,
    )
    series = [
        Series(speech.text(one.name), one.look, [None if r is None else getattr(r, one.field) for r in shown])
        for one in panel.drawn
    ]
    return lines(frame, series)
