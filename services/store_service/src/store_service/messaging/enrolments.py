"""Enrolling, rotating and cutting off terminals."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

import structlog
from pydantic import ValidationError

from service_kit.database import Connection
from service_kit.links import NatsLink
from service_kit.outbox import announce_events
from store_service.domain import refusals
from store_service.domain.admission import (
    Code,
    JournalKey,
    lost_keys,
    may_redeem,
    needs_fresh_key,
    told_keys,
)
from store_service.domain.wishes import Terminal
from store_service.messaging.till_service import Tills
from store_service.messaging.work import Clockwork, StoreWork
from store_service.messaging.workshop import Workshop
from store_service.persistence import identities
from store_service.persistence.histories import add_step
from store_service.persistence.terminals import read_secrets, read_terminal
from tillday_contracts.enrolment import Given, Grant, Redeem
from tillday_contracts.enrolment_codes import code_of, secret_hash
from tillday_contracts.identity_messages import (
    EnrolmentCodeIssued,
    IssueEnrolmentCode,
    KeysCompromised,
    RevokeTerminal,
    TerminalEnrolled,
    TerminalRevoked,
)
from tillday_contracts.master_data_messages import IdentityChange, IdentityStep
from tillday_contracts.messages import Command, Done, Refused
from tillday_contracts.topics import TerminalAddress, enrol_subject

log = structlog.get_logger()
Told = TypeVar("Told", TerminalEnrolled, KeysCompromised)

SECRET_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
AFTER_THAT: Final = timedelta(microseconds=1)
"""Keys that are learned at one instant have an order, too."""
NOT_VALID: Final = "This code is not valid any more: ask for a new one."


class Doorkeeper(Protocol):
    """What we ask of the door."""

    async def end(self, hashes: Sequence[bytes]) -> None:
        """Have every replica refuse these credentials."""

    async def throw_out(self, address: TerminalAddress) -> None:
        """End the terminal's connections."""


class NoDoor:
    """A broker whose users somebody else looks after."""

    async def end(self, hashes: Sequence[bytes]) -> None:
        """Nobody is told."""

    async def throw_out(self, address: TerminalAddress) -> None:
        """Nobody is thrown out."""


