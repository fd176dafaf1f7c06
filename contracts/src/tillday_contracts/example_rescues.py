"""Example messages of rescue sessions."""

from typing import Final

from pydantic import BaseModel, JsonValue

from tillday_contracts import balance_messages as balance
from tillday_contracts import rescue_messages as rescue
from tillday_contracts.desk_messages import Change
from tillday_contracts.example_entries import (
    CASHIER,
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

RESCUE = "b" * 32
_HEAD = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "occurred_at": MORNING,
    "by": SUPERVISOR,
    "store": STORE,
    "session_id": RESCUE,
}
_TOLD = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "causation_id": CAUSATION_ID,
    "occurred_at": MORNING,
    "store": STORE,
    "terminal": TERMINAL,
    "till": TILL,
    "session_id": RESCUE,
    "original": SESSION,
    "business_date": DAY,
}
_STANDS = {"name": "RESCUE T1-A 2026-03-14", "sales": 1, "movements": 0}
_BODY: Final[dict[str, JsonValue]] = {"type": "MOVEMENT", "kind": "paid_in", "tender": "cash", "amount": 320}
_SEEN = rescue.SeenEntry(entry=HASH)
_COUNT = rescue.NamedCount(session_id=SESSION, kind="cash_up")


def rescue_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    return {
        "request.rescue_sessions": rescue.RescueSessions(store=STORE),
        "reply.rescue_session_list": rescue.RescueSessionList(store=STORE, sessions=(_session(),)),
        "request.show_rescue": rescue.ShowRescue(store=STORE, session_id=RESCUE),
        "reply.rescue_shown": rescue.RescueShown(
            session=_session(), entries=(_entry(),), history=(_decision(),)
        ),
        "request.rescue_journals": rescue.RescueJournals(store=STORE, session_id=RESCUE, entry=HASH),
        "reply.rescue_journals_shown": _journals(),
        "request.store_balance": balance.StoreBalance(store=STORE, business_date=DAY),
        "reply.balance": _balance(),
        "request.accept_rescued": rescue.AcceptRescued.model_validate(
            {**_HEAD, "entries": (_SEEN,), "count": _COUNT}
        ),
        "request.reject_rescued": rescue.RejectRescued.model_validate(
            {**_HEAD, "entries": (_SEEN,), "reason": "Nobody paid", "no_cash": True}
        ),
        "request.repair_rescued": rescue.RepairRescued.model_validate(
            {
                **_HEAD,
                "entry": _SEEN,
                "reason": "Keyed as cash",
                "approved_by": CASHIER,
                "body": {**_BODY, "tender": "card"},
            }
        ),
        "request.close_rescue": rescue.CloseRescue.model_validate(_HEAD),
        "reply.rescue_decided": rescue.RescueDecided(
            session_id=RESCUE,
            status="reviewed",
            undecided=0,
            changes=(Change(path="tender", before="cash", after="card"),),
        ),
        "reply.rescue_closed": rescue.RescueClosed(session_id=RESCUE, number="B-2"),
        "event.rescue_entry_decided": rescue.RescueEntryDecided.model_validate(
            {**_TOLD, "decision": _decision()}
        ),
        "event.rescue_session_changed": rescue.RescueSessionChanged.model_validate(
            {**_TOLD, **_STANDS, "status": "closed", "undecided": 0, "number": "B-2"}
        ),
    }


def _session() -> rescue.RescueSession:
    return rescue.RescueSession(
        session_id=RESCUE,
        name="RESCUE T1-A 2026-03-14",
        original=SESSION,
        terminal=TERMINAL,
        till=TILL,
        business_date=DAY,
        created_by=CASHIER,
        sales=1,
        movements=0,
        oldest=MORNING,
        tenders=(rescue.RescueTender(tender="cash", amount=320),),
        reasons=("the session's count does not cover it",),
    )


def _decision() -> rescue.RescueDecision:
    return rescue.RescueDecision(
        entry=HASH, number=1, verdict="accepted", by=SUPERVISOR, at=MORNING, count=_COUNT
    )


def _entry() -> rescue.RescueEntry:
    return rescue.RescueEntry(
        entry=HASH,
        kind="movement",
        terminal=TERMINAL,
        epoch=EPOCH,
        seq=12,
        quarantine=False,
        at=MORNING,
        recorded_at=MORNING,
        by=CASHIER,
        reason="the session's count does not cover it",
        body=_BODY,
        tenders=(rescue.RescueTender(tender="cash", amount=320),),
        places=(rescue.RescuePlace(tender="cash", amount=320, count=_COUNT),),
        decision=_decision(),
    )


def _journals() -> rescue.RescueJournalsShown:
    line = rescue.JournalLine(epoch=EPOCH, seq=12, hash=HASH, type="MOVEMENT", at=MORNING, body=_BODY)
    counted = rescue.CountedTender(
        count=_COUNT,
        tender="cash",
        business_date=DAY,
        expected=15_000,
        counted=15_320,
        difference=320,
        settled=0,
        has_it=True,
    )
    part = rescue.JournalPart(terminal=TERMINAL, lines=(line,))
    return rescue.RescueJournalsShown(entry=_entry(), counts=(counted,), host=part, other=part)


def _balance() -> balance.Balance:
    took = (rescue.RescueTender(tender="cash", amount=320),)
    session = balance.BalanceSession(
        session_id=RESCUE, till=TILL, kind="rescue", status="closed", counts=True, tenders=took
    )
    return balance.Balance(store=STORE, business_date=DAY, balance=took, sessions=(session,))
