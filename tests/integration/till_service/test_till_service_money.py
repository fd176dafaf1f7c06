"""Money that is no sale, on real servers: movements, the safe, adjustments, and the comparison of a close."""

import json

import pytest

from integration.till_service.terminals import Reply, ask, key_of, linked
from servers import Broker, FreshDatabase
from service_kit import migrate
from service_kit.service import Service
from till_service.settings import TillSettings
from tillday_contracts.entries import ManifestMember, Payment
from tillday_contracts.till_messages import Safe, SafeBalance
from unit.till_service.journals import NOON, SESSION, WrittenJournal, counted

Till = Service[TillSettings]
NEXT_SESSION = "1" * 32


async def rows_of(till: Till, query: str) -> list[tuple[object, ...]]:
    async with till.database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query)]


async def drained(broker: Broker, journal: WrittenJournal, *, singly: bool = False) -> None:
    """Send the whole journal and wait until it is acknowledged."""
    with linked(broker, journal) as terminal:
        if singly:
            for entry in journal.entries:
                await terminal.send(journal.message_of(entry))
                await terminal.acked(entry.seq)
        else:
            await terminal.send(journal.message())
            await terminal.acked(len(journal.entries))


async def safe_of(till: Till, store: str = "S1") -> Safe:
    question = SafeBalance(store=store)
    return Safe.model_validate_json(
        await till.nats.request(question.subject, question.model_dump_json().encode())
    )


def day_with_money() -> WrittenJournal:
    """A forced float, every kind of movement, foreign cash and card; nothing is missing at the end."""
    journal = WrittenJournal()
    journal.begin()
    journal.start_till()
    journal.move_float(10_000, 15_000)
    journal.confirm_opening(15_000)
    journal.move("paid_in", 500)
    journal.move("paid_out", 200)
    journal.move("loan", 1_000)
    journal.move("pickup", 300)
    journal.write(
        journal.sale(
            1_500,
            payments=(
                Payment(tender="cash_usd", tendered=2_000, amount=2_000, rate=920_000, value=1_840),
                Payment(tender="card", tendered=200, amount=200),
                Payment(tender="cash", tendered=0, change=540, amount=-540),
            ),
        )
    )
    others = (counted("card", 200), counted("cash_usd", 2_000))
    journal.write(journal.closing(15_460, others=others))
    return journal


@pytest.mark.parametrize("singly", [True, False])
async def test_a_day_with_every_kind_of_money_stands_in_the_ledger_tender_by_tender(
    till_service: Till, broker: Broker, journal: WrittenJournal, singly: bool
) -> None:
    await drained(broker, day_with_money(), singly=singly)

    assert await rows_of(till_service, "SELECT * FROM session_tender ORDER BY tender") == [
        (SESSION, "card", 0, 200, 0, 0, 0, 0, 0),
        (SESSION, "cash", 15_000, -540, 0, 500, 200, 1_000, 300),
        (SESSION, "cash_usd", 0, 2_000, 0, 0, 0, 0, 0),
    ]
    movements = "SELECT kind, tender, amount, placement, session_id FROM movement ORDER BY seq"
    assert await rows_of(till_service, movements) == [
        ("paid_in", "cash", 500, "session", SESSION),
        ("paid_out", "cash", 200, "session", SESSION),
        ("loan", "cash", 1_000, "session", SESSION),
        ("pickup", "cash", 300, "session", SESSION),
    ]
    assert await rows_of(till_service, "SELECT * FROM till_task") == []
    safe = await safe_of(till_service)
    assert safe.balance == {"cash": -5_000 - 1_000 + 300 + 460, "card": 200, "cash_usd": 2_000}
    assert {(moved.kind, moved.tender, moved.amount) for moved in safe.movements} == {
        ("float", "cash", -5_000),
        ("loan", "cash", -1_000),
        ("pickup", "cash", 300),
        ("cash_up", "cash", 460),
        ("cash_up", "card", 200),
        ("cash_up", "cash_usd", 2_000),
    }
    assert safe.movements[0].kind == "cash_up", "the newest come first"


async def test_the_safe_of_a_store_without_terminals_is_refused_and_that_of_a_new_store_is_empty(
    till_service: Till, journal: WrittenJournal
) -> None:
    question = SafeBalance(store="NOWHERE")
    body = await till_service.nats.request(question.subject, question.model_dump_json().encode())
    refused = Reply.model_validate_json(body).model_dump()

    assert (refused["outcome"], refused["code"]) == ("refused", "unknown_store")
    assert (await safe_of(till_service)).balance == {}


