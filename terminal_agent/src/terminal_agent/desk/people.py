"""Who is at the terminal: PINs checked against verifiers, sessions in memory, delays after wrong ones."""

import asyncio
import hmac
from dataclasses import dataclass, replace
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from terminal_agent.core.commands import Actor, Approver
from terminal_agent.core.pins import (
    ALARM_AFTER,
    FREE_TRIES,
    FREE_TRIES_OF_ALL,
    Tries,
    after_restart,
    list_is_fresh,
    seconds_left,
    verifier_of,
    wrong_again,
)
from terminal_agent.desk.book import EVERYBODY, Book
from terminal_agent.desk.refused import refused
from tillday_contracts.asks import TerminalPerson
from tillday_contracts.entries import PinRefused, SignedIn

_HASH_BYTES: Final = 32
_NOBODY: Final = TerminalPerson(
    person="NOBODY",
    name="Nobody",
    role="cashier",
    rights=(),
    salt="0" * 32,
    memory_kib=19456,
    passes=2,
    lanes=1,
    verifier="0" * 64,
)


@dataclass(frozen=True, slots=True)
class _Session:
    person: str
    used_at: float


class People:
    """The people of this terminal, as their PINs prove them."""

    def __init__(self, book: Book, *, pepper: bytes, idle_seconds: float) -> None:
        self._book = book
        self._pepper = pepper
        self._idle_seconds = idle_seconds
        self._sessions: dict[str, _Session] = {}
        self._tries: dict[str, Tries] = {}
        self._asking = asyncio.Lock()

    def restore_tries(self) -> None:
        """Take over the wrong PINs counted before a restart: it frees nobody."""
        at = self._book.world.monotonic()
        for person, count in self._book.memory.wrong_pins.items():
            self._tries[person] = after_restart(count, at=at, free=_free(person))

    @property
    def present(self) -> str | None:
        """Who signed in last and is still there."""
        alive = [token for token in self._sessions if self._alive(token)]
        return self._sessions[alive[-1]].person if alive else None

    async def sign_in(self, person: str, pin: str) -> str:
        """Check a PIN and return the token of the person's session. Raises Refused."""
        found = await self._checked(person, pin)
        async with self._book.turn:
            await self._book.write((SignedIn(person=found.person),))
        self._tries = {name: t for name, t in self._tries.items() if name not in (person, EVERYBODY)}
        self._book.notes.pop("pins", None)
        token = self._book.world.random_bytes(32).hex()
        self._sessions[token] = _Session(found.person, self._book.world.monotonic())
        return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._sessions.pop(token, None)

    def person_of(self, token: str | None) -> str | None:
        """Return who is signed in under a token, None where nobody is; looking keeps no session alive."""
        return self._sessions[token].person if token is not None and self._alive(token) else None

    def actor(self, token: str | None) -> Actor:
        """Return who acts. Raises Refused where nobody is signed in under this token."""
        if token is None or not self._alive(token):
            self._sessions.pop(token or "", None)
            raise refused("not_signed_in", "Nobody is signed in: sign in with your PIN.")
        session = replace(self._sessions[token], used_at=self._book.world.monotonic())
        self._sessions[token] = session
        return _actor(self._book.memory.people[session.person])

    def _alive(self, token: str) -> bool:
        session = self._sessions.get(token)
        if session is None or session.person not in self._book.memory.people:
            return False
        return self._book.world.monotonic() - session.used_at < self._idle_seconds

    async def approver(self, person: str, pin: str, reason: str | None) -> Approver:
        """Check an approver's PIN. Raises Refused."""
        memory = self._book.memory
        fetched = memory.people_list.at if memory.people_list is not None else None
        days = memory.settings.policies.people_max_age_days if memory.settings is not None else 0
        if not list_is_fresh(fetched, now=self._book.world.now(), max_age_days=days):
            raise refused(
                "people_too_old",
                f"The list of people is older than {days} days: connect this terminal first.",
            )
        return Approver(_actor(await self._checked(person, pin)), reason)

    async def _checked(self, person: str, pin: str) -> TerminalPerson:
        async with self._asking:  # one guess at a time, or many at once would cost one delay
            self._refuse_haste(person)
            known = self._book.memory.people.get(person)
            stretched = await asyncio.to_thread(_stretch, known or _NOBODY, pin)
            verifier = verifier_of(self._pepper, stretched)
            if known is not None and hmac.compare_digest(verifier, known.verifier):
                return known
            await self._note_wrong(person, known=known is not None)
        raise refused("wrong_pin", "This PIN is not right for this person: check both and try again.")

    def _refuse_haste(self, person: str) -> None:
        at = self._book.world.monotonic()
        wait = max(seconds_left(self._tries.get(name, Tries()), at=at) for name in (person, EVERYBODY))
        if wait > 0:
            seconds = int(wait) + 1
            text = f"Too many wrong PINs: wait {seconds} seconds, then try again."
            raise refused("wait", text, seconds=seconds)

    async def _note_wrong(self, person: str, *, known: bool) -> None:
        at = self._book.world.monotonic()
        for name in (person, EVERYBODY):
            if name == EVERYBODY or known:
                tries = self._tries.get(name, Tries())
                self._tries[name] = wrong_again(tries, at=at, free=_free(name))
        if self._tries[EVERYBODY].in_a_row >= ALARM_AFTER:
            self._book.notes["pins"] = f"{self._tries[EVERYBODY].in_a_row} wrong PINs in a row."
        if known and self._book.broken is None:
            entry = PinRefused(person=person, in_a_row=self._tries[person].in_a_row)
            async with self._book.turn:
                await self._book.write((entry,))


def _free(person: str) -> int:
    return FREE_TRIES_OF_ALL if person == EVERYBODY else FREE_TRIES


def _actor(person: TerminalPerson) -> Actor:
    return Actor(person.person, frozenset(person.rights))


def _stretch(person: TerminalPerson, pin: str) -> bytes:
    return hash_secret_raw(
        pin.encode(),
        bytes.fromhex(person.salt),
        time_cost=person.passes,
        memory_cost=person.memory_kib,
        parallelism=person.lanes,
        hash_len=_HASH_BYTES,
        type=Type.ID,
    )
