"""Settings, people and catalogue on the command line, against a real store service."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from integration.store_service.store_world import SETTINGS, World
from tillday_contracts.store_messages import SettingsAnswer, StoreSettings
from typed_commands import Ended, typed

HEADING = "sku,name,price_minor,tax_percent,barcode,category"


class Shell:
    """Runs the command line against a world's broker."""

    def __init__(self, world: World) -> None:
        self._broker = world.broker

    async def __call__(self, *arguments: str, pin: str = "") -> Ended:
        password = self._broker.password_of("tillday")
        environment = {"TILLDAY_NATS_URL": self._broker.nats_url, "TILLDAY_NATS_PASSWORD": password}
        ended = await typed(*arguments, environment={**os.environ, **environment, "TILLDAY_NEW_PIN": pin})
        assert "Traceback" not in ended.err
        return ended


@pytest.fixture
async def tillday(world: World) -> Shell:
    await world.operator.define("T1")
    return Shell(world)


async def kept(world: World) -> SettingsAnswer:
    return await world.operator.ask(StoreSettings(store="S1"), SettingsAnswer)


async def test_a_setting_is_set_shown_and_stands_in_the_history(world: World, tillday: Shell) -> None:
    done = await tillday("settings", "set", "keep", "cash", "fixed", "123.45", "--by", "MANAGER-1")
    assert (done.code, done.err) == (0, "")
    assert "keep cash: fixed 1.00 → fixed 123.45" in done.out
    assert "at the next opening count of each till" in done.out
    assert (await kept(world)).settings.tenders[0].keep.amount == 12345

    shown, history = await asyncio.gather(tillday("settings", "show"), tillday("settings", "history"))
    assert "fixed 123.45" in shown.out
    assert all(word in history.out for word in ("MANAGER-1", "keep cash: fixed 1.00 → fixed 123.45"))
    before = await tillday("settings", "show", "--revision", "1")
    assert "fixed 1.00" in before.out

    again = await tillday("settings", "set", "keep", "cash", "fixed", "123.45")
    assert (again.code, "It is so already" in again.out) == (0, True)


async def test_what_the_store_refuses_is_a_sentence_and_changes_nothing(world: World, tillday: Shell) -> None:
    refused = await tillday("settings", "set", "float", "TILL9", "100.00")
    unreadable = await tillday("settings", "set", "float", "TILL-T1", "lots")
    assert refused.code == 1
    assert 'the till "TILL9", which the store does not have; its tills: TILL-T1' in refused.err
    assert (unreadable.code, "write it like 12.30" in unreadable.err) == (2, True)
    assert (await kept(world)).settings == SETTINGS


async def test_answers_are_one_json_object_where_asked(tillday: Shell) -> None:
    done, shown, refused = await asyncio.gather(
        tillday("settings", "set", "blind-count", "on", "--json"),
        tillday("people", "show", "--json"),
        tillday("settings", "show", "--store", "S9", "--json"),
    )
    assert json.loads(done.out)["changes"] == ["blind-count: off → on"]
    assert [person["person"] for person in json.loads(shown.out)["people"]] == ["CASHIER-1", "SUPERVISOR-1"]
    assert json.loads(refused.out)["code"] == "unknown_store"


async def test_two_people_who_set_two_settings_at_once_both_succeed(world: World, tillday: Shell) -> None:
    ended = await asyncio.gather(
        tillday("settings", "set", "name", "Corner Café"), tillday("settings", "set", "blind-count", "on")
    )
    assert [one.code for one in ended] == [0, 0]
    settings = (await kept(world)).settings
    assert (settings.name, settings.policies.blind_count) == ("Corner Café", True)


async def test_a_person_is_defined_and_changed(tillday: Shell) -> None:
    unnamed = await tillday("people", "set", "CASHIER-2", "--grant", "sell")
    assert (unnamed.code, "--name and --role" in unnamed.err) == (1, True)
    named = ("--name", "Cashier 2", "--role", "cashier", "--grant", "sell", "--grant", "refund")
    defined = await tillday("people", "set", "CASHIER-2", *named)
    assert "has no PIN and cannot sign in yet" in defined.err
    changed = await tillday("people", "set", "CASHIER-2", "--revoke", "refund", "--pin", pin="271828")
    assert "CASHIER-2: Cashier 2, cashier, may sell." in changed.out
    assert "271828" not in changed.out + changed.err
    assert "Cashier 2" in (await tillday("people", "show")).out


async def test_a_catalogue_with_a_bad_line_is_not_imported_unless_it_may_be_left_out(
    tillday: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "products.csv"
    file.write_text(f"{HEADING}\nA,Apple,60,7\nB,Pear,1.50,7\nC,Plum,80,7,,Fruit\n")

    refused = await tillday("catalogue", "import", str(file))
    assert refused.code == 1
    assert 'line 3: price_minor "1.50" is no price: whole minor units, 199 for 1.99' in refused.err
    assert "its 2 good lines can be imported with --skip-bad" in refused.err
    assert "0 of 0 products" in (await tillday("catalogue", "show")).out

    report = json.loads((await tillday("catalogue", "import", str(file), "--skip-bad", "--json")).out)
    assert (report["imported"], report["revision"], report["problems"][0]["line"]) == (2, 1, 3)
    shown = await tillday("catalogue", "show", "--find", "fruit")
    assert "1 of 2 products" in shown.out
    assert "Plum" in shown.out


async def test_five_thousand_products_are_imported_as_one(tillday: Shell, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    lines = [
        f"SKU-{n:05},Product number {n},{n + 1},5.5,{4000000000000 + n},Group {n % 9}" for n in range(5000)
    ]
    file.write_text("\n".join((HEADING, *lines)))
    done = await tillday("catalogue", "import", str(file))
    assert "5000 products. The catalogue is at revision 1." in done.out
    items = json.loads((await tillday("catalogue", "show", "--json")).out)["items"]
    assert [item["price"] for item in items] == list(range(1, 5001))


@pytest.mark.parametrize("name", ["missing.csv", "."])
async def test_a_file_that_cannot_be_read_is_named(tillday: Shell, tmp_path: Path, name: str) -> None:
    ended = await tillday("catalogue", "import", str(tmp_path / name))
    assert (ended.code, "cannot be read" in ended.err) == (1, True)
