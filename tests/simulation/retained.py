"""What is retained for each terminal: the desired state as the store service makes it of its tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from simulation.memory_ledger import Database
from simulation.tables import Tables
from store_service.domain.revisions import Raise, compare_held, next_revision
from store_service.domain.tills import Host, KnownSession, desired_till, joined_till, newest
from store_service.domain.wishes import desired_content
from tillday_contracts.link import Hello
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import Desired, DesiredContent, Revision, seal_desired


class Retained:
    """Publishes desired states. `publish` takes what is retained for a terminal."""

    def __init__(self, database: Database, publish: Callable[[TerminalAddress, Desired], None]) -> None:
        self._database = database
        self._publish = publish
        self._told: tuple[Tables, int] = (database.tables, -1)

    def tell_news(self) -> None:
        """Publish what changed since the last time, where the ledger told of anything."""
        tables = self._database.tables
        if tables is not self._told[0] or tables.news != self._told[1]:
            self.tell()

    def tell(self) -> None:
        """Publish what changed of any terminal's desired state."""
        tables = self._database.tables
        self._told = tables, tables.news
        for address in tables.wished:
            made_of = _made_of(tables, address)
            before = tables.desired.get(address)
            if before is not None and tables.told.get(address) == made_of:
                continue
            tables.told[address] = made_of
            fresh = seal_desired(_content(tables, address), 0)
            rev = 0 if before is None else before.rev
            rev = next_revision(rev, digest=before.digest if before else None, new_digest=fresh.digest)
            if before is None or rev != before.rev:
                tables.desired[address] = fresh.model_copy(update={"rev": rev})
                self._publish(address, tables.desired[address])

    def greet(self, address: TerminalAddress, hello: Hello, now: datetime) -> None:
        """Look at what a terminal holds; after a restored database ours must rise above it."""
        tables = self._database.tables
        tables.heard[address] = now
        ours = tables.desired.get(address)
        if ours is None:
            return
        compared = compare_held(Revision(rev=ours.rev, digest=ours.digest), hello.desired)
        if isinstance(compared, Raise):
            ours = tables.desired[address] = ours.model_copy(update={"rev": compared.rev})
        if compared != "same":
            self._publish(address, ours)


def _made_of(tables: Tables, address: TerminalAddress) -> tuple[object, ...]:
    """Return everything that a desired state is made of: without a change there, it is the same."""
    wished, asked = tables.wished[address], tables.asking.get(address)
    known = [_known(tables, till) for till in (wished.till, asked) if till is not None]
    members = [tables.members.get(session.session_id) for sessions in known for session in sessions]
    return (wished, tables.store, known, members, tables.late.claimed.get(wished.till))


def _content(tables: Tables, address: TerminalAddress) -> DesiredContent:
    wished, asked = tables.wished[address], tables.asking.get(address)
    own = _known(tables, wished.till)
    host = Host(address.terminal, wished.turn)
    claims = tables.late.claimed.get(wished.till, ())
    tills = [desired_till(wished.till, own, claims, host=host, members=_members(tables, own))]
    if asked not in (None, wished.till):
        assert asked is not None
        sessions = _known(tables, asked)
        hosts = (Host(at.terminal, other.turn) for at, other in tables.wished.items() if other.till == asked)
        told = joined_till(asked, sessions, host=next(hosts, None), members=_members(tables, sessions))
        tills.append(told)
    return desired_content(wished, tables.store, people_rev=0, tills=tuple(tills))


def _known(tables: Tables, till: str) -> list[KnownSession]:
    return [session for session in tables.known.values() if session.till == till]


def _members(tables: Tables, sessions: list[KnownSession]) -> tuple[str, ...]:
    session = newest(sessions[0].till, sessions) if sessions else None
    return () if session is None else tables.members.get(session.session_id, ())
