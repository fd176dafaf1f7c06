"""PostgreSQL and the ledger in memory hold the same after the same messages: the fake cannot drift."""

import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from integration.till_service.terminals import key_of, made_service
from servers import Broker, FreshDatabase
from service_kit.database import Connection, Database
from till_service.domain.back_office import refused_to_say
from till_service.domain.incoming import read_message
from till_service.domain.sessions import ClosedInBack, ClosingCount, Open, status_of
from till_service.messaging.allowed import Allowed
from till_service.messaging.answers import AckSubject
from till_service.messaging.closing import Closing
from till_service.messaging.journal import JournalIntake, Surroundings
from till_service.messaging.requests import Requests
from till_service.persistence import closes
from till_service.persistence.timeline import LedgerClock
from tillday_contracts.entries import EntryBody, ManifestMember, TillClosed, read_body, read_envelope
from tillday_contracts.journal import WireEntry
from unit.till_service.any_day import SIGN, TENDERS, Act, AnyDay, journal_of, write
from unit.till_service.back_office import KnownPeople, close_command, no_close_command, scanned, typed
from unit.till_service.journals import NOON, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

SEEDS = range(6)


@pytest.fixture
async def database(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[Database]:
    await fresh_database.with_tables_of("till_service")
    service = made_service(fresh_database, broker)
    await service.database.start()
    try:
        yield service.database
    finally:
        await service.database.stop()


def intake_of(database: Database) -> JournalIntake:
    async def nowhere(_subject: str, _body: bytes) -> None:
        return None

    def random_bytes(size: int) -> bytes:
        return uuid4().bytes[:size]

    clock = LedgerClock(random_bytes=random_bytes, writer="one")
    around = Surroundings(lambda: NOON, random_bytes)
    return JournalIntake(database, clock, AckSubject(database, nowhere, lambda: NOON), around)


def random_acts(chance: random.Random) -> list[Act]:
    kinds = ["sale", "sale", *SIGN]
    acts = [(chance.choice(kinds), chance.choice(TENDERS)) for _ in range(chance.randint(0, 6))]
    return [Act(kind, tender, chance.randint(-900 if kind == "sale" else 1, 900)) for kind, tender in acts]


def random_day(chance: random.Random) -> AnyDay:
    float_moved, mistaken = chance.choice((-2_000, 500)), chance.choice((0, 300))
    early, covered, uncovered, late = (random_acts(chance) for _ in range(4))
    return AnyDay(float_moved, early, covered, uncovered, late, mistaken)


def replaced(chance: random.Random) -> tuple[WrittenJournal, WrittenJournal]:
    """A session that one journal begins and a second one closes, its count covering both."""
    old = WrittenJournal()
    old.begin()
    old.open_till(15_000)
    write(old, random_acts(chance) + random_acts(chance) + random_acts(chance))
    new = WrittenJournal(epoch="09b1e77c4d20f3a5")
    new.begin()
    close = new.closing(chance.choice((15_000, 16_000)))
    reached = len(old.entries) - chance.randint(0, 2)
    member = ManifestMember(terminal="T1", epoch=old.epoch, to_seq=reached, to_hash=old.head)
    new.write(close.model_copy(update={"manifest": (*close.manifest, member)}))
    write(new, random_acts(chance))
    return old, new


def body_of(entry: WireEntry) -> EntryBody:
    return read_body(read_envelope(entry.data))


def pieces(journal: WrittenJournal, chance: random.Random) -> list[bytes]:
    """The journal in random pieces: some come twice, some too early, some as of a journal that was left."""
    messages: list[bytes] = []
    at = 0
    while at < len(journal.entries):
        last = min(at + chance.randint(1, 3), len(journal.entries))
        if chance.random() < 0.2 and last < len(journal.entries):
            messages.append(journal.message(last + 1))
        if chance.random() < 0.1:
            messages.append(journal.message(at + 1, at + 1, quarantine=True))
        messages += [journal.message(at + 1, last)] * chance.choice((1, 1, 2))
        at = last
    return messages


def shuffled(chance: random.Random, *streams: list[bytes]) -> list[bytes]:
    """Several streams in one, each still in its order."""
    left = [list(stream) for stream in streams]
    mixed: list[bytes] = []
    while any(left):
        mixed.append(chance.choice([stream for stream in left if stream]).pop(0))
    return mixed


IN_TABLES = {
    "placed": "SELECT hash, placement, session_id FROM placed",
    "journal": "SELECT hash, placement FROM journal",
    "sessions": "SELECT session_id, status FROM till_session WHERE rescue_of IS NULL",
    "tenders": """
        SELECT session_id, tender, opening, sales, refunds, paid_in, paid_out, loans, pickups
          FROM session_tender
    """,
    "products": "SELECT session_id, sku, quantity, gross FROM session_product",
    "safe": "SELECT kind, tender, amount, session_id, entry FROM safe_movement",
    "tasks": "SELECT session_id, text FROM till_task",
    "back": "SELECT session_id, number FROM back_close",
    "reaches": "SELECT session_id, word, terminal, epoch, to_seq, proof FROM close_reach",
}
Rows = dict[str, list[tuple[object, ...]]]


async def in_tables(connection: Connection) -> Rows:
    found: Rows = {}
    for name, query in IN_TABLES.items():
        rows = [tuple(row) for row in await connection.fetch(query)]
        plain = [tuple(v.hex() if isinstance(v, bytes) else v for v in row) for row in rows]
        found[name] = sorted(plain, key=repr)
    return found


def in_memory(ledger: Ledger) -> Rows:
    found: Rows = {
        "placed": [(hash_, p.placement, p.session_id) for hash_, p in ledger.placed.items()],
        "journal": [(hash_, row.placement) for hash_, row in ledger.journal.items()],
        "sessions": [(key, status_of(session)) for key, session in ledger.sessions.items()],
        "tenders": [(*key, *totals) for key, totals in ledger.tenders.items()],
        "products": [(*key, kept.quantity, kept.gross) for key, kept in ledger.products.items()],
        "safe": [(r.kind, r.tender, r.amount, r.session_id, r.entry) for r in ledger.safe],
        "tasks": [(task.facts.session_id, task.text) for task in ledger.tasks],
        "back": [(key, back.number) for key, back in ledger.back_closes.items()],
        "reaches": [
            (session, word, r.terminal, r.epoch, r.to_seq, r.proof)
            for (session, word), known in ledger.manifests.items()
            for r in known.reaches
        ],
    }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


async def taken_by_both(
    database: Database, journals: tuple[WrittenJournal, ...], chance: random.Random
) -> tuple[Rows, Rows]:
    """Let the tables and the ledger in memory take the same batches."""
    ledger, intake = Ledger(), intake_of(database)
    ledger.register(journals[0])
    await Requests(database, lambda: NOON).register_journal_key(key_of(journals[0]))
    waiting = shuffled(chance, *(pieces(journal, chance) for journal in journals))
    while waiting:
        size = chance.randint(1, 2)
        batch, waiting = waiting[:size], waiting[size:]
        await intake._commit([read_message(journals[0].address, data) for data in batch])
        ledger.take(journals[0], *batch)
    async with database.connection() as connection:
        return await in_tables(connection), in_memory(ledger)


@pytest.mark.parametrize("seed", SEEDS)
async def test_after_any_day_in_any_pieces_tables_and_memory_hold_the_same(
    database: Database, seed: int
) -> None:
    chance = random.Random(seed)

    tables, memory = await taken_by_both(database, (journal_of(random_day(chance)),), chance)

    assert tables == memory
    assert tables["placed"]


@pytest.mark.parametrize("seed", SEEDS)
async def test_after_a_close_that_covers_two_journals_tables_and_memory_hold_the_same(
    database: Database, seed: int
) -> None:
    chance = random.Random(seed)

    tables, memory = await taken_by_both(database, replaced(chance), chance)

    assert tables == memory


async def closed_by_both(database: Database, chance: random.Random) -> tuple[Rows, Rows]:
    """A day that the back office closes somewhere, by some evidence, perhaps with a last word on it."""
    journal = journal_of(random_day(chance))
    closed = next(body for entry in journal.entries if isinstance(body := body_of(entry), TillClosed))
    evidence = chance.choice((None, scanned(closed), typed(closed), typed(closed, members=False)))
    ledger, intake = Ledger(), intake_of(database)
    ledger.register(journal)
    await Requests(database, lambda: NOON).register_journal_key(key_of(journal))
    waiting = pieces(journal, chance)
    at, closing = chance.randrange(len(waiting)), Closing(intake.around, Allowed(database, KnownPeople()))
    for n, data in enumerate(waiting):
        await intake._commit([read_message(journal.address, data)])
        ledger.take(journal, data)
        if n >= at and isinstance(ledger.sessions.get(SESSION), Open | ClosingCount):
            command = close_command(evidence)
            assert b"B-1" in await closing.close_till(command)
            ledger.close_till(command)
        if isinstance(ledger.sessions.get(SESSION), ClosedInBack) and chance.random() < 0.3:
            word, again = no_close_command(), close_command(scanned(closed))
            done = b'"done"' in await closing.say_no_close(word)
            assert done == (refused_to_say(ledger.sessions[SESSION]) is None)
            if done:
                ledger.say_no_close(word)
            await closing.close_till(again)
            ledger.close_till(again)
    async with database.connection() as connection:
        return await in_tables(connection), in_memory(ledger)


@pytest.mark.parametrize("seed", range(12))
async def test_after_a_close_from_the_back_office_tables_and_memory_hold_the_same(
    database: Database, seed: int
) -> None:
    tables, memory = await closed_by_both(database, random.Random(seed))

    assert tables == memory


@pytest.mark.parametrize(
    ("broken", "seed"),
    [("READ_PARKED", 1), ("READ_UNCOVERED", 0), ("READ_TENDERS_OF", 0), ("READ_AWAITED", 4)],
)
async def test_control_a_query_that_finds_nothing_is_noticed(
    database: Database, monkeypatch: pytest.MonkeyPatch, broken: str, seed: int
) -> None:
    nothing = f"SELECT * FROM ({getattr(closes, broken)}) AS found WHERE false"
    monkeypatch.setattr(closes, broken, nothing)
    chance = random.Random(seed)
    journals = replaced(chance) if broken == "READ_AWAITED" else (journal_of(random_day(chance)),)

    tables, memory = await taken_by_both(database, journals, chance)

    assert tables != memory
