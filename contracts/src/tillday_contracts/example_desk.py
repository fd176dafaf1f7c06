"""Example messages of the dead-letter desk."""

from pydantic import BaseModel

from tillday_contracts import desk_messages
from tillday_contracts.example_entries import (
    CASHIER,
    EPOCH,
    HASH,
    MORNING,
    OTHER_HASH,
    STORE,
    SUPERVISOR,
    TERMINAL,
)
from tillday_contracts.example_messages import CAUSATION_ID, CORRELATION_ID, MESSAGE_ID

_WORD = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "occurred_at": MORNING,
    "by": SUPERVISOR,
    "store": STORE,
    "digest": OTHER_HASH[:12],
}
_CHANGE = desk_messages.Change(path="total", before=10**15, after=320)


def desk_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    letter = _letter()
    return {
        "request.dead_letters": desk_messages.DeadLetters(store=STORE, after=HASH),
        "request.show_dead_letter": desk_messages.ShowDeadLetter(store=STORE, digest=OTHER_HASH[:12]),
        "request.retry_dead_letter": desk_messages.RetryDeadLetter.model_validate(
            {**_WORD, "reason": "The service was updated"}
        ),
        "request.repair_dead_letter": desk_messages.RepairDeadLetter.model_validate(
            {**_WORD, "reason": "The receipt says 3.20", "approved_by": CASHIER, "body": {"total": 320}}
        ),
        "request.discard_dead_letter": desk_messages.DiscardDeadLetter.model_validate(
            {**_WORD, "reason": "Noise from a test"}
        ),
        "reply.dead_letter_list": desk_messages.DeadLetterList(store=STORE, letters=(letter,)),
        "reply.dead_letter_shown": desk_messages.DeadLetterShown(
            letter=letter, body="e30=", entry_type="SALE", entry={"total": 10**15}, repair=(_CHANGE,)
        ),
        "reply.dead_letter_decided": desk_messages.DeadLetterDecided(
            digest=OTHER_HASH, closed="repaired", changes=(_CHANGE,)
        ),
        "event.dead_letter_closed": desk_messages.DeadLetterClosed(
            message_id=MESSAGE_ID,
            correlation_id=CORRELATION_ID,
            causation_id=CAUSATION_ID,
            occurred_at=MORNING,
            store=STORE,
            terminal=TERMINAL,
            digest=OTHER_HASH,
            closed="repaired",
            by=SUPERVISOR,
            reason="The receipt says 3.20",
        ),
    }


def _letter() -> desk_messages.DeadLetter:
    return desk_messages.DeadLetter(
        digest=OTHER_HASH,
        subject=f"pos.{STORE}.{TERMINAL}.journal.v1",
        reason="total: Input should be less than or equal to 1000000000000",
        size=412,
        first_seen=MORNING,
        last_seen=MORNING,
        attempts=1,
        place=desk_messages.LetterPlace(
            terminal=TERMINAL, epoch=EPOCH, seq=9, hash=HASH, quarantine=False, proven=True
        ),
        closed=desk_messages.LetterClosed(
            outcome="repaired",
            by=SUPERVISOR,
            approved_by=CASHIER,
            reason="The receipt says 3.20",
            at=MORNING,
        ),
    )