async def test_movements_find_their_place_across_transactions_and_the_safe_follows(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.start_till()
    journal.move("pickup", 200)
    journal.confirm_opening(15_000)
    journal.move("loan", 400)
    journal.move("pickup", 700)
    journal.close_till(15_200, to_seq=6)
    journal.move("paid_in", 50)

    await drained(broker, journal, singly=True)

    placed = await rows_of(till_service, "SELECT seq, placement FROM placed ORDER BY seq")
    assert placed == [(4, "session"), (6, "session"), (7, "rescue"), (10, "rescue")]
    totals = "SELECT opening, paid_in, loans, pickups FROM session_tender ORDER BY opening DESC"
    assert await rows_of(till_service, totals) == [(15_000, 0, 400, 200), (0, 50, 0, 700)]
    safe = "SELECT kind, amount FROM safe_movement ORDER BY ordinal"
    assert await rows_of(till_service, safe) == [
        ("pickup", 200),
        ("loan", -400),
        ("pickup", 700),
        ("cash_up", 200),
        ("pickup", -700),
    ]
    assert await rows_of(till_service, "SELECT * FROM till_task") == []


async def test_an_adjustment_is_kept_with_its_link_and_its_words(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.close_till(15_000)
    journal.session = NEXT_SESSION
    journal.open_till(15_000)
    journal.adjust(SESSION, -2_000)

    await drained(broker, journal)

    kept = "SELECT session_id, corrects, tender, amount, reason, adjusted_by, allowed_by FROM adjustment"
    assert await rows_of(till_service, kept) == [
        (NEXT_SESSION, SESSION, "cash", -2_000, "Keyed as cash, was card", "C1", "SV1")
    ]


async def test_a_close_that_covers_another_journal_is_compared_when_that_has_arrived(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    new = WrittenJournal(epoch="09b1e77c4d20f3a5", key_id="2" * 16, key=b"r" * 32)
    await ask(till_service, key_of(new))
    new.begin()
    new.sell(200)
    close = new.closing(16_500)
    member = ManifestMember(terminal="T1", epoch=journal.epoch, to_seq=5, to_hash=journal.head)
    new.write(close.model_copy(update={"manifest": (*close.manifest, member)}))
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message(1, 4))
        await terminal.acked(4)
        await terminal.send(new.message())
        await terminal.acked(4)
        early = await rows_of(till_service, "SELECT kind FROM till_task")
        await terminal.send(journal.message(5))
        await terminal.acked(5)

    assert early == []
    ((kind, text),) = await rows_of(till_service, "SELECT kind, text FROM till_task")
    assert (kind, "cash 16500 and the ledger 16200" in str(text)) == ("expected_differs", True)
    announced = "SELECT body FROM outbox WHERE subject = 'tillday.event.till.task_raised.v1'"
    ((body,),) = await rows_of(till_service, announced)
    assert json.loads(bytes(body))["session_id"] == SESSION  # type: ignore[call-overload]


async def test_the_tables_of_money_refuse_to_be_rewritten(
    till_service: Till, migrated: FreshDatabase
) -> None:
    connection = await migrated.connect("till_service")
    allowed = "SELECT has_table_privilege(current_user, $1, $2)"
    try:
        for table in ("safe_movement", "adjustment", "close_member", "till_task"):
            assert await connection.fetchval(allowed, f"till.{table}", "INSERT")
            for verb in ("UPDATE", "DELETE", "TRUNCATE"):
                assert not await connection.fetchval(allowed, f"till.{table}", verb), (table, verb)
    finally:
        await connection.close()


async def test_the_migration_brings_earlier_closes_into_the_safe_and_waits_for_what_they_cover(
    fresh_database: FreshDatabase, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = migrate.read_migrations
    earlier = [each for each in every("till_service") if each.name < "0002"]
    monkeypatch.setattr(
        migrate, "read_migrations", lambda package: earlier if package == "till_service" else every(package)
    )
    await fresh_database.migrate("till_service")
    journal = day_with_money()
    close = journal.closing(15_460, others=(counted("card", 200), counted("voucher", 0)))
    owner = await fresh_database.connect()
    try:
        await owner.execute("SET search_path = till")
        await owner.execute(EARLIER_CLOSE, *earlier_close(journal, close.model_dump(mode="json")))
        monkeypatch.undo()
        await fresh_database.migrate("till_service")

        moved = await owner.fetch("SELECT kind, tender, amount, entry FROM safe_movement ORDER BY ordinal")
        covered = await owner.fetch("SELECT store, terminal, epoch, to_seq FROM close_member")
    finally:
        await owner.close()

    hash_ = bytes.fromhex(journal.head)
    assert [tuple(row) for row in moved] == [
        ("cash_up", "card", 200, hash_),
        ("cash_up", "cash", 460, hash_),
    ]
    assert [tuple(row) for row in covered] == [("S1", "T1", journal.epoch, len(journal.entries))]


EARLIER_CLOSE = """
    WITH session AS (
        INSERT INTO till_session (session_id, store, terminal, till, business_date, status, epoch, start_seq)
        VALUES ($1, 'S1', 'T1', 'T1-A', '2026-03-14', 'closed_front', $2, 3)
    ), entry AS (
        INSERT INTO journal (hash, store, terminal, epoch, seq, prev, type, data, recorded_at, tx, quarantine,
                             placement)
        VALUES ($3, 'S1', 'T1', $2, 11, $3, 'TILL_CLOSED', '', $4, 1, false, 'session')
    )
    INSERT INTO till_close (session_id, hash, number, closed_by, occurred_at, tenders, manifest)
    VALUES ($1, $3, 'T1-A-BX63J-1', 'C1', $4, $5, $6)
"""


def earlier_close(journal: WrittenJournal, close: dict[str, object]) -> tuple[object, ...]:
    """What the first version of the tables held of a close."""
    figures = json.dumps(close["tenders"]), json.dumps(close["manifest"])
    return (SESSION, journal.epoch, bytes.fromhex(journal.head), NOON, *figures)
