"""A rescue session under review: what it holds, where it stands, and why something is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from till_service.domain.money import LeftMoney
from till_service.domain.routing import Origin, Placed, Rescue, TenderEvent
from till_service.domain.till_history import amounts_of
from tillday_contracts.desk_messages import Change
from tillday_contracts.entries import FloatMoved, Sale, TillClosed
from tillday_contracts.messages import Refused
from tillday_contracts.rescue_messages import NamedCount, RescueStatus, RescueVerdict, SeenEntry


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of one entry; the highest number on it holds."""

    number: int
    verdict: RescueVerdict
    by: str
    at: datetime
    reason: str | None = None
    approved_by: str | None = None
    no_cash: bool = False
    count: NamedCount | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """A sale or movement that came late. `told` is its body before any repair."""

    placed: Placed
    told: TenderEvent
    recorded_at: datetime
    decision: Decision | None = None

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return self.placed.origin

    @property
    def amounts(self) -> dict[str, int]:
        """What it brought by tender, as it counts now."""
        return amounts_of(self.placed.body)


@dataclass(frozen=True, slots=True)
class HeldCount:
    """What a journal that was left moved at one of its own counts, tender by tender."""

    origin: Origin
    told: TillClosed | FloatMoved
    moved: tuple[LeftMoney, ...]
    recorded_at: datetime
    decision: Decision | None = None

    @property
    def amounts(self) -> dict[str, int]:
        """What it brought by tender, seen from the drawer."""
        return {left.tender: left.amount for left in self.moved}


Held = HeldEvent | HeldCount


@dataclass(frozen=True, slots=True)
class RescueClose:
    """The close of a rescue session."""

    number: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Entries wait for a person, or nothing was decided yet."""

    rescue: Rescue
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Everything in it is decided; a late entry makes it outstanding again."""

    rescue: Rescue
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class ClosedRescue:
    """Closed: what comes late now finds the next one."""

    rescue: Rescue
    held: tuple[Held, ...]
    close: RescueClose


Review = Outstanding | Reviewed | ClosedRescue


def review(rescue: Rescue, held: tuple[Held, ...], close: RescueClose | None) -> Review:
    """Return where a rescue session stands."""
    if close is not None:
        return ClosedRescue(rescue, held, close)
    return Reviewed(rescue, held) if held and not undecided(held) else Outstanding(rescue, held)


def undecided(held: Sequence[Held]) -> int:
    """Count what waits for a person."""
    return sum(one.decision is None for one in held)


def status_of(review: Review) -> RescueStatus:
    """Return the word for a state in messages."""
    match review:
        case Outstanding():
            return "outstanding"
        case Reviewed():
            return "reviewed"
        case ClosedRescue():
            return "closed"
        case _:
            assert_never(review)


def refused_to_touch(review: Review | None) -> Refused | None:
    """Return why nothing may be decided in a rescue session any more, None when it may."""
    if review is None:
        return Refused(code="unknown_session", text="There is no such rescue session in this store.")
    if isinstance(review, ClosedRescue):
        close = review.close
        text = f"{close.by} closed this rescue session at {_clock(close.at)} as {close.number}: look again."
        return Refused(code="closed", text=text, details={"number": close.number, "by": close.by})
    return None


def refused_to_decide_entry(seen: SeenEntry, held: Held | None) -> Refused | None:
    """Return why nobody may decide of an entry what they saw of it, None when they may."""
    if held is None:
        text = f"The rescue session holds no entry {seen.entry[:12]}: it was moved meanwhile. Look again."
        return Refused(code="unknown_entry", text=text, details={"entry": seen.entry})
    last = held.decision
    if last is None or last.number == seen.decision:
        return None
    text = f"{last.by} {last.verdict} {name_of(held)} at {_clock(last.at)}: look again before you decide."
    details: dict[str, object] = {"entry": seen.entry, "by": last.by, "verdict": last.verdict}
    return Refused(code="decided_meanwhile", text=text, details=details)


def refused_to_name(held: Held, count: NamedCount | None, review: Review, known: bool) -> Refused | None:
    """Return why an entry's money may not be counted where a person says, None when it may.

    `known`: there is such a confirmed count of the till.
    """
    if count is None:
        return None
    if not known:
        text = "This till has no such confirmed count: the page of the rescue session lists those it has."
        return Refused(code="unknown_count", text=text)
    if held.origin.terminal == review.rescue.original.terminal and not held.origin.quarantine:
        text = (
            f"{name_of(held)} is of terminal {held.origin.terminal}, which hosts the till: its own count has "
            "it. Only a guest's entry, or one of a journal that was left, can be named another count."
        )
        return Refused(code="own_count", text=text)
    return None


def refused_to_close(review: Review | None) -> Refused | None:
    """Return why a rescue session may not be closed, None when it may."""
    refused = refused_to_touch(review)
    if refused is not None or review is None:
        return refused
    if not review.held:
        text = "Nothing is in this rescue session: what was there went back to its session."
        return Refused(code="empty", text=text)
    waiting = undecided(review.held)
    if waiting:
        text = f"{waiting} of {len(review.held)} entries wait: accept, repair or reject them first."
        return Refused(code="undecided", text=text, details={"undecided": waiting})
    return None


def name_of(held: Held) -> str:
    """Return what people call an entry."""
    match held:
        case HeldCount():
            return f"what the lost journal of {held.origin.terminal} moved at its count"
        case HeldEvent():
            body = held.placed.body
            if isinstance(body, Sale):
                return f"receipt {body.number}"
            return f"the {body.kind.replace('_', ' ')} of {body.by}"
        case _:
            assert_never(held)


def _clock(at: datetime) -> str:
    return at.strftime("%H:%M UTC")
