"""Master data over a real broker and database: settings with their history, people, catalogues in parts."""

import asyncio
import json
from secrets import token_bytes
from typing import Any
from uuid import uuid4

import pytest

from integration.store_service.store_world import (
    MONDAY,
    NOW,
    SETTINGS,
    Listener,
    World,
    command,
    open_store,
)
from store_service.messaging.definitions import Definitions
from store_service.messaging.till_service import TillServiceClient
from store_service.messaging.work import Clockwork
from store_service.messaging.workshop import Workshop
from store_service.pins import PinHasher
from store_service.settings import StoreSettings as ServiceSettingsOfStores
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.denominations import STANDARD
from tillday_contracts.messages import Failed, Refused
from tillday_contracts.store_messages import (
    Catalogue,
    CatalogueAnswer,
    DefinePerson,
    DefineStore,
    ImportCatalogue,
    People,
    PeopleAnswer,
    RegisterTerminal,
    Revised,
    SettingsAnswer,
    StoreSettings,
)
from tillday_contracts.wishes import Policies, Settings, SettingsContent

TOPIC = "pos/S1/settings/v1"


def settings(**fields: object) -> SettingsContent:
    return SETTINGS.model_copy(update=fields)


def define(**fields: Any) -> DefineStore:
    return command(DefineStore, **fields)  # type: ignore[return-value]


def products(count: int, price: int = 100) -> tuple[CatalogueItem, ...]:
    return tuple(
        CatalogueItem(sku=f"SKU-{n:05}", name=f"Product {n}", price=price, tax_rate=1900)
        for n in range(count)
    )


async def kept(world: World, revision: int | None = None) -> SettingsAnswer:
    return await world.operator.ask(StoreSettings(store="S1", revision=revision), SettingsAnswer)


async def test_each_change_of_settings_is_a_revision_with_who_and_when(world: World) -> None:
    await world.operator.define("T1")
    first = (await kept(world)).revision
    renamed = await world.operator.ask(
        define(settings=settings(name="Corner Café"), changes=first, by="MANAGER-1"), Revised
    )

    answer = await kept(world)

    assert (answer.revision, answer.settings.name) == (renamed.revision, "Corner Café")
    assert renamed.revision == first + 1
    assert [(change.revision, change.by) for change in answer.history[:2]] == [
        (first + 1, "MANAGER-1"),
        (first, "SUPERVISOR-1"),
    ]
    assert all(abs((change.changed_at - NOW).total_seconds()) < 600 for change in answer.history)
    assert (await kept(world, first)).settings.name == "Corner Shop"
    assert (await kept(world, first)).revision == first
    missing = await world.operator.refused(StoreSettings(store="S1", revision=99))
    for nobodys in (0, -1, 10**25):
        never = await world.operator.refused(StoreSettings(store="S1", revision=nobodys))
        assert never.code == missing.code
    assert missing.text == 'The settings of the store "S1" have no revision 99.'


async def test_saying_the_same_again_is_no_revision(world: World) -> None:
    await world.operator.define()
    before = await kept(world)
    again = await world.operator.ask(define(settings=SETTINGS), Revised)
    assert again.revision == before.revision
    assert await kept(world) == before


async def test_a_change_made_from_an_older_revision_is_refused_and_changes_nothing(world: World) -> None:
    await world.operator.define()
    first = (await kept(world)).revision
    await world.operator.ask(define(settings=settings(name="Mine"), changes=first), Revised)

    refused = await world.operator.refused(define(settings=settings(name="Yours"), changes=first))

    assert refused.code == "changed_meanwhile"
    assert (await kept(world)).settings.name == "Mine"


async def test_of_two_changes_at_once_one_is_refused(world: World) -> None:
    await world.operator.define()
    first = (await kept(world)).revision
    answers = await asyncio.gather(
        *(world.operator.send(define(settings=settings(name=f"Shop {n}"), changes=first)) for n in range(6))
    )
    assert sorted(b"refused" in answer for answer in answers) == [False] + [True] * 5


async def test_everything_wrong_is_named_and_the_store_stays_as_it_was(world: World) -> None:
    await world.operator.define("T1")
    wrong = settings(time_zone="Mars/Olympus", floats={"TILL9": 100})

    refused = await world.operator.refused(define(settings=wrong))

    assert refused.code == "unknown_time_zone"
    assert "Mars/Olympus" in refused.text
    assert 'the till "TILL9", which the store does not have; its tills: TILL-T1' in refused.text
    assert (await kept(world)).settings == SETTINGS


