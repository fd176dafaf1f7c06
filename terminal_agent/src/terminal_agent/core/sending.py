"""Which entries go out next, how many at once, and when they are sent again."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from terminal_agent.core.chain import Entry
from terminal_agent.core.drain import Drain, Flight, JournalView, Lane
from tillday_contracts.journal import HISTORY_WINDOW, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, JournalBatch

MAX_FLIGHTS: Final = 4
FIRST_RESEND_SECONDS: Final = 5.0
LAST_RESEND_SECONDS: Final = 60.0


class Fetch(NamedTuple):
    """Entries to load and send: at most `limit` from `first` on; for quarantine only unacknowledged ones."""

    epoch: str
    first: int
    limit: int
    quarantine: bool


def overdue(drain: Drain, *, at: float) -> Drain:
    """Give up waiting for acks that did not come in time: their entries are sent again from the lowest on."""
    current, left = _expired(drain.current, at), _expired(drain.left, at)
    if current is drain.current and left is drain.left:
        return drain
    return drain._replace(current=current, left=left)


def _expired(lane: Lane, at: float) -> Lane:
    if lane.resend_at is None or at < lane.resend_at:
        return lane
    return lane._replace(flights=(), cursor=None, attempt=lane.attempt + 1, resend_at=None, careful=True)


def next_fetch(drain: Drain, view: JournalView) -> Fetch | None:
    """Return which entries to load and send now, None when the windows are full or nothing waits."""
    if not drain.connected:
        return None
    return _fetch_current(drain, view) or _fetch_left(drain, view)


def _fetch_current(drain: Drain, view: JournalView) -> Fetch | None:
    lane = _lane_of(drain.current, view.head.epoch)
    first = view.low_seq if lane.cursor is None else max(lane.cursor, view.first_held)
    waiting = view.head.seq - first + 1
    if waiting <= 0:
        return None
    history = waiting > drain.window or view.head.seq - view.low_seq >= drain.window
    paced = history and drain.window <= HISTORY_WINDOW
    allowed = 1 if lane.careful or paced else MAX_FLIGHTS - (view.left is not None)
    if len(lane.flights) >= allowed:
        return None
    return Fetch(view.head.epoch, first, min(drain.window, MAX_BATCH_ENTRIES), quarantine=False)


def _fetch_left(drain: Drain, view: JournalView) -> Fetch | None:
    if view.left is None or _lane_of(drain.left, view.left).flights:
        return None
    return Fetch(view.left, 1, min(drain.window, HISTORY_WINDOW), quarantine=True)


def _lane_of(lane: Lane, epoch: str) -> Lane:
    """An epoch that was left takes its lane with it."""
    return lane if lane.epoch == epoch else Lane(epoch=epoch)


class Launch(NamedTuple):
    """When a message is sent and by which boot; `spread` is random in [0, 1)."""

    boot_no: int
    at: float
    spread: float


def launch(drain: Drain, fetch: Fetch, entries: Sequence[Entry], by: Launch) -> tuple[Drain, JournalBatch]:
    """Cut the loaded entries to one message and note it as in flight."""
    cut = fitting(entries)
    batch = JournalBatch.model_validate(
        {
            "boot_no": by.boot_no,
            "epoch": fetch.epoch,
            "quarantine": fetch.quarantine,
            "entries": [{"seq": e.seq, "prev": e.prev, "hash": e.hash, "data": e.data} for e in cut],
        }
    )
    singly = frozenset(entry.seq for entry in cut) if fetch.quarantine else frozenset()
    flight = Flight(cut[0].seq, cut[-1].seq, singly)
    lane = _lane_of(drain.left if fetch.quarantine else drain.current, fetch.epoch)
    lane = lane._replace(
        flights=(*lane.flights, flight),
        cursor=None if fetch.quarantine else cut[-1].seq + 1,
        resend_at=lane.resend_at or by.at + resend_seconds(lane.attempt, by.spread),
    )
    return (drain._replace(left=lane) if fetch.quarantine else drain._replace(current=lane)), batch


def fitting(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the longest consecutive run from the first entry on that one message may carry."""
    cut: list[Entry] = []
    size = 0
    for entry in entries[:MAX_BATCH_ENTRIES]:
        size += _travelling_bytes(entry)
        if cut and (size > MAX_BATCH_BYTES or entry.seq != cut[-1].seq + 1):
            break
        cut.append(entry)
    return tuple(cut)


def _travelling_bytes(entry: Entry) -> int:
    # Base64 makes four bytes of three; two hashes, a number and the JSON around them take less than 220.
    return (len(entry.data) + 2) // 3 * 4 + 220


def resend_seconds(attempt: int, spread: float) -> float:
    """Return how long to wait for an ack: 5, 10, 20, 40, 60 s, each 20 % more or less."""
    patience = min(FIRST_RESEND_SECONDS * (1 << min(attempt, 8)), LAST_RESEND_SECONDS)
    return patience * (0.8 + 0.4 * spread)
