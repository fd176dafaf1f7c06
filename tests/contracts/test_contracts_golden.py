"""Golden files: what was published once is read and written the same for ever."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from pydantic import BaseModel, ValidationError

import tillday_contracts
from tillday_contracts import entries
from tillday_contracts.examples import examples
from tillday_contracts.schemas import HOME
from tillday_contracts.store_messages import OpenStore, StoreOpened
from tillday_contracts.wire import REPLIES, WIRE

GOLDEN = HOME / "golden"


def golden_file(name: str) -> Path:
    return GOLDEN / f"{name}.v1.json"


def without_new_defaults(model: BaseModel, frozen: object) -> object:
    """What the model writes today, less the optional fields that the frozen text does not know."""
    return _common(model.model_dump(mode="json"), frozen)


def _common(written: object, frozen: object) -> object:
    if isinstance(written, dict) and isinstance(frozen, dict):
        return {key: _common(value, frozen[key]) for key, value in written.items() if key in frozen}
    if isinstance(written, list) and isinstance(frozen, list) and len(written) == len(frozen):
        return [_common(one, other) for one, other in zip(written, frozen, strict=True)]
    return written


@pytest.mark.parametrize("name", sorted(WIRE))
def test_a_published_message_is_read_and_written_as_it_was(name: str) -> None:
    frozen = json.loads(golden_file(name).read_text(encoding="utf-8"))

    model = WIRE[name].model_validate_json(golden_file(name).read_bytes())

    assert without_new_defaults(model, frozen) == frozen


@pytest.mark.parametrize("name", sorted(WIRE))
def test_every_example_survives_the_wire(name: str) -> None:
    example = examples()[name]

    assert type(example) is WIRE[name]
    assert WIRE[name].model_validate_json(example.model_dump_json()) == example


def test_every_golden_file_has_a_model_and_every_model_a_golden_file() -> None:
    assert {path.name for path in GOLDEN.glob("*.json")} == {golden_file(name).name for name in WIRE}


def test_a_changed_figure_would_not_pass_for_the_golden_one() -> None:
    frozen = json.loads(golden_file("entry.sale").read_text(encoding="utf-8"))
    sale = entries.Sale.model_validate(frozen)

    assert without_new_defaults(sale.model_copy(update={"rounding": 1}), frozen) != frozen


def test_a_new_optional_field_passes_beside_the_golden_one() -> None:
    class GrownBoot(entries.Boot):
        operating_system: str = "unknown"

    frozen = json.loads(golden_file("entry.boot").read_text(encoding="utf-8"))

    assert without_new_defaults(GrownBoot.model_validate(frozen), frozen) == frozen


def test_every_model_of_the_contracts_travels_by_itself_or_inside_another() -> None:
    travelling = {schema for model in WIRE.values() for schema in _names_inside(model)}
    modules = [
        import_module(f"tillday_contracts.{found.name}") for found in iter_modules(tillday_contracts.__path__)
    ]
    published = {model for module in modules for model in _models_of(module.__name__, vars(module))}

    assert {model.__name__ for model in published} - travelling <= ABSTRACT | ON_PAPER


ABSTRACT = {
    "Part",
    "Fact",
    "Command",
    "Question",
    "Event",
    "Position",
    "SettingsContent",
    "DesiredContent",
} | {"AlarmEvent"}
ON_PAPER = {"PrintedClose"}


def _names_inside(model: type[BaseModel]) -> Iterator[str]:
    yield model.__name__
    for name in model.model_json_schema().get("$defs", {}):
        yield name.rsplit("__", 1)[-1]


def _models_of(module: str, content: dict[str, object]) -> Iterator[type[BaseModel]]:
    for value in content.values():
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module:
            yield value


def test_every_request_has_an_address_of_its_own() -> None:
    subjects = [getattr(request, "subject") for request in REPLIES]  # noqa: B009

    assert len(set(subjects)) == len(subjects)


def test_a_command_refuses_what_it_does_not_know() -> None:
    command = examples()["request.open_store"].model_dump(mode="json")

    with pytest.raises(ValidationError):
        OpenStore.model_validate({**command, "force": True})


def test_an_event_lets_the_fields_of_a_newer_version_pass() -> None:
    event = examples()["event.store_opened"].model_dump(mode="json")

    assert StoreOpened.model_validate({**event, "weather": "rain"}) == examples()["event.store_opened"]
