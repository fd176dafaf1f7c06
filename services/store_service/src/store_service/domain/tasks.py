"""What of a store's days a person has to look at."""

from dataclasses import dataclass
from datetime import date

from store_service.domain.days import Archived, Cancelled, Closed, StoreDay, state_of
from tillday_contracts.ids import TerminalCode
from tillday_contracts.store_messages import StoreTaskKind
from tillday_contracts.till_messages import TaskRaised, TerminalOpenedItself, TillSessionChanged


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to look at. There is one per kind and `about`, however often the till service tells of it."""

    kind: StoreTaskKind
    about: str
    terminal: TerminalCode
    business_date: date
    text: str


def tasks_of_opening(
    event: TerminalOpenedItself, *, allowed: bool, last_closed: date | None
) -> tuple[Task, ...]:
    """Return what a supervisor has to look at after a terminal opened itself."""
    tasks = []
    if not allowed:
        text = (
            f'{event.by or "Somebody"} opened the terminal "{event.terminal}" for {event.business_date} '
            'without the right "open_terminal". Ask who it was; give the right or change the PIN.'
        )
        tasks.append(_of_opening(event, "opened_without_right", text))
    if last_closed is not None and event.business_date <= last_closed:
        text = (
            f'The terminal "{event.terminal}" was opened at the front for {event.business_date}, but the '
            f"store is closed through {last_closed}: the date is not followed. Cash up the till there."
        )
        tasks.append(_of_opening(event, "opened_past_date", text))
    return tuple(tasks)


def task_of_session(event: TillSessionChanged, day: StoreDay) -> Task | None:
    """Return what a supervisor has to look at when a session of a day that is over turns up; else None."""
    if not (event.late and isinstance(day, Closed | Archived | Cancelled)):
        return None
    text = (
        f'The till "{event.till}" was started for {event.business_date} at the terminal "{event.terminal}", '
        f"but that date is {state_of(day)}: its session counts as late. Look at its cash-up report."
    )
    return Task("late_session", event.session_id, event.terminal, event.business_date, text)


def task_of_till(event: TaskRaised) -> Task:
    """Return what a supervisor has to look at because the ledger found it: one of a kind per session."""
    day = event.business_date or event.occurred_at.date()
    return Task(event.kind, event.session_id, event.terminal, day, event.text)


def _of_opening(event: TerminalOpenedItself, kind: StoreTaskKind, text: str) -> Task:
    about = f"{event.terminal} {event.epoch} {event.seq}"
    return Task(kind, about, event.terminal, event.business_date, text)