class Enrolments:
    """Gives terminals their identities and takes them away."""

    def __init__(self, workshop: Workshop, tills: Tills, nats: NatsLink, door: Doorkeeper) -> None:
        self._workshop = workshop
        self._tills = tills
        self._nats = nats
        self._door = door

    @property
    def _clockwork(self) -> Clockwork:
        return self._workshop.clockwork

    async def issue(self, command: IssueEnrolmentCode) -> EnrolmentCodeIssued | Refused:
        """Issue a code. It enters no table of replies: a repeat gets another one, and the former ends."""
        shown, address = code_of(self._clockwork.random_bytes(16)), _address(command)
        ended: Sequence[bytes] = ()
        async with self._workshop.begin(command.store) as work:
            refusal = await _refusal(work, command)
            if refusal is not None:
                return refusal
            expires_at = work.at + timedelta(seconds=command.valid_seconds)
            hashed = secret_hash(shown.secret)
            rotate, known = command.rotate or command.compromised, command.compromised
            code = Code(shown.code_id, address, hashed, expires_at, 0, rotate, compromised=known)
            await identities.end_codes(work.connection, address, at=work.at)
            await identities.add_code(work.connection, code, by=command.by, at=work.at)
            await _note(work, command, _kind(command))
            if command.compromised:
                ended = await self._give_up(work, command)
        if ended:
            await self._cut_off(address, ended)
        return EnrolmentCodeIssued(code=shown.text, expires_at=expires_at)

    async def _give_up(self, work: StoreWork, command: IssueEnrolmentCode) -> Sequence[bytes]:
        """End everything that a terminal proves itself with; returns the hashes of its credentials."""
        address = _address(command)
        ended = await identities.end_credentials(work.connection, address, why="compromised", at=work.at)
        key_ids = await identities.give_up_keys(work.connection, address, at=work.at)
        pepper = self._clockwork.random_bytes(SECRET_BYTES)
        await identities.change_pepper(work.connection, address, pepper)
        names = {"store": command.store, "terminal": command.terminal}
        await work.announce(command, KeysCompromised, **names, key_ids=key_ids)
        # The list that the terminal holds was made with the former pepper: it fetches another one.
        await work.tell_people_changed()
        return ended

    async def revoke(self, command: RevokeTerminal) -> Done | Refused:
        """Cut a terminal off. A repeat throws it out again."""
        address = _address(command)
        async with self._workshop.begin(command.store) as work:
            refusal = await _refusal(work, command)
            if refusal is not None:
                return refusal
            await identities.end_codes(work.connection, address, at=work.at)
            ended = await identities.end_credentials(work.connection, address, why="revoked", at=work.at)
            if ended:
                names = {"store": command.store, "terminal": command.terminal}
                await work.announce(command, TerminalRevoked, **names, by=command.by, reason=command.reason)
                await _note(work, command, "revoked", command.reason)
        await self._cut_off(address, ended)
        return Done()

    async def _cut_off(self, address: TerminalAddress, ended: Sequence[bytes]) -> None:
        # The others first: a terminal that is thrown out knocks again at once, at any replica.
        await self._door.end(ended)
        await self._door.throw_out(address)

    async def redeem(self, subject: str, body: bytes) -> None:
        """Answer a terminal that got in with a code, on the topic that only the holder of the code hears."""
        code_id = subject.split(".")[1]
        try:
            asked = Redeem.model_validate_json(body)
        except ValidationError as error:
            log.warning("an enrolment that cannot be read", code_id=code_id, errors=error.error_count())
            return
        given = await self._give(code_id, asked)
        await self._nats.publish(enrol_subject(code_id, "given"), given.model_dump_json().encode())

    async def _give(self, code_id: str, asked: Redeem) -> Given:
        nonce = secret_hash(asked.nonce)
        at = self._clockwork.now()
        secret = self._clockwork.random_bytes(SECRET_BYTES).hex()
        async with self._workshop.database.transaction() as connection:
            code = await identities.read_code_row(connection, code_id, lock=True)
            if code is None or not may_redeem(code, nonce, at=at):
                return Given(nonce=asked.nonce, refusal=NOT_VALID)
            store, name = code.address.store, code.address.terminal
            terminal = await read_terminal(connection, store, name)
            secrets = await read_secrets(connection, store, name)
            if terminal is None or secrets is None:
                return Given(nonce=asked.nonce, refusal=NOT_VALID)
            await identities.redeem(connection, code_id, nonce)
            hashed = secret_hash(secret)
            ended = await identities.add_credential(connection, code.address, hashed, code_id=code_id, at=at)
            told = told_keys(code, asked.held)
            held = await self._keys(connection, code, told, at=at)
            enrolled = IdentityChange(terminal=name, at=at, step="enrolled")
            await add_step(connection, store, enrolled)
            event = self._event(TerminalEnrolled, code, key_id=held[0].key_id)
            await announce_events(connection, event)
        await self._door.end(ended)
        for key in held:
            if key is held[0] or key.key_id in told:
                await self._tell_ledger(event, terminal, key)
        grant = _grant(terminal, held, password=secret, pepper=secrets.pepper)
        return Given(nonce=asked.nonce, grant=grant)

    async def _keys(
        self, connection: Connection, code: Code, told: Mapping[str, str], *, at: datetime
    ) -> list[JournalKey]:
        """Return the key to give with a code, then those before it; what the terminal tells is learned again.

        None is given that others may know.
        """
        lost = lost_keys(await identities.read_keys(connection, code.address), told)
        for key in lost:
            at += AFTER_THAT
            await identities.add_told_key(connection, code.address, key, at=at)
        given_up = tuple(key.key_id for key in lost if key.compromised)
        if given_up:
            await identities.give_up(connection, code.address, given_up, at=at)
            await announce_events(connection, self._event(KeysCompromised, code, key_ids=given_up))
        held = await identities.read_keys(connection, code.address)
        if needs_fresh_key(code, held):
            drawn = self._clockwork.random_bytes
            fresh = JournalKey(drawn(KEY_ID_BYTES).hex(), drawn(SECRET_BYTES))
            await identities.add_key(
                connection, code.address, fresh, code_id=code.code_id, at=at + AFTER_THAT
            )
            held = await identities.read_keys(connection, code.address)
        return held

    def _event(self, kind: type[Told], code: Code, **fields: Any) -> Told:
        message_id = self._clockwork.new_id()
        return kind(
            message_id=message_id,
            correlation_id=message_id,
            causation_id=message_id,
            occurred_at=self._clockwork.now(),
            store=code.address.store,
            terminal=code.address.terminal,
            **fields,
        )

    async def _tell_ledger(self, cause: TerminalEnrolled, terminal: Terminal, key: JournalKey) -> None:
        names = {"store": terminal.store, "terminal": terminal.terminal, "till": terminal.till}
        asked = Command(
            message_id=cause.message_id,
            correlation_id=cause.correlation_id,
            occurred_at=cause.occurred_at,
            by="ENROLMENT",
        )
        await self._tills.register_key(asked, {**names, "key_id": key.key_id, "journal_key": key.key.hex()})


def _grant(terminal: Terminal, held: Sequence[JournalKey], *, password: str, pepper: bytes) -> Grant:
    key, former = held[0], held[1:]
    return Grant(
        store=terminal.store,
        terminal=terminal.terminal,
        till=terminal.till,
        name=terminal.name,
        mqtt_password=password,
        key_id=key.key_id,
        journal_key=key.key.hex(),
        pepper=pepper.hex(),
        compromised=bool(former) and former[0].compromised,
        given_up=tuple(sorted(one.key_id for one in held if one.compromised)),
    )


async def _refusal(work: StoreWork, command: IssueEnrolmentCode | RevokeTerminal) -> Refused | None:
    if await read_terminal(work.connection, command.store, command.terminal) is None:
        return refusals.unknown_terminal(command.store, command.terminal)
    return (await work.management()).refused(command.by)


def _kind(command: IssueEnrolmentCode) -> IdentityStep:
    if command.compromised:
        return "compromised"
    return "rotation_issued" if command.rotate else "code_issued"


async def _note(
    work: StoreWork,
    command: IssueEnrolmentCode | RevokeTerminal,
    step: IdentityStep,
    reason: str | None = None,
) -> None:
    change = IdentityChange(terminal=command.terminal, at=work.at, step=step, by=command.by, reason=reason)
    await add_step(work.connection, command.store, change)


def _address(command: IssueEnrolmentCode | RevokeTerminal) -> TerminalAddress:
    return TerminalAddress(command.store, command.terminal)
