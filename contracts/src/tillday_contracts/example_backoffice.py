"""Example messages of the back office's own service."""

from datetime import date

from pydantic import BaseModel

from tillday_contracts.backoffice_messages import (
    AuditHead,
    AuditVerified,
    DefineLogin,
    ForgetAuthenticator,
    OperatorList,
    Operators,
    VerifyAudit,
)
from tillday_contracts.example_entries import MORNING, STORE, SUPERVISOR
from tillday_contracts.example_messages import CORRELATION_ID, MESSAGE_ID


def backoffice_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    return {
        "request.define_login": DefineLogin(
            message_id=MESSAGE_ID,
            correlation_id=CORRELATION_ID,
            occurred_at=MORNING,
            by=SUPERVISOR,
            person=SUPERVISOR,
            name="Supervisor 1",
            role="supervisor",
            stores=(STORE,),
            password="a long enough password",  # noqa: S106  # an example
        ),
        "request.operators": Operators(),
        "reply.operator_list": OperatorList(operators=("OPERATOR-1",)),
        "request.forget_authenticator": ForgetAuthenticator(
            message_id=MESSAGE_ID,
            correlation_id=CORRELATION_ID,
            occurred_at=MORNING,
            by="OPERATOR-1",
            person=SUPERVISOR,
            reason="The phone is lost",
        ),
        "request.verify_audit": VerifyAudit(known="1204:9b2d77c1"),
        "reply.audit_verified": AuditVerified(
            acts=1260,
            hash="5e" * 32,
            heads=(AuditHead(day=date(2026, 3, 14), place=1204, hash="9b2d77c1" * 8, signature="0c" * 64),),
            public_key="7a" * 32,
        ),
    }
