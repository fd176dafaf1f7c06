"""Posting one session: count final → stock → ledger → done, by revisions that only ever add.

What a session means is worked out anew each time and compared with what is posted; the difference is the next
revision. So a repeat adds nothing, and what comes late or is settled later is an entry of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from till_service.domain.accounts import (
    Chart,
    EntryDate,
    Line,
    Lock,
    NoAccount,
    OutOfBalance,
    entry_date,
    in_accounts,
    refuse_out_of_balance,
)
from till_service.domain.posting_amounts import Amount, SessionMoney, UnknownTender, amounts, still_to_post
from till_service.domain.stock import Pieces, Shelves, pick

StepName = Literal["count", "stock", "ledger"]
StepState = Literal["pending", "done", "failed"]
STEPS: Final[tuple[StepName, ...]] = ("count", "stock", "ledger")
FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Step:
    """Where one step of a revision stands, and how often it was tried."""

    revision: int
    name: StepName
    state: StepState
    reason: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class PostedSession:
    """A session as posting sees it. `waits_for` says what its count still lacks, None when it is final."""

    session_id: str
    store: str
    terminal: str
    till: str
    business_date: date
    rescue: bool
    posted: bool
    late: bool = False
    waits_for: str | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """What the session sold and moved, what of it is posted, and the rules of store and company."""

    money: SessionMoney
    sold: Mapping[str, Pieces]
    picked: Mapping[str, int]
    posted: tuple[Amount, ...]
    shelves: Shelves
    chart: Chart
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to write."""

    lines: tuple[Line, ...]
    date: EntryDate
    company: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What one round of posting leaves. `final` says that the count became final in it."""

    revision: int
    steps: tuple[Step, ...] = ()
    pickings: Mapping[str, Mapping[str, Pieces]] = field(default_factory=dict)
    entry: Entry | None = None
    final: bool = False
    done: bool = False

    @property
    def failed(self) -> Step | None:
        """The step that failed in this round."""
        return next((step for step in self.steps if step.state == "failed"), None)


def post(session: PostedSession, books: Books, before: Iterable[Step]) -> Posted | None:
    """Carry a session's posting as far as it goes; None when nothing is new."""
    known = _newest(before)
    if known is None or _is_done(known):
        begun = _begin(session, books, known)
        if begun is None:
            return None
        known = begun
    return _carry_on(session, books, known)


def retry_after(step: Step) -> timedelta:
    """Return how long a failed step is left alone: twice as long each time."""
    doublings = min(step.attempts - 1, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def due_again(posted: Posted, *, at: datetime) -> datetime | None:
    """Return when a failed step is tried again, None when nothing failed."""
    return at + retry_after(posted.failed) if posted.failed is not None else None


def _newest(steps: Iterable[Step]) -> dict[StepName, Step] | None:
    known = list(steps)
    newest = max((step.revision for step in known), default=None)
    if newest is None:
        return None
    found = {step.name: step for step in known if step.revision == newest}
    return {name: found.get(name, Step(newest, name, "pending")) for name in STEPS}


def _is_done(steps: Mapping[StepName, Step]) -> bool:
    return all(steps[name].state == "done" for name in STEPS)


def _begin(
    session: PostedSession, books: Books, last: Mapping[StepName, Step] | None
) -> dict[StepName, Step] | None:
    """Return the steps of the next revision, None when it would change nothing."""
    if last is not None and not _changes(session, books):
        return None
    revision = 1 if last is None else last["count"].revision + 1
    return {name: Step(revision, name, "pending") for name in STEPS}


def _changes(session: PostedSession, books: Books) -> bool:
    if session.waits_for is not None:
        return True
    picked = pick(books.sold, books.picked, books.shelves)
    try:
        return bool(picked.moves or picked.faults or _missing(books))
    except (NoAccount, UnknownTender):
        return True


def _missing(books: Books) -> tuple[Line, ...]:
    missing = still_to_post(amounts(books.money), books.posted)
    return in_accounts(missing, books.chart, books.money.tenders)


def _carry_on(session: PostedSession, books: Books, steps: dict[StepName, Step]) -> Posted:
    revision = steps["count"].revision
    posted = Posted(revision)
    if steps["count"].state != "done":
        if session.waits_for is not None:
            waiting = replace(steps["count"], reason=session.waits_for)
            return replace(posted, steps=tuple({**steps, "count": waiting}.values()))
        steps = {**steps, "count": Step(revision, "count", "done")}
        posted = replace(posted, final=revision == 1)
    if steps["stock"].state != "done":
        picked = pick(books.sold, books.picked, books.shelves)
        steps = {**steps, "stock": _tried(steps["stock"], " ".join(picked.faults) or None)}
        posted = replace(posted, pickings=picked.moves)
    if steps["stock"].state == "done":
        steps, posted = _post_entry(session, books, steps, posted)
    return replace(posted, steps=tuple(steps.values()), done=_is_done(steps))


def _post_entry(
    session: PostedSession, books: Books, steps: dict[StepName, Step], posted: Posted
) -> tuple[dict[StepName, Step], Posted]:
    fault: str | None = None
    try:
        lines = _missing(books)
        refuse_out_of_balance(lines)
        entry = Entry(lines, entry_date(session.business_date, books.lock), books.chart.company)
        # One entry per session, even where nothing was sold; a later one only where it changes something.
        posted = replace(posted, entry=entry if lines or posted.revision == 1 else None)
    except (NoAccount, OutOfBalance) as error:
        fault = str(error)
    except KeyError as error:
        fault = (
            f"The settings of the store {session.store} name no tender {error.args[0]}: add it there again."
        )
    return {**steps, "ledger": _tried(steps["ledger"], fault)}, posted


def _tried(step: Step, fault: str | None) -> Step:
    if fault is None:
        return replace(step, state="done", reason=None, attempts=step.attempts + 1)
    return replace(step, state="failed", reason=fault, attempts=step.attempts + 1)
