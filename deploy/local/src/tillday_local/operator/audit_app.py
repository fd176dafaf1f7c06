"""The commands of whoever answers for the back office: `tillday audit`."""

from __future__ import annotations

from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Work, asks

audit_app = typer.Typer(
    help="The back office's audit trail: was it changed? And authenticators that were lost.",
    no_args_is_help=True,
)


@asks(audit_app, "verify")
def audit_verify(
    asking: Asking,
    *,
    known: Annotated[
        str | None, typer.Option(metavar="PLACE:HASH", help="A head that you wrote down earlier.")
    ] = None,
) -> Work:
    """Walk along the whole trail; exit code 1 and the act's number where it was changed."""
    from tillday_local.operator.audit import verify_audit

    return verify_audit(asking, known)


@asks(audit_app, "forget-authenticator", by="OPERATOR-1")
def audit_forget_authenticator(
    asking: Asking,
    person: Annotated[str, typer.Argument(help="Who lost it, for example SUPERVISOR-1.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stays in the trail.")],
) -> Work:
    """Let somebody set up another authenticator. Be sure who asks."""
    from tillday_local.operator.audit import forget_authenticator

    return forget_authenticator(asking, person, reason)
