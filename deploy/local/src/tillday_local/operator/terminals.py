"""What `tillday terminal` does: invite terminals, rotate what they prove themselves with, cut them off."""

from __future__ import annotations

from pathlib import Path

from tillday_contracts.enrolment import Invitation
from tillday_contracts.identity_messages import EnrolmentCodeIssued, IssueEnrolmentCode, RevokeTerminal
from tillday_contracts.messages import Done
from tillday_local.folder import FolderUnusable, replace_private
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import BrokerLogin, find_broker_login, find_mqtt_url
from tillday_local.service_client import CommandRefused


async def issue_code(
    asking: Asking, terminal: str, *, file: Path | None, rotate: bool = False, compromised: bool = False
) -> int:
    """Issue a one-time code; with `file`, as an invitation that an agent redeems by itself."""
    login = find_broker_login(asking.where)
    command = IssueEnrolmentCode.model_validate(
        {**asking.command(), "terminal": terminal, "rotate": rotate, "compromised": compromised}
    )
    try:
        async with login.connect() as client:
            issued = await client.ask(command, EnrolmentCodeIssued)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    until = issued.expires_at.astimezone().strftime("%H:%M")
    if file is None:
        asking.show(issued, f"The code for {terminal}, good for one use until {until}: {issued.code}")
        return 0
    _write(file, asking, login, issued)
    asking.say(f"{file} invites {terminal} until {until}; its agent redeems it with enrol --invitation")
    return 0


async def revoke(asking: Asking, terminal: str, reason: str) -> int:
    """Cut a terminal off at once."""
    command = RevokeTerminal.model_validate({**asking.command(), "terminal": terminal, "reason": reason})
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(command, Done)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(
        answer, f"{terminal} is cut off. To let it in again: ./tillday terminal enrol-code {terminal}"
    )
    return 0


def _write(file: Path, asking: Asking, login: BrokerLogin, issued: EnrolmentCodeIssued) -> None:
    try:
        ca = None if login.ca is None else login.ca.read_text(encoding="ascii")
        invitation = Invitation(mqtt_url=find_mqtt_url(asking.where), broker_ca=ca, code=issued.code)
        replace_private(file, invitation.model_dump_json())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FolderUnusable(f"{error.filename or file} cannot be used: {reason}") from None
