"""Redeeming an invitation: a one-time code, over the terminal's own kind of link, for an identity."""

import asyncio
from typing import Final

from pydantic import ValidationError

from terminal_agent.enrolment import NotEnrolled
from terminal_agent.link.connection import Address, Connection, Happening, LinkDown, Message
from tillday_contracts.enrolment import EnrolmentBundle, Given, Grant, HeldKeys, Invitation, Redeem
from tillday_contracts.enrolment_codes import ENROL_USER, EnrolmentCode, NoCode, read_code
from tillday_contracts.topics import enrol_topic

ANSWER_SECONDS: Final = 5.0
TRIES: Final = 3
PAUSE_SECONDS: Final = 1.0


async def redeem(invitation: Invitation, nonce: str, held: HeldKeys | None = None) -> EnrolmentBundle:
    """Return the enrolment that an invitation is good for; `held` are the keys that the journal has by now.

    Raises NotEnrolled.

    The same nonce may be tried again while the code is valid: an answer that was lost is given anew.
    """
    asked = Redeem(nonce=nonce, held=held)
    try:
        code = read_code(invitation.code)
    except NoCode as error:
        raise NotEnrolled(f"This is no enrolment code: {error}.") from None
    trouble = ""
    for tried in range(TRIES):
        if tried:
            await asyncio.sleep(PAUSE_SECONDS)
        if tried == TRIES - 1:
            # A back office that is older than this agent does not answer what it does not know.
            asked = Redeem(nonce=nonce)
        try:
            return _bundle(invitation, await _ask(invitation, code, asked))
        except LinkDown as down:
            trouble = str(down)
    raise NotEnrolled(
        f"This terminal cannot be enrolled: {trouble}. Try again, with a new code if this one is older than "
        "a quarter of an hour or was used."
    )


async def _ask(invitation: Invitation, code: EnrolmentCode, asked: Redeem) -> Grant:
    happenings: asyncio.Queue[Happening] = asyncio.Queue()
    address = Address(invitation.mqtt_url, code.client_id, ENROL_USER, code.text, invitation.broker_ca)
    connection = Connection(address, None, happenings)
    try:
        await connection.open()
        await connection.subscribe([enrol_topic(code.code_id, "given")])
        said = asked.model_dump_json(exclude_none=True).encode()
        connection.publish(enrol_topic(code.code_id, "redeem"), said)
        async with asyncio.timeout(ANSWER_SECONDS):
            return await _answer(happenings, asked.nonce)
    except TimeoutError:
        raise LinkDown("the back office does not answer") from None
    finally:
        await connection.close()


async def _answer(happenings: "asyncio.Queue[Happening]", nonce: str) -> Grant:
    while True:
        happening = await happenings.get()
        if not isinstance(happening, Message):
            raise LinkDown(happening.reason)
        try:
            given = Given.model_validate_json(happening.payload)
        except ValidationError:
            continue
        if given.nonce != nonce:
            continue
        if given.grant is None:
            raise NotEnrolled(given.refusal or "The back office refuses this code.")
        return given.grant


def _bundle(invitation: Invitation, grant: Grant) -> EnrolmentBundle:
    return EnrolmentBundle(
        mqtt_url=invitation.mqtt_url,
        broker_ca=invitation.broker_ca,
        mqtt_user=f"{grant.store}.{grant.terminal}",
        **grant.model_dump(),
    )
