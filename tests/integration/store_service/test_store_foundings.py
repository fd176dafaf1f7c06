"""A new store over a real broker and database: like one that there is, and whole at once."""

from integration.store_service.store_world import SETTINGS, SUPERVISOR, World, command
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.store_messages import (
    Catalogue,
    CatalogueAnswer,
    CreateStore,
    ImportCatalogue,
    People,
    PeopleAnswer,
    Revised,
    SettingsAnswer,
    StoreSettings,
)
from tillday_contracts.wishes import SettingsContent

BREAD = CatalogueItem(sku="BREAD", name="Loaf", price=420, tax_rate=550)
HARBOUR = SETTINGS.model_copy(
    update={"store": "S7", "name": "Harbour Shop", "receipt_head": ("1 Harbour Street", "VAT 123456789")}
)


async def shop_of_a_manager(world: World) -> None:
    """A store with a catalogue, managed by the supervisor."""
    await world.operator.define("T1")
    await world.operator.person(SUPERVISOR, "manager", ("sell", "manage"))
    await world.operator.ask(command(ImportCatalogue, store="S1", items=(BREAD,)), Revised)


def create(settings: SettingsContent = HARBOUR, **fields: object) -> CreateStore:
    given = {"store": "S1", "settings": settings, "name": "Supervisor 1", "catalogue": True, **fields}
    return CreateStore.model_validate(command(CreateStore, **given))


async def test_a_new_store_has_its_settings_its_manager_and_the_catalogue_of_its_pattern(
    world: World,
) -> None:
    await shop_of_a_manager(world)
    wish = create()
    created = await world.operator.send(wish)

    assert await world.operator.send(wish) == created
    told = await world.operator.ask(StoreSettings(store="S7"), SettingsAnswer)
    assert told.settings == HARBOUR.model_copy(update={"catalogue_rev": 1})
    assert [(one.revision, one.by) for one in told.history] == [(2, SUPERVISOR), (1, SUPERVISOR)]
    (manager,) = (await world.operator.ask(People(store="S7"), PeopleAnswer)).people
    assert (manager.person, manager.name, manager.role) == (SUPERVISOR, "Supervisor 1", "manager")
    assert {"manage", "open_store", "sell"} <= set(manager.rights)
    assert (await world.operator.ask(Catalogue(store="S7"), CatalogueAnswer)).items == (BREAD,)
    assert (await world.events()).count("store_defined") == 4


async def test_who_manages_nothing_and_who_wants_a_code_twice_creates_no_store(world: World) -> None:
    await shop_of_a_manager(world)
    refused = await world.operator.refused(create(by="CASHIER-1"))
    assert (refused.code, "create a store like" in refused.text) == ("not_allowed", True)
    assert (await world.operator.refused(create(store="S9"))).code == "unknown_store"
    wrong = HARBOUR.model_copy(update={"tenders": ()})
    assert (await world.operator.refused(create(wrong))).code == "one_cash_tender"
    taken = await world.operator.refused(create(SETTINGS))

    assert (taken.code, '"S1"' in taken.text) == ("store_exists", True)
    assert (await world.operator.refused(StoreSettings(store="S7"))).code == "unknown_store"
