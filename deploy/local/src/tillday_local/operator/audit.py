"""What `tillday audit` does: walk along the audit trail, and let somebody set up another authenticator."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from tillday_contracts.backoffice_messages import AuditVerified, ForgetAuthenticator, VerifyAudit
from tillday_contracts.messages import Done
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import headed_table
from tillday_local.service_client import CommandRefused

SHOWN_DIGITS = 12
FAULT_FOUND = 1


async def verify_audit(asking: Asking, known: str | None) -> int:
    """Say whether the audit trail is as it was written; 1 where it is not."""
    async with find_broker_login(asking.where).connect() as client:
        answer = await client.ask(VerifyAudit(known=known), AuditVerified)
    asking.show(answer, *audit_tables(answer))
    return FAULT_FOUND if answer.fault else 0


def audit_tables(answer: AuditVerified) -> list[RenderableType]:
    """Return what was found, and the heads to keep elsewhere."""
    if answer.fault:
        found = f"The audit trail is not as it was written. {answer.fault.text}"
    else:
        found = f"{answer.acts} acts are as they were written, in their order."
    heads = headed_table("Signed heads", "Day (UTC)", "Keep this elsewhere")
    for head in answer.heads:
        heads.add_row(head.day.isoformat(), f"{head.place}:{head.hash[:SHOWN_DIGITS]}")
    return [Text(found), heads] if answer.heads else [Text(found)]


async def forget_authenticator(asking: Asking, person: str, reason: str) -> int:
    """Let somebody who lost the authenticator set up another."""
    wish = ForgetAuthenticator.model_validate({**asking.ids(), "person": person, "reason": reason})
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(wish, Done)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, Text(f"{person} can set up another authenticator now, and has to sign in again."))
    return 0