async def test_a_store_with_wrong_settings_is_not_created(world: World) -> None:
    wrong = settings(store="S7", tenders=())
    assert (await world.operator.refused(define(settings=wrong))).code == "one_cash_tender"
    assert (await world.operator.refused(StoreSettings(store="S7"))).code == "unknown_store"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"rollover": "25:00"}, "settings.rollover"),
        ({"currency": "euro"}, "settings.currency"),
        ({"tenders": [{"tender": "cash", "name": "Cash", "kind": "cash"}]}, "settings.tenders.0.currency"),
        ({"floats": {"TILL-T1": -1}}, "settings.floats.TILL-T1"),
        ({"floats": {"TILL-T1": 1.5}}, "settings.floats.TILL-T1"),
    ],
)
async def test_settings_that_cannot_be_read_name_the_place(
    world: World, change: dict[str, object], named: str
) -> None:
    request = define(settings=SETTINGS).model_dump(mode="json")
    body = json.dumps({**request, "settings": {**request["settings"], **change}}).encode()
    failed = Failed.model_validate_json(await world.operator.raw(DefineStore.subject, body))
    assert (failed.kind, named in failed.text) == ("permanent", True)


async def test_the_currency_stays_once_the_store_was_open(world: World) -> None:
    await world.operator.define("T1")
    (cash,) = SETTINGS.tenders
    pounds = settings(
        currency="GBP",
        denominations=STANDARD["GBP"],
        tenders=(cash.model_copy(update={"currency": "GBP"}),),
    )
    euros = await world.operator.ask(define(settings=settings(name="Before")), Revised)
    assert await world.operator.ask(define(settings=pounds), Revised) != euros
    await world.operator.ask(define(settings=SETTINGS), Revised)
    await world.operator.day(open_store(MONDAY))

    refused = await world.operator.refused(define(settings=pounds))

    assert refused.code == "currency_stays"


async def test_terminals_hear_of_a_change_at_once(world: World, listener: Listener) -> None:
    await world.operator.define("T1")
    blind = settings(policies=Policies(blind_count=True), floats={"TILL-T1": 15000})
    revised = await world.operator.ask(define(settings=blind), Revised)
    heard = await listener.until(TOPIC, Settings, lambda s: s.rev == revised.revision)
    assert (heard.policies.blind_count, heard.floats) == (True, {"TILL-T1": 15000})


async def test_people_are_told_with_their_rights_and_no_secret(world: World) -> None:
    await world.operator.define("T1")
    body = await world.operator.send(People(store="S1"))
    people = {person.person: person for person in PeopleAnswer.model_validate_json(body).people}
    assert people["CASHIER-1"].rights == ("sell",)
    assert people["SUPERVISOR-1"].role == "supervisor"
    assert not any(word in body for word in (b"pin", b"salt", b"verifier"))
    assert (await world.operator.refused(People(store="S9"))).code == "unknown_store"


async def test_a_pin_that_anybody_would_try_is_refused_where_the_rules_are_strict(world: World) -> None:
    assert ServiceSettingsOfStores.model_fields["pin_rules"].default == "strict"
    await world.operator.define()
    named = {"store": "S1", "person": "CASHIER-7", "name": "Cashier 7", "role": "cashier", "rights": ()}
    clockwork = Clockwork(world.clock, token_bytes)
    tills = TillServiceClient(world.service.nats, clockwork)
    pins = PinHasher(world.service.settings.pin_cost, token_bytes)
    strict = Definitions(Workshop(world.service.database, clockwork), tills, pins)

    wished = DefinePerson.model_validate(command(DefinePerson, **named, pin="1234").model_dump())

    assert json.loads(await strict.define_person(wished))["code"] == "weak_pin"
    again = command(DefinePerson, **named, pin="1234")
    assert (await world.operator.ask(again, Revised)).revision > 0, "the control: here any PIN is taken"


