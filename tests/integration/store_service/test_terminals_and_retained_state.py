"""What terminals hear: retained state whenever they come, answers to asks, revisions above theirs."""

import asyncio
import hashlib
import hmac
from datetime import UTC, datetime
from uuid import uuid4

from argon2.low_level import Type, hash_secret_raw

from integration.store_service.store_world import (
    DESIRED,
    MONDAY,
    TUESDAY,
    Listener,
    World,
    command,
    open_store,
    until,
)
from integration.store_service.till_stand_in import made
from tillday_contracts.asks import Ask, AskFailed, CatalogueItem, CataloguePage, PeoplePage, Reply
from tillday_contracts.journal import canonical, message_mac
from tillday_contracts.link import Clocks, Hello, Sealed
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import ImportCatalogue, Revised, SettingsAnswer, StoreSettings
from tillday_contracts.till_messages import TillClaimsChanged
from tillday_contracts.wishes import Desired, Revision, Settings, seal_desired

REPLY = "pos/S1/T1/reply/v1"
SETTINGS_TOPIC = "pos/S1/settings/v1"


async def hello(world: World, *, desired: Revision | None, settings: Revision | None, key: str) -> None:
    """Say HELLO as terminal T1."""
    content = Hello(
        boot_no=1,
        n=1,
        epoch="0" * 16,
        head_seq=1,
        head_hash="0" * 64,
        low_seq=2,
        low_hash=None,
        low_prev="0" * 64,
        desired=desired,
        settings=settings,
        clocks=Clocks(wall=datetime.now(UTC), mono_ms=0),
        pending=0,
    )
    data = canonical(content.model_dump(mode="json"))
    sealed = Sealed(data=data, mac=message_mac(bytes.fromhex(key), data))
    await world.operator.client.publish("pos.S1.T1.hello.v1", sealed.model_dump_json().encode())


async def contacts(world: World) -> int:
    connection = await world.database.connect()
    try:
        return int(await connection.fetchval("SELECT count(*) FROM store.terminal_contact"))
    finally:
        await connection.close()


