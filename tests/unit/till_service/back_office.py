"""What the back office says of a till, for tests: the three kinds of evidence and the word on the close."""

from uuid import uuid4

from tillday_contracts.asks import Right
from tillday_contracts.close_evidence import close_code, short_form
from tillday_contracts.close_messages import (
    CloseTill,
    Evidence,
    NoEvidence,
    SayNoClose,
    ScannedReport,
    TypedMember,
    TypedReport,
    TypedTender,
)
from tillday_contracts.entries import TillClosed
from tillday_contracts.ids import epoch_code
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import PeopleAnswer, Person
from unit.till_service.journals import CASHIER, NOON, SESSION

SUPERVISOR = "SV1"
SECOND_SUPERVISOR = "SV2"
OPERATOR = "OPERATOR-1"


class KnownPeople:
    """Who works at a store: two supervisors, and a cashier who closes no tills; an operator beside them."""

    async def of(self, store: str) -> PeopleAnswer | Refused:
        rights: tuple[Right, ...] = ("sell", "close_till", "manage")
        return PeopleAnswer(
            people=(
                Person(person=SUPERVISOR, name="Supervisor 1", role="supervisor", rights=rights),
                Person(person=SECOND_SUPERVISOR, name="Supervisor 2", role="supervisor", rights=rights),
                Person(person=CASHIER, name="Cashier 1", role="cashier", rights=("sell",)),
            )
        )

    async def operators(self) -> frozenset[str]:
        return frozenset({OPERATOR})


def close_command(evidence: Evidence | None = None, *, session: str = SESSION, **changes: str) -> CloseTill:
    """A supervisor's word that a till is closed from the back office."""
    said = {"by": SUPERVISOR, "reason": "The PC does not start", "store": "S1", **changes}
    return CloseTill.model_validate(
        {
            "message_id": uuid4(),
            "correlation_id": uuid4(),
            "occurred_at": NOON,
            "session_id": session,
            "evidence": evidence or NoEvidence(),
            **said,
        }
    )


def no_close_command(session: str = SESSION, *, by: str = SUPERVISOR) -> SayNoClose:
    return SayNoClose(
        message_id=uuid4(),
        correlation_id=uuid4(),
        occurred_at=NOON,
        by=by,
        store="S1",
        session_id=session,
        reason="The disk is lost",
    )


def scanned(closed: TillClosed) -> ScannedReport:
    """The code of the report that was printed for a close."""
    return ScannedReport(payload=close_code(closed))


def typed(closed: TillClosed, *, kept: bool = True, members: bool = True) -> TypedReport:
    """What a person types from the report that was printed for a close."""
    tenders = (
        TypedTender(tender=t.tender, counted=t.counted, kept=t.kept if kept else None) for t in closed.tenders
    )
    covered = (
        TypedMember(terminal=m.terminal, code=epoch_code(m.epoch), short_form=short_form(m.to_seq, m.to_hash))
        for m in closed.manifest
    )
    return TypedReport(tenders=tuple(tenders), members=tuple(covered) if members else ())
