"""Late money in the tables: settlements and claims are added as rows and come out alike in any order."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from integration.till_service.terminals import key_of, made_service
from integration.till_service.test_till_service_tables_agree import intake_of
from servers import Broker, FreshDatabase
from service_kit.database import Database
from till_service.domain.incoming import read_message
from till_service.messaging.allowed import Allowed
from till_service.messaging.closing import Closing
from till_service.messaging.requests import Requests
from till_service.messaging.settling import Settler
from tillday_checker.read_database import read_ledger
from tillday_checker.settled import settlements_are_due
from tillday_checker.world import World
from tillday_contracts.entries import InitialCountConfirmed, OpeningTender, TenderCount, TillClosed
from tillday_contracts.till_messages import TillClaimsChanged
from unit.till_service.back_office import KnownPeople, close_command, no_close_command, scanned
from unit.till_service.journals import CASHIER, DAY, NOON, SESSION, WrittenJournal

NEXT_SESSION = "1" * 32
Rows = list[tuple[object, ...]]


@dataclass
class Shop:
    """The ledger's tables, its intake and its settler, without a broker."""

    database: Database

    @property
    def closing(self) -> Closing:
        return Closing(intake_of(self.database).around, Allowed(self.database, KnownPeople()))

    async def knows(self, journal: WrittenJournal) -> None:
        await Requests(self.database, lambda: NOON).register_journal_key(key_of(journal))

    async def take(self, journal: WrittenJournal, first: int = 1, last: int | None = None) -> None:
        await self.take_bytes(journal, journal.message(first, last))

    async def take_bytes(self, journal: WrittenJournal, data: bytes) -> None:
        await intake_of(self.database)._commit([read_message(journal.address, data)])
        await self.settle()

    async def close(self, evidence: object = None) -> None:
        assert b"B-" in await self.closing.close_till(close_command(evidence))  # type: ignore[arg-type]
        await self.settle()

    async def say_no_close(self) -> None:
        assert b"done" in await self.closing.say_no_close(no_close_command())
        await self.settle()

    async def settle(self) -> None:
        settler = Settler(self.database, intake_of(self.database).around)
        while await settler.settle_one():
            pass

    async def rows(self, query: str) -> Rows:
        async with self.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def settled(self) -> Rows:
        """Per count what settles it."""
        return await self.rows(
            "SELECT session_id, kind, tender, sum(amount)::bigint FROM settlement"
            " GROUP BY session_id, kind, tender HAVING sum(amount) <> 0 ORDER BY session_id, kind, tender"
        )

    async def wrongly_settled(self) -> list[str]:
        """What the checker's own arithmetic says to these settlements."""
        async with self.database.connection() as connection:
            ledger = await read_ledger(connection)
        return [str(found) for found in settlements_are_due(World(ledger=ledger))]

    async def claimed(self) -> Rows:
        return await self.rows(
            "SELECT session_id, tender, sum(amount)::bigint FROM claim"
            " GROUP BY session_id, tender HAVING sum(amount) <> 0"
        )

    async def told(self) -> list[list[int]]:
        """The amounts of the claims in each event, in order."""
        found = await self.rows(
            f"SELECT body FROM outbox WHERE subject = '{TillClaimsChanged.subject}' ORDER BY position"
        )
        events = [TillClaimsChanged.model_validate_json(bytes(body)) for (body,) in found]  # type: ignore[call-overload]
        return [[claim.amount for claim in event.claims] for event in events]