async def test_a_terminal_that_connects_later_finds_its_state(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.day(open_store())
    wished = await world.desired()
    await until(lambda: _published(world))

    late = Listener(world.broker, DESIRED, SETTINGS_TOPIC)
    try:
        told = await late.until(DESIRED, Desired, lambda d: d.rev == wished.rev)
        settings = await late.until(SETTINGS_TOPIC, Settings, lambda s: s.name == "Corner Shop")
    finally:
        late.close()
    assert late.messages[DESIRED][0][1], "it is a retained message"
    assert told == seal_desired(told, told.rev), "the digest is that of the content"
    assert settings.catalogue_rev == 0


async def _published(world: World) -> bool:
    connection = await world.database.connect()
    try:
        waiting = "SELECT NOT EXISTS (SELECT FROM store.desired WHERE published_rev < rev)"
        return bool(await connection.fetchval(waiting))
    finally:
        await connection.close()


async def test_a_wiped_broker_holds_the_retained_state_again(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.day(open_store())
    await until(lambda: _published(world))

    world.broker.stop(kill=True)
    world.broker.wipe()
    world.broker.start()

    async def found() -> bool:
        late = Listener(world.broker, DESIRED, SETTINGS_TOPIC)
        try:
            await asyncio.sleep(0.4)
            return {DESIRED, SETTINGS_TOPIC} <= late.messages.keys()
        finally:
            late.close()

    await until(found)


async def test_a_hello_with_a_higher_revision_raises_ours_above_it(world: World, listener: Listener) -> None:
    await world.operator.define("T1")
    secrets = await world.operator.register("T1")
    desired = await listener.until(DESIRED, Desired, lambda d: True)
    settings = await listener.until(SETTINGS_TOPIC, Settings, lambda s: True)

    held = Revision(rev=desired.rev + 40, digest="f" * 64)
    same_rev = Revision(rev=settings.rev, digest="e" * 64)
    await hello(world, desired=held, settings=same_rev, key=secrets.journal_key)

    raised = await listener.until(DESIRED, Desired, lambda d: d.rev == held.rev + 1)
    assert raised.digest == desired.digest
    await listener.until(SETTINGS_TOPIC, Settings, lambda s: s.rev == settings.rev + 1)
    history = (await world.operator.ask(StoreSettings(store="S1"), SettingsAnswer)).history
    assert [(change.revision, change.by) for change in history[:2]] == [
        (settings.rev + 1, "STORE-SERVICE"),
        (settings.rev, "SUPERVISOR-1"),
    ]


async def test_a_hello_with_a_wrong_mac_changes_nothing(world: World, listener: Listener) -> None:
    await world.operator.define("T1")
    desired = await listener.until(DESIRED, Desired, lambda d: True)
    await hello(world, desired=Revision(rev=99, digest="f" * 64), settings=None, key="00" * 32)
    await world.operator.client.publish("pos.S1.T1.hello.v1", b"\xff not a message")
    await asyncio.sleep(0.4)
    assert (await world.desired()).rev == desired.rev
    assert await contacts(world) == 0


async def test_a_terminal_that_holds_nothing_is_told_again(world: World, listener: Listener) -> None:
    await world.operator.define("T1")
    secrets = await world.operator.register("T1")
    await listener.until(DESIRED, Desired, lambda d: True)
    await until(lambda: _published(world))
    count = len(listener.messages[DESIRED])
    await hello(world, desired=None, settings=None, key=secrets.journal_key)
    await until(lambda: len(listener.messages[DESIRED]) > count)
    assert await contacts(world) == 1


async def test_a_terminal_that_opened_itself_is_followed(world: World, listener: Listener) -> None:
    await world.operator.define("T1", "T2")
    await world.tills.opened_itself("T1", MONDAY)
    told = await listener.until(DESIRED, Desired, lambda d: d.business_date == MONDAY)
    assert told.own_opening is not None
    assert (told.own_opening.epoch, told.own_opening.seq) == ("ab" * 8, 7)
    assert await world.operator.state_of(MONDAY) == "none", "the store day stays as it is"
    assert (await world.desired("T2")).business_date is None

    await world.operator.day(open_store())
    assert (await world.desired("T2")).business_date == MONDAY
    assert (await world.events()).count("terminal_wished") == 3


async def test_the_desired_state_names_the_till_and_its_last_session(
    world: World, listener: Listener
) -> None:
    await world.operator.define("T1")
    kept = ({"tender": "cash", "amount": 15_000},)
    await world.tills.session(
        "T1", "1" * 32, MONDAY, "closed_front", kept=kept, last_receipt=4, last_cash_up=1
    )
    await world.tills.session("T1", "2" * 32, TUESDAY, "opening_count")

    told = await listener.until(DESIRED, Desired, lambda d: d.tills[0].session_id == "2" * 32)

    till = told.tills[0]
    assert (till.status, till.kept[0].amount) == ("opening_count", 15_000)
    assert (till.last_receipt, till.last_cash_up) == (4, 1)


async def test_the_desired_state_names_what_the_next_count_asks_for_until_it_is_taken_back(
    world: World, listener: Listener
) -> None:
    await world.operator.define("T1", "T2")
    claim = {"event": "c" * 64, "tender": "cash", "amount": 500, "session_id": "1" * 32}
    told = {"store": "S1", "till": "TILL-T1"}

    await world.tills.announce(made(TillClaimsChanged, **told, claims=(claim,)))
    await listener.until(DESIRED, Desired, lambda d: [c.amount for c in d.tills[0].claims] == [500])
    assert (await world.desired("T2")).tills[0].claims == ()

    await world.tills.announce(made(TillClaimsChanged, **told, claims=()))
    await listener.until(DESIRED, Desired, lambda d: d.tills[0].claims == ())


async def ask(world: World, listener: Listener, kind: str, page: int = 0) -> Reply:
    """Ask as T1 and wait for the answer."""
    request = Ask(request_id=uuid4().hex, page=page)
    body = request.model_dump_json().encode()
    await world.operator.client.publish(f"pos.S1.T1.ask.{kind}.v1", body)
    return await listener.until(REPLY, Reply, lambda r: r.content.request_id == request.request_id)


async def test_the_people_come_with_verifiers_that_work_at_this_terminal_alone(world: World) -> None:
    await world.operator.define("T1")
    secrets = await world.operator.register("T1")
    listener = Listener(world.broker, REPLY)
    try:
        await until(listener.client.is_connected)
        await asyncio.sleep(0.2)
        page = (await ask(world, listener, "people")).content
    finally:
        listener.close()
    assert isinstance(page, PeoplePage)
    assert [person.person for person in page.people] == ["CASHIER-1", "SUPERVISOR-1"]
    person = page.people[0]
    value = hash_secret_raw(
        b"1234",
        bytes.fromhex(person.salt),
        time_cost=person.passes,
        memory_cost=person.memory_kib,
        parallelism=person.lanes,
        hash_len=32,
        type=Type.ID,
    )
    expected = hmac.new(bytes.fromhex(secrets.pepper), value, hashlib.sha256).hexdigest()
    assert person.verifier == expected


async def test_the_catalogue_comes_in_pages_that_fit(world: World) -> None:
    await world.operator.define("T1")
    items = tuple(
        CatalogueItem(sku=f"SKU-{n}", name="é" * 110, price=n, tax_rate=1900, category="x" * 100)
        for n in range(450)
    )
    revised = await world.operator.ask(command(ImportCatalogue, store="S1", items=items), Revised)
    again = await world.operator.ask(command(ImportCatalogue, store="S1", items=items), Revised)
    assert again == revised, "the same catalogue changes nothing"
    listener = Listener(world.broker, REPLY, SETTINGS_TOPIC)
    try:
        await listener.until(SETTINGS_TOPIC, Settings, lambda s: s.catalogue_rev == revised.revision)
        await asyncio.sleep(0.2)
        pages = [(await ask(world, listener, "catalogue", page)).content for page in range(3)]
        missing = (await ask(world, listener, "catalogue", 3)).content
    finally:
        listener.close()
    got = [item for page in pages if isinstance(page, CataloguePage) for item in page.items]
    assert got == list(items)
    assert isinstance(missing, AskFailed)
    assert all(len(body) < 256 * 1024 for body, _ in listener.messages[REPLY])


async def test_a_catalogue_that_names_a_product_twice_is_refused(world: World) -> None:
    await world.operator.define()
    item = CatalogueItem(sku="A", name="A", price=1, tax_rate=0)
    refused = await world.operator.ask(command(ImportCatalogue, store="S1", items=(item, item)), Refused)
    assert refused.code == "double_sku"


async def test_a_terminal_gets_the_same_secrets_each_time_and_its_key_is_handed_over(world: World) -> None:
    await world.operator.define()
    first = await world.operator.register("T1")
    assert await world.operator.register("T1") == first
    assert world.tills.keys["T1"].journal_key == first.journal_key
    connection = await world.database.connect()
    try:
        kept = await connection.fetch("SELECT reply FROM store.inbox WHERE reply IS NOT NULL")
    finally:
        await connection.close()
    assert not any(first.journal_key in row["reply"].decode() for row in kept)


async def test_a_changed_pin_tells_every_terminal_and_an_unchanged_one_tells_nobody(world: World) -> None:
    await world.operator.define("T1")
    before = await world.desired()
    same = await world.operator.person("CASHIER-1", "cashier", ("sell",), pin="1234")
    assert (await world.desired()).people_rev == before.people_rev == same.revision
    changed = await world.operator.person("CASHIER-1", "cashier", ("sell",), pin="4321")
    assert (await world.desired()).people_rev == changed.revision > before.people_rev


async def test_the_pin_is_nowhere_in_the_database(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.person("CASHIER-2", "cashier", ("sell",), pin="918273")
    connection = await world.database.connect()
    try:
        tables = [
            row["tablename"]
            for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'store'")
        ]
        for table in tables:
            rows = await connection.fetch(f"SELECT t::text AS line FROM store.{table} t")
            assert not any("918273" in row["line"] or "393138323733" in row["line"] for row in rows), table
    finally:
        await connection.close()
