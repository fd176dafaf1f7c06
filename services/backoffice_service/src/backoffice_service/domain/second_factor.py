"""The second factor: what asks for a code, how long one counts, and what a wrong one costs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from backoffice_service.domain.access import Action
from backoffice_service.domain.attempts import Attempts, one_more
from tillday_contracts.identity_messages import IssueEnrolmentCode
from tillday_contracts.messages import Command
from tillday_contracts.store_messages import CloseStore

FRESH: Final = timedelta(minutes=10)
"""How long a visitor need not show another code."""
STEP_SECONDS: Final = 30
TOLERATED: Final = 1
"""A code of the step before or after counts too: clocks differ, and people type slowly."""
DIGITS: Final = 6
GUARDED: Final[frozenset[Action]] = frozenset(
    {"decide_rescue", "decide_letter", "define_login", "forget_authenticator"}
)
"""What is done only by who showed a code, whatever it is about."""
Verdict = Literal["right", "wrong", "wait"]


@dataclass(frozen=True, slots=True)
class Factor:
    """An authenticator: whether a first code confirmed it, and the newest step whose code was taken."""

    confirmed: bool
    used_step: int
    attempts: Attempts | None


def needs_code(action: Action, wish: Command) -> bool:
    """Whether a command is carried out only for who showed a code.

    Besides what is guarded always: a store is closed over what is in its way, or a terminal gets a code to
    enrol with.
    """
    if isinstance(wish, CloseStore):
        return wish.waive is not None
    return action in GUARDED or isinstance(wish, IssueEnrolmentCode)


def is_fresh(proven_at: datetime | None, now: datetime) -> bool:
    """Whether a code shown then counts still."""
    return proven_at is not None and now - proven_at < FRESH


def step_at(now: datetime) -> int:
    """Return the number of the half minute."""
    return int(now.timestamp()) // STEP_SECONDS


def steps_that_count(factor: Factor, now: datetime) -> range:
    """Return the steps whose code would be taken now: none twice, and none older than one that was taken."""
    this = step_at(now)
    return range(max(this - TOLERATED, factor.used_step + 1), this + TOLERATED + 1)


def judged(factor: Factor, matching: int | None, now: datetime) -> tuple[Verdict, Factor]:
    """Return what a code is, whose matching step is given, and the authenticator after it.

    Whoever has to wait learns nothing about the code.
    """
    if factor.attempts is not None and factor.attempts.waits_until() > now:
        return "wait", factor
    if matching is None:
        return "wrong", replace(factor, attempts=one_more(factor.attempts, now))
    return "right", Factor(confirmed=True, used_step=matching, attempts=None)