@pytest.fixture
async def shop(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[Shop]:
    await fresh_database.with_tables_of("till_service")
    service = made_service(fresh_database, broker)
    await service.database.start()
    try:
        shop = Shop(service.database)
        yield shop
        assert await shop.wrongly_settled() == []
    finally:
        await service.database.stop()


def begun() -> WrittenJournal:
    journal = WrittenJournal()
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    return journal


def replacement(expected: int, counted: int) -> WrittenJournal:
    """The journal of the PC that took the destroyed one's place, up to its opening count."""
    journal = WrittenJournal(epoch="09b1e77c4d20f3a5", session=NEXT_SESSION)
    journal.begin()
    journal.start_till()
    tender = OpeningTender(tender="cash", expected=expected, counted=counted, difference=counted - expected)
    journal.write(
        InitialCountConfirmed(session_id=NEXT_SESSION, business_date=DAY, by=CASHIER, tenders=(tender,))
    )
    return journal


async def test_a_day_without_late_money_adds_nothing(shop: Shop) -> None:
    journal = begun()
    journal.close_till(16_000)
    journal.session = NEXT_SESSION
    journal.open_till(15_000)
    journal.sell(500)
    journal.close_till(15_500, n=2)
    await shop.knows(journal)

    await shop.take(journal)

    assert (await shop.settled(), await shop.claimed(), await shop.told()) == ([], [], [])


@pytest.mark.parametrize("said", ["before it was found", "after", "never"])
async def test_a_sale_of_a_destroyed_pc_settles_the_replacements_opening(shop: Shop, said: str) -> None:
    old, new = begun(), replacement(16_000, 18_990)
    await shop.knows(old)
    await shop.take(old)
    await shop.close()
    old.sell(3_000)

    await shop.take(new)
    steps: dict[str, list[Callable[[], Awaitable[None]]]] = {
        "before it was found": [shop.say_no_close, lambda: shop.take(old)],
        "after": [lambda: shop.take(old), shop.say_no_close],
        "never": [lambda: shop.take(old)],
    }
    for step in steps[said]:
        await step()

    assert await shop.settled() == [(NEXT_SESSION, "opening", "cash", -3_000)]
    assert await shop.claimed() == []


async def test_late_money_is_claimed_until_the_next_opening_has_it(shop: Shop) -> None:
    old, new = begun(), replacement(16_700, 16_700)
    await shop.knows(old)
    await shop.take(old)
    await shop.close()
    await shop.say_no_close()
    old.sell(700)

    await shop.take(old)
    before = await shop.claimed()
    await shop.take(new)

    assert before == [(SESSION, "cash", 700)]
    assert (await shop.claimed(), await shop.settled()) == ([], [])
    assert await shop.told() == [[700], []]


async def test_the_own_close_after_a_report_settles_nothing_more(shop: Shop) -> None:
    journal = begun()
    closed = journal.closing(16_000)
    journal.write(closed)
    await shop.knows(journal)
    await shop.take(journal, 1, 5)
    await shop.close(scanned(closed))
    await shop.take(journal)

    assert (await shop.settled(), await shop.claimed()) == ([], [])


async def test_what_was_keyed_as_cash_and_was_card_is_settled_by_the_adjustment(shop: Shop) -> None:
    journal = begun()
    journal.sell(1_000)
    journal.write(closing_of(journal, expected=17_000, counted=15_000))
    journal.session = NEXT_SESSION
    journal.open_till(15_000)
    journal.adjust(SESSION, -2_000)
    await shop.knows(journal)

    await shop.take(journal)

    assert await shop.settled() == [(SESSION, "cash_up", "cash", 2_000)]


async def test_the_lost_branch_of_a_restored_disk_settles_at_the_next_cash_up(shop: Shop) -> None:
    journal = WrittenJournal()
    journal.begin()
    journal.open_till(15_000)
    journal.sell(4_000)
    lost = journal.copied()
    lost.sell(500)
    lost.write(lost.closing(19_500))
    new = journal.next_epoch("09b1e77c4d20f3a5")
    new.begin(follows=journal.position())
    new.write(closing_of(new, expected=19_000, counted=15_000))
    await shop.knows(journal)
    await shop.take(journal)
    await shop.take_bytes(lost, lost.message(6, 7, quarantine=True))
    await shop.take(new)

    assert await shop.settled() == [(SESSION, "cash_up", "cash", 4_000)]
    assert await shop.claimed() == []


def closing_of(journal: WrittenJournal, *, expected: int, counted: int) -> TillClosed:
    """A close whose count differs from what was expected; all of it is kept."""
    count = TenderCount(
        tender="cash",
        opening=15_000,
        expected=expected,
        counted=counted,
        difference=counted - expected,
        kept=counted,
        moved=0,
    )
    return journal.closing(expected).model_copy(update={"tenders": (count,)})