async def test_the_right_to_open_counts_per_store_and_from_the_moment_it_is_given(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.ask(define(settings=settings(store="S2", name="Other Shop")), Revised)
    there = {"store": "S2", "person": "CASHIER-1", "name": "Cashier 1", "role": "cashier"}
    await world.operator.ask(command(DefinePerson, **there, rights=("open_store",)), Revised)

    refused = await world.operator.refused(open_store(by="CASHIER-1"))
    assert refused.details == {"right": "open_store"}

    await world.operator.person("CASHIER-1", "cashier", ("sell", "open_store"))
    assert (await world.operator.day(open_store(by="CASHIER-1"))).state == "open"


async def test_a_terminal_and_a_till_never_share_a_code(world: World) -> None:
    await world.operator.define("T1")
    fields = {"store": "S1", "name": "Counter 2"}
    refused = await world.operator.refused(command(RegisterTerminal, **fields, terminal="T2", till="T1"))
    assert refused.code == "code_taken"
    assert list(world.tills.keys) == ["T1"], "nothing was handed over"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
async def test_a_catalogue_in_parts_takes_effect_when_the_last_part_is_there(
    world: World, order: tuple[int, ...]
) -> None:
    await world.operator.define("T1")
    whole, import_id = products(900), uuid4()
    revisions = []
    for part in order:
        items = whole[part * 300 : (part + 1) * 300]
        fields = {"store": "S1", "items": items, "part": part, "parts": 3, "correlation_id": import_id}
        sent = command(ImportCatalogue, **fields)
        revisions.append((await world.operator.ask(sent, Revised)).revision)
        assert (await world.operator.ask(sent, Revised)).revision == revisions[-1], "a repeat changes nothing"

    assert revisions == [0, 0, 1]
    assert await catalogue(world) == whole
    assert await parts_left(world) == 0


async def test_a_part_that_is_wrong_leaves_the_catalogue_as_it_was(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.ask(command(ImportCatalogue, store="S1", items=products(3)), Revised)
    fields = {"store": "S1", "items": products(2), "parts": 2, "correlation_id": uuid4()}
    await world.operator.ask(command(ImportCatalogue, **fields, part=0), Revised)
    refused = await world.operator.refused(command(ImportCatalogue, **fields, part=1))
    assert refused.code == "double_sku"
    assert await catalogue(world) == products(3)


async def test_a_catalogue_compared_with_an_older_one_is_refused(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.ask(command(ImportCatalogue, store="S1", items=products(3), changes=0), Revised)
    late = command(ImportCatalogue, store="S1", items=products(2), changes=0)

    refused = await world.operator.refused(late)

    assert (refused.code, refused.details) == ("changed_meanwhile", {"revision": 1})
    assert await catalogue(world) == products(3)
    again = command(ImportCatalogue, store="S1", items=products(2), changes=1)
    assert (await world.operator.ask(again, Revised)).revision == 2


async def test_a_barcode_that_names_two_products_is_refused(world: World) -> None:
    await world.operator.define()
    items = tuple(item.model_copy(update={"barcode": "40063813"}) for item in products(2))
    refused = await world.operator.refused(command(ImportCatalogue, store="S1", items=items))
    assert refused.code == "double_barcode"


async def test_more_products_than_a_catalogue_holds_are_refused(world: World) -> None:
    await world.operator.define()
    whole, import_id = products(20_001), uuid4()
    answer = b""
    for part in range(6):
        items = whole[part * 4000 : (part + 1) * 4000]
        fields = {"store": "S1", "items": items, "part": part, "parts": 6, "correlation_id": import_id}
        answer = await world.operator.send(command(ImportCatalogue, **fields))
    assert (
        Refused.model_validate_json(answer).text
        == "A catalogue has at most 20000 products; this one has 20001."
    )


async def catalogue(world: World) -> tuple[CatalogueItem, ...]:
    first = await world.operator.ask(Catalogue(store="S1"), CatalogueAnswer)
    pages = [
        await world.operator.ask(Catalogue(store="S1", page=n), CatalogueAnswer) for n in range(first.pages)
    ]
    assert {page.revision for page in pages} == {first.revision}
    beyond = await world.operator.ask(Catalogue(store="S1", page=first.pages), CatalogueAnswer)
    assert beyond.items == ()
    return tuple(item for page in pages for item in page.items)


async def parts_left(world: World) -> int:
    connection = await world.database.connect()
    try:
        return int(await connection.fetchval("SELECT count(*) FROM store.catalogue_part"))
    finally:
        await connection.close()


async def test_master_data_is_changed_by_whoever_may_manage_the_store_and_the_last_one_keeps_the_right(
    world: World,
) -> None:
    await world.operator.define("T1")
    manager = {"store": "S1", "person": "MANAGER-1", "name": "Manager 1", "role": "manager"}
    await world.operator.ask(command(DefinePerson, **manager, rights=("manage",)), Revised)

    refused = [
        await world.operator.refused(define(settings=settings(name="Other"))),
        await world.operator.refused(command(DefinePerson, **manager, rights=())),
        await world.operator.refused(
            command(RegisterTerminal, store="S1", terminal="T2", till="TILL-T2", name="Counter 2")
        ),
        await world.operator.refused(command(ImportCatalogue, store="S1", items=products(1))),
        await world.operator.refused(command(DefinePerson, by="MANAGER-1", **manager, rights=())),
    ]
    renamed = define(by="MANAGER-1", settings=settings(name="Other"))

    assert [refusal.code for refusal in refused] == ["not_allowed"] * 4 + ["last_manager"]
    assert refused[0].text.startswith('SUPERVISOR-1 may not manage the store "Corner Shop"')
    await world.operator.ask(renamed, Revised)
    assert (await kept(world)).settings.name == "Other"
