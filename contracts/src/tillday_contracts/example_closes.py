"""Example messages of closes from the back office."""

from pydantic import BaseModel

from tillday_contracts import close_messages, till_messages
from tillday_contracts.close_evidence import short_form
from tillday_contracts.example_entries import (
    DAY,
    EPOCH,
    HASH,
    MORNING,
    SESSION,
    STORE,
    SUPERVISOR,
    TERMINAL,
    TILL,
)
from tillday_contracts.example_messages import CAUSATION_ID, CORRELATION_ID, MESSAGE_ID
from tillday_contracts.ids import epoch_code
from tillday_contracts.parts import Claim

_HEAD = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "occurred_at": MORNING,
    "by": SUPERVISOR,
    "store": STORE,
    "session_id": SESSION,
}


def close_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    member = close_messages.TypedMember(
        terminal=TERMINAL, code=epoch_code(EPOCH), short_form=short_form(9, HASH)
    )
    typed = close_messages.TypedReport(
        tenders=(close_messages.TypedTender(tender="cash", counted=320, kept=300),), members=(member,)
    )
    return {
        "request.close_till": close_messages.CloseTill.model_validate(
            {**_HEAD, "reason": "The PC does not start", "evidence": typed}
        ),
        "request.say_no_close": close_messages.SayNoClose.model_validate(
            {**_HEAD, "reason": "The disk is lost"}
        ),
        "event.till_claims_changed": till_messages.TillClaimsChanged(
            message_id=MESSAGE_ID,
            correlation_id=CORRELATION_ID,
            causation_id=CAUSATION_ID,
            occurred_at=MORNING,
            store=STORE,
            till=TILL,
            claims=(Claim(event=HASH, tender="cash", amount=320, session_id=SESSION),),
        ),
        "event.back_close_told": close_messages.BackCloseTold(
            message_id=MESSAGE_ID,
            correlation_id=CORRELATION_ID,
            causation_id=CAUSATION_ID,
            occurred_at=MORNING,
            store=STORE,
            terminal=TERMINAL,
            till=TILL,
            session_id=SESSION,
            business_date=DAY,
            number="B-1",
            by=SUPERVISOR,
            reason="The PC does not start",
            closed_at=MORNING,
            source="typed",
            told_by=SUPERVISOR,
            told_at=MORNING,
            tenders=(close_messages.TypedTender(tender="cash", counted=320, kept=300),),
        ),
        "reply.till_closed_in_back": close_messages.TillClosedInBack(number="B-1", status="closed_back"),
    }
