"""PINs: what a wrong one costs in time, and whether a list of people is fresh enough to approve by."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

FREE_TRIES: Final = 3
FREE_TRIES_OF_ALL: Final = 10
FIRST_DELAY_SECONDS: Final = 30.0
LAST_DELAY_SECONDS: Final = 300.0
ALARM_AFTER: Final = 10


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs in a row, of one person or of the whole terminal, and when the next try is allowed
    (monotonic).
    """

    in_a_row: int = 0
    free_at: float = 0.0


def delay_after(in_a_row: int, *, free: int) -> float:
    """Return the seconds to wait: none at first, then 30 s doubling to 5 min; never a lock that closes the
    shop.
    """
    over = in_a_row - free
    return 0.0 if over < 0 else min(FIRST_DELAY_SECONDS * 2 ** min(over, 10), LAST_DELAY_SECONDS)


def wrong_again(tries: Tries, *, at: float, free: int = FREE_TRIES) -> Tries:
    """Count one more wrong PIN."""
    count = tries.in_a_row + 1
    return replace(tries, in_a_row=count, free_at=at + delay_after(count, free=free))


def after_restart(in_a_row: int, *, at: float, free: int = FREE_TRIES) -> Tries:
    """Return the tries as the journal counts them; a restart begins the delay anew and frees nobody."""
    return Tries(in_a_row, at + delay_after(in_a_row, free=free))


def seconds_left(tries: Tries, *, at: float) -> float:
    """Return how long the next try must wait."""
    return max(0.0, tries.free_at - at)


def verifier_of(pepper: bytes, stretched: bytes) -> str:
    """Return what the back office made of a PIN for this terminal alone."""
    return hmac.new(pepper, stretched, sha256).hexdigest()


def list_is_fresh(fetched_at: datetime | None, *, now: datetime, max_age_days: int) -> bool:
    """Say whether approvals may rest on a list of people fetched then."""
    return fetched_at is not None and now - fetched_at <= timedelta(days=max_age_days)
