"""What pages show of journals: entries in words, amounts in their tender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from backoffice_service.pages.speech import Speech
from tillday_contracts.rescue_messages import CountedTender, JournalLine, JournalPart
from tillday_contracts.wishes import SettingsContent

WORDS: Final[Mapping[str, str]] = {
    "GENESIS": "the journal begins",
    "BOOT": "the program started",
    "SIGNED_IN": "somebody signed in",
    "PIN_REFUSED": "a wrong PIN",
    "TERMINAL_OPENED": "the terminal opened",
    "TERMINAL_CLOSED": "the terminal closed",
    "ATTESTED": "no till starts for this date any more",
    "TILL_STARTED": "the till was started",
    "COUNT_ATTEMPTED": "a count was tried",
    "INITIAL_COUNT_CONFIRMED": "opening count",
    "CASH_UP_STARTED": "the cash-up began",
    "CASH_UP_CANCELLED": "the cash-up was given up",
    "CLOSE_HEARD": "heard that the till is to be closed",
    "TENDER_CONFIRMED": "a tender was counted",
    "TILL_CLOSED": "cash-up count",
    "SALE": "sale",
    "MOVEMENT": "movement",
    "FLOAT_MOVED": "float brought or put away",
    "ADJUSTMENT": "correction",
    "NO_SALE": "the drawer was opened",
    "DRAWER_LEFT_OPEN": "the drawer stands open",
    "RECEIPT_DELETED": "a receipt was deleted",
    "PRINTED": "printed",
    "COMMAND_DONE": "a command was carried out",
    "JOIN_ASKED": "asked to join a till",
    "TILL_JOINED": "joined a till",
    "TILL_LEFT": "left a till",
    "GUESTS_TOLD": "guests were counted",
    "paid_in": "paid in",
    "paid_out": "paid out",
    "loan": "loan from the safe",
    "pickup": "pickup to the safe",
}
"""Entries and movements in words; what is not here stands as the journal calls it."""
COUNTS: Final = {"opening": "opening count", "cash_up": "cash-up count"}


def worded(name: str, speech: Speech) -> str:
    """Return what an entry or movement is, in the language of the page."""
    return speech.text(WORDS.get(name, name.lower().replace("_", " ")))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One entry of a journal as a line; `meant` is the one that the page is about."""

    seq: int
    at: datetime
    what: str
    detail: str
    lost: bool
    meant: bool


def line_rows(part: JournalPart, meant: str, speech: Speech) -> list[LineRow]:
    """Return a part of a journal as lines."""
    return [_line(one, meant, speech) for one in part.lines]


def _line(one: JournalLine, meant: str, speech: Speech) -> LineRow:
    kind = one.body.get("kind")
    return LineRow(
        seq=one.seq,
        at=one.at,
        what=worded(kind if one.type == "MOVEMENT" and isinstance(kind, str) else one.type, speech),
        detail=str(one.body.get("number") or one.body.get("tender") or ""),
        lost=one.quarantine,
        meant=one.hash == meant,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One count of a till in one tender; `value` names it in a form."""

    value: str
    what: str
    business_date: date
    tender: str
    expected: str
    counted: str
    difference: str
    settled: str
    has_it: bool


def count_rows(counts: Sequence[CountedTender], settings: SettingsContent, speech: Speech) -> list[CountRow]:
    """Return the counts of a till as lines."""
    tenders = {one.tender: one for one in settings.tenders}

    def row(one: CountedTender) -> CountRow:
        known = tenders.get(one.tender)
        currency = known.currency if known else settings.currency
        return CountRow(
            value=f"{one.count.kind}:{one.count.session_id}",
            what=speech.text(COUNTS[one.count.kind]),
            business_date=one.business_date,
            tender=known.name if known else one.tender,
            expected=speech.amount(one.expected, currency),
            counted=speech.amount(one.counted, currency),
            difference=speech.signed(one.difference, currency),
            settled=speech.signed(one.settled, currency),
            has_it=one.has_it,
        )

    return [row(one) for one in counts]
