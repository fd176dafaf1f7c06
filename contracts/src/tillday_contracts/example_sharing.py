"""Example entries and messages of shared tills: T2 sells into the till of T1."""

from typing import Final

from pydantic import BaseModel

from tillday_contracts import sharing_entries, sharing_messages
from tillday_contracts.example_entries import (
    CASHIER,
    DAY,
    HASH,
    MORNING,
    OLD_EPOCH,
    SESSION,
    STORE,
    SUPERVISOR,
    TERMINAL,
    TILL,
)
from tillday_contracts.example_messages import CAUSATION_ID, CORRELATION_ID, MESSAGE_ID
from tillday_contracts.ids import receipt_number
from tillday_contracts.parts import Position

GUEST: Final = "T2"
_IDS: Final = {"message_id": MESSAGE_ID, "correlation_id": CORRELATION_ID, "occurred_at": MORNING}


def sharing_examples() -> dict[str, BaseModel]:
    """Return one example of each by its wire name."""
    return {**_entries(), **_messages()}


def _entries() -> dict[str, BaseModel]:
    brought = sharing_entries.GuestTotals(
        terminal=GUEST,
        positions=(Position(epoch=OLD_EPOCH, seq=14, hash=HASH),),
        tenders=(sharing_entries.GuestTender(tender="cash", sales=500),),
    )
    return {
        "entry.join_asked": sharing_entries.JoinAsked(till=TILL, business_date=DAY, by=CASHIER),
        "entry.till_joined": sharing_entries.TillJoined(
            session_id=SESSION, till=TILL, host=TERMINAL, business_date=DAY, by=CASHIER
        ),
        "entry.till_left": sharing_entries.TillLeft(session_id=SESSION, till=TILL, by=CASHIER),
        "entry.guests_told": sharing_entries.GuestsTold(session_id=SESSION, by=CASHIER, guests=(brought,)),
    }


def _messages() -> dict[str, BaseModel]:
    asked = {**_IDS, "by": SUPERVISOR, "store": STORE}
    reaches = (
        sharing_messages.GuestReach(terminal=GUEST, through=receipt_number(GUEST, OLD_EPOCH, 3)),
        sharing_messages.GuestReach(terminal="T3"),
    )
    return {
        "request.cover_guests": sharing_messages.CoverGuests.model_validate(
            {**asked, "session_id": SESSION, "reason": "Read from the tablet", "guests": reaches}
        ),
        "request.move_host": sharing_messages.MoveHost.model_validate(
            {**asked, "till": TILL, "terminal": GUEST, "turn": 1}
        ),
        "request.move_till": sharing_messages.MoveTill.model_validate(
            {**asked, "till": TILL, "terminal": GUEST}
        ),
        "reply.till_moved": sharing_messages.TillMoved(
            tills=(sharing_messages.HostedTill(till=TILL, terminal=GUEST),)
        ),
        "event.guest_changed": sharing_messages.GuestChanged.model_validate(
            {
                **_IDS,
                "causation_id": CAUSATION_ID,
                "store": STORE,
                "terminal": GUEST,
                "till": TILL,
                "state": "joined",
                "session_id": SESSION,
                "by": CASHIER,
            }
        ),
    }
