"""Example messages about the identities of terminals."""

from datetime import timedelta

from pydantic import BaseModel

from tillday_contracts import enrolment, identity_messages, master_data_messages, messages
from tillday_contracts.enrolment_codes import code_of
from tillday_contracts.example_entries import HASH, KEY_ID, MORNING, STORE, SUPERVISOR, TERMINAL, TILL
from tillday_contracts.example_link import KEY
from tillday_contracts.example_messages import CAUSATION_ID, CORRELATION_ID, MESSAGE_ID

_IDS = {"message_id": MESSAGE_ID, "correlation_id": CORRELATION_ID, "occurred_at": MORNING}
_PLACE = {"store": STORE, "terminal": TERMINAL}
_CODE = code_of(bytes(range(16))).text


def identity_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    return {**_link(), **_requests(), **_events()}


def _link() -> dict[str, BaseModel]:
    grant = enrolment.Grant(
        store=STORE,
        terminal=TERMINAL,
        till=TILL,
        name="Till at the door",
        mqtt_password="0" * 64,
        key_id=KEY_ID,
        journal_key=KEY.hex(),
        pepper=KEY[::-1].hex(),
    )
    return {
        "link.invitation": enrolment.Invitation(mqtt_url="mqtts://broker.example:8883", code=_CODE),
        "link.redeem": enrolment.Redeem(nonce=HASH),
        "link.given": enrolment.Given(nonce=HASH, grant=grant),
    }


def _requests() -> dict[str, BaseModel]:
    by = {**_IDS, "by": SUPERVISOR, **_PLACE}
    return {
        "request.issue_enrolment_code": identity_messages.IssueEnrolmentCode.model_validate(by),
        "request.revoke_terminal": identity_messages.RevokeTerminal.model_validate(
            {**by, "reason": "The terminal was stolen"}
        ),
        "reply.enrolment_code_issued": identity_messages.EnrolmentCodeIssued(
            code=_CODE, expires_at=MORNING + timedelta(minutes=15)
        ),
        **_terminals(),
    }


def _terminals() -> dict[str, BaseModel]:
    known = master_data_messages.StoreTerminal(
        terminal=TERMINAL, till=TILL, name="Till at the door", enrolled_at=MORNING
    )
    step = master_data_messages.IdentityChange(
        terminal=TERMINAL, at=MORNING, step="code_issued", by=SUPERVISOR
    )
    return {
        "request.store_terminals": master_data_messages.StoreTerminals(store=STORE),
        "reply.store_terminal_list": master_data_messages.StoreTerminalList(
            terminals=(known,), steps=(step,)
        ),
    }


def _events() -> dict[str, BaseModel]:
    misuse = {"misuse": "wrong_secret", "host": "192.0.2.7", "times": 3, "last_at": MORNING}
    return {
        "event.terminal_enrolled": _told(identity_messages.TerminalEnrolled, key_id=KEY_ID),
        "event.terminal_revoked": _told(
            identity_messages.TerminalRevoked, by=SUPERVISOR, reason="The terminal was stolen"
        ),
        "event.keys_compromised": _told(identity_messages.KeysCompromised, key_ids=(KEY_ID,)),
        "event.credential_misused": _told(identity_messages.CredentialMisused, **misuse),
    }


def _told(event: type[messages.Event], **fields: object) -> messages.Event:
    return event.model_validate({**_IDS, "causation_id": CAUSATION_ID, **_PLACE, **fields})
