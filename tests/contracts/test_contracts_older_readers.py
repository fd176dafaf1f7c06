"""What a newer version adds, an older one reads past: settings of coins and notes, and commands."""

from typing import Any

import pytest

from tillday_contracts.denominations import STANDARD, Denomination
from tillday_contracts.example_link import settings_content
from tillday_contracts.examples import examples
from tillday_contracts.messages import Command, sendable
from tillday_contracts.model import Part
from tillday_contracts.piece_looks import PieceLook, colour_of, in_order
from tillday_contracts.setting_edits import edit_settings
from tillday_contracts.store_messages import DefineStore
from tillday_contracts.wishes import SettingsContent, seal_settings

FIFTY = Denomination(value=5000, kind="note")
LATER = PieceLook(value=5000, colour="holographic")


def shown(settings: SettingsContent) -> list[int]:
    return [piece.value for piece in in_order(settings.denominations, settings.looks)]


def test_coins_and_notes_stand_as_a_store_orders_them_and_the_highest_first_otherwise() -> None:
    usual = settings_content()
    ordered = edit_settings(usual, "piece-order", ["20,50,0.10"])

    assert shown(usual) == sorted((piece.value for piece in STANDARD["EUR"]), reverse=True)
    assert shown(ordered)[:4] == [2000, 5000, 10, 20000]
    assert edit_settings(ordered, "piece-order", ["standard"]) == usual


def test_a_colour_is_the_chosen_one_and_one_that_only_a_newer_version_knows_is_none() -> None:
    pink = edit_settings(settings_content(), "piece-colour", ["50", "pink"])

    assert [colour_of(FIFTY, "EUR", looks) for looks in (pink.looks, (), (LATER,))] == [
        "pink",
        "orange",
        "orange",
    ]
    assert edit_settings(pink, "piece-colour", ["50", "standard"]) == settings_content()


def test_an_older_reader_finds_coins_and_notes_as_it_knows_them() -> None:
    newer = edit_settings(settings_content(), "piece-colour", ["50", "pink"]).model_dump(mode="json")

    assert all(piece.keys() == {"value", "kind"} for piece in newer["denominations"])
    # It refuses what it does not know of a coin, and passes over what it does not know of a store.
    assert SettingsContent.model_validate({**newer, "weather": "rain"}).looks[0].value == 20000


def test_settings_without_looks_are_sealed_as_they_were_before_there_were_any() -> None:
    sealed = seal_settings(settings_content(), rev=5).model_dump(mode="json")

    assert not {"looks", "receipt_head"} & {*sealed, *sealed["tenders"][0]}


class OlderDefineStore(Part):
    """What a service took before a change could name the revision it was made from."""

    message_id: Any
    correlation_id: Any
    occurred_at: Any
    by: Any
    settings: Any


@pytest.mark.parametrize("changes", [None, 4])
def test_a_service_older_than_an_optional_field_takes_a_command_that_does_not_use_it(
    changes: int | None,
) -> None:
    command = examples()["request.define_store"].model_copy(update={"changes": changes})
    assert isinstance(command, Command)

    if changes is None:
        OlderDefineStore.model_validate_json(sendable(command))
    else:
        with pytest.raises(ValueError, match="changes"):
            OlderDefineStore.model_validate_json(sendable(command))
    assert DefineStore.model_validate_json(sendable(command)) == command
