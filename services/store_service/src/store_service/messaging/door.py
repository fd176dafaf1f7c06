"""The doorkeeper: answers the broker about terminals, also while the database is away, and throws out."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import structlog
from nats.aio.msg import Msg

from service_kit.backoff import together
from service_kit.database import Database
from service_kit.failures import describe
from service_kit.links import NatsLink
from store_service.domain.admission import (
    Admitted,
    Known,
    Turned,
    admit,
    admit_to_enrol,
    code_in,
    terminal_user,
)
from store_service.messaging.broker_tokens import Asked, Signer, Unreadable, read_question
from store_service.messaging.misuses import Misuses
from store_service.messaging.work import Clockwork
from store_service.persistence.identities import count_wrong_try, end_older, read_code_row, read_credentials
from tillday_contracts.enrolment_codes import ENROL_USER
from tillday_contracts.topics import TerminalAddress

log = structlog.get_logger()

QUESTIONS: Final = "$SYS.REQ.USER.AUTH"
CONNECTIONS: Final = "$SYS.REQ.SERVER.PING.CONNZ"
ENDED: Final = "tillday.door.ended.v1"
HERE: Final = "tillday.door.here.v1"
QUEUE: Final = "door"
RELOAD_SECONDS: Final = 20.0
HERE_SECONDS: Final = 3.0
GONE_SECONDS: Final = 10.0
PEERS_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 1.0
COLLECT_SECONDS: Final = 0.5
MOST_LOOKS: Final = 64
MOST_WRONG_A_MINUTE: Final = 20


class Door:
    """One replica's doorkeeper, on a connection of its own to the broker's system account.

    What it knows of credentials is kept in memory: it answers while the database is away. Credentials that
    ended are told to all replicas, remembered apart from what was read, and looked at first.
    """

    def __init__(
        self,
        link: Callable[[], NatsLink],
        signer: Signer,
        database: Database,
        clockwork: Clockwork,
        *,
        name: str,
    ) -> None:
        self._make_link = link
        self._signer = signer
        self._database = database
        self._clockwork = clockwork
        self._name = name
        self._link: NatsLink | None = None
        self._known: Known = {}
        self._ended: set[bytes] = set()
        self._used: set[bytes] = set()
        self._peers: dict[str, float] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self._wrong_codes: dict[str, list[float]] = {}
        self._reading = asyncio.Lock()
        self._read_at: float | None = None
        self.misuses = Misuses(database, clockwork)

    async def answers(self) -> bool:
        """Whether the broker's questions reach us; for readiness."""
        return self._link is not None and self._link.connected and bool(self._peers)

    async def run(self) -> None:
        """Answer until cancelled."""
        self._link = link = self._make_link()
        try:
            await link.start()
            client = link.client
            await client.subscribe(ENDED, cb=self._take_ended)
            await client.subscribe(HERE, cb=self._take_peer)
            await client.subscribe(QUESTIONS, queue=QUEUE, cb=self._answer)
            await together(
                self._every(RELOAD_SECONDS, self._reload),
                self._every(HERE_SECONDS, self._say_here),
                self._every(1.0, self._write_down),
                self._every(RELOAD_SECONDS, self.misuses.pass_time),
            )
        finally:
            for look in self._looks:
                look.cancel()
            await link.stop()

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception as error:
                log.info("the door tries again", reason=describe(error))
            await asyncio.sleep(seconds)

    # --- the broker's questions --------------------------------------------------------------------------

    async def _answer(self, message: Msg) -> None:
        try:
            asked = read_question(message.data)
        except Unreadable as error:
            log.error("a question at the door cannot be read", reason=str(error))
            return
        decision = self._decide(asked)
        if isinstance(decision, Admitted) or decision.misuse not in ("wrong_secret", "wrong_code"):
            await self._reply(message, asked, decision)
        elif len(self._looks) < MOST_LOOKS:
            look = asyncio.create_task(self._look_again(message, asked))
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)

    def _decide(self, asked: Asked) -> Admitted | Turned:
        if asked.knock.user == ENROL_USER:
            return Turned("wrong_code", None)
        return admit(self._known, self._ended, asked.knock)

    async def _look_again(self, message: Msg, asked: Asked) -> None:
        """What we do not know may be in the database: a credential that another replica gave, or a code."""
        decision = self._decide(asked)
        began = time.monotonic()
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                if asked.knock.user == ENROL_USER:
                    decision = await self._look_at_code(asked)
                else:
                    await self._read_again(unless_since=began)
                    decision = self._decide(asked)
        except Exception as error:
            log.warning("the door cannot look into the database", reason=describe(error))
        await self._reply(message, asked, decision)

    async def _look_at_code(self, asked: Asked) -> Admitted | Turned:
        shown, host = code_in(asked.knock), asked.knock.host
        recent = [at for at in self._wrong_codes.get(host, ()) if at > time.monotonic() - 60]
        if shown is None or len(recent) >= MOST_WRONG_A_MINUTE:
            return Turned("wrong_code", None)
        async with self._database.transaction() as connection:
            code = await read_code_row(connection, shown.code_id)
            decision = admit_to_enrol(code, asked.knock, at=self._clockwork.now())
            if isinstance(decision, Turned):
                self._wrong_codes[host] = [*recent, time.monotonic()]
                await count_wrong_try(connection, shown.code_id)
        return decision

    async def _reply(self, message: Msg, asked: Asked, decision: Admitted | Turned) -> None:
        at, token_id = self._clockwork.now(), self._clockwork.new_id().hex
        if isinstance(decision, Admitted):
            self._note_use(asked.knock.user, decision)
            await message.respond(self._signer.admit(asked, decision, at=at, token_id=token_id))
            return
        knock = asked.knock
        log.warning("turned away at the door", why=decision.misuse, user=knock.user[:40], host=knock.host)
        self.misuses.note(decision, asked.knock.host)
        await message.respond(self._signer.turn_away(asked, at=at, token_id=token_id))

    # --- what we know ------------------------------------------------------------------------------------

    async def _read_again(self, *, unless_since: float = float("inf")) -> None:
        async with self._reading:
            if self._read_at is not None and self._read_at > unless_since:
                return
            began = time.monotonic()
            async with self._database.connection() as connection:
                self._known = await read_credentials(connection)
            self._read_at = began

    async def _reload(self) -> None:
        """Read everything; whoever lost a credential while nobody heard of it is refused and thrown out."""
        first = self._read_at is None
        await self._read_again()
        ended = [one for held in self._known.values() for one in held if one.ended]
        missed = [one for one in ended if one.secret_hash not in self._ended]
        self._ended |= {one.secret_hash for one in ended}
        if first or not missed:
            return
        await self.end([one.secret_hash for one in missed])  # the other replicas have not looked yet
        for address in {one.address for one in missed}:
            if not self._live(terminal_user(address)):
                await self.throw_out(address)

    def _live(self, user: str) -> int:
        return sum(not one.ended for one in self._known.get(user, ()))

    def _note_use(self, user: str, decision: Admitted) -> None:
        """A credential that is used for the first time beside an older one replaces it."""
        if decision.credential is not None and self._live(user) > 1:
            self._used.add(decision.credential)

    async def _write_down(self) -> None:
        await self.misuses.write_down()
        for used in tuple(self._used):
            async with self._database.transaction() as connection:
                replaced = await end_older(connection, used, at=self._clockwork.now())
            self._used.discard(used)
            await self.end(replaced)

    # --- the end of credentials --------------------------------------------------------------------------

    async def end(self, hashes: Sequence[bytes]) -> None:
        """Have every replica refuse these; returns when those that are there have said so, or after 2 s."""
        self._ended |= set(hashes)
        if self._link is None or not hashes:
            return
        awaited = {name for name, at in self._peers.items() if at > time.monotonic() - GONE_SECONDS}
        body = json.dumps([one.hex() for one in hashes]).encode()
        async for answer in self._answers(ENDED, body, PEERS_SECONDS):
            awaited.discard(answer.data.decode(errors="replace"))
            if not awaited:
                return

    async def throw_out(self, address: TerminalAddress) -> None:
        """End the terminal's connections; twice, for one that was being let in meanwhile."""
        for pause in (0.0, 1.0):
            await asyncio.sleep(pause)
            await self._throw_out(address)

    async def _throw_out(self, address: TerminalAddress) -> None:
        wanted = json.dumps({"mqtt_client": address.client_id, "auth": True}).encode()
        async for answer in self._answers(CONNECTIONS, wanted, COLLECT_SECONDS):
            told = json.loads(answer.data)
            for one in told.get("data", {}).get("connections") or ():
                if one.get("authorized_user") != terminal_user(address):
                    continue
                kick = f"$SYS.REQ.SERVER.{told['server']['id']}.KICK"
                # A request, though the answer says nothing: the broker ignores one that wants none.
                await self._client.request(kick, json.dumps({"cid": one["cid"]}).encode(), timeout=2)
                log.warning("a terminal was thrown out", store=address.store, terminal=address.terminal)

    @property
    def _client(self) -> Any:
        assert self._link is not None
        return self._link.client

    async def _answers(self, subject: str, body: bytes, seconds: float) -> Any:
        """Everything that answers within these seconds."""
        inbox = self._client.new_inbox()
        answers = await self._client.subscribe(inbox)
        try:
            await self._client.publish(subject, body, reply=inbox)
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                try:
                    yield await answers.next_msg(left)
                except Exception:
                    return
        finally:
            with suppress(Exception):
                await answers.unsubscribe()

    async def _take_ended(self, message: Msg) -> None:
        self._ended |= _hashes(message.data)
        await message.respond(self._name.encode())

    async def _take_peer(self, message: Msg) -> None:
        self._peers[message.data.decode(errors="replace")] = time.monotonic()

    async def _say_here(self) -> None:
        await self._client.publish(HERE, self._name.encode())


def _hashes(body: bytes) -> set[bytes]:
    with suppress(ValueError, TypeError):
        return {bytes.fromhex(one) for one in json.loads(body)}
    return set()
