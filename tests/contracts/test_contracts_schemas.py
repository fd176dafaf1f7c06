"""The committed schemas agree with the code, and no change breaks a published one."""

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tillday_contracts.compatibility import breaking_changes
from tillday_contracts.examples import examples
from tillday_contracts.schemas import HOME, REPAIR, broken, drift, main, schema_file, schemas, write
from tillday_contracts.wire import WIRE

PUBLISHED: dict[str, object] = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "maxLength": 16},
        "amount": {"type": "integer", "minimum": 0},
        "state": {"enum": ["open", "closed"]},
        "by": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
    },
    "$defs": {"Line": {"type": "object", "properties": {"sku": {"type": "string"}}}},
}


def changed(**fields: object) -> dict[str, object]:
    properties = PUBLISHED["properties"]
    assert isinstance(properties, dict)
    return {**PUBLISHED, "properties": {**properties, **fields}}


def test_the_committed_files_agree_with_the_code() -> None:
    assert drift() == []


def test_no_change_breaks_a_published_schema() -> None:
    assert broken() == []


@pytest.mark.parametrize("name", sorted(WIRE))
def test_every_example_fits_its_schema(name: str) -> None:
    schema = json.loads((HOME / schema_file(name)).read_text(encoding="utf-8"))
    instance = json.loads(examples()[name].model_dump_json())

    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(instance)) == []


def test_growth_breaks_nobody() -> None:
    grown = changed(
        code={"type": "string", "maxLength": 32},
        amount={"type": "integer"},
        state={"enum": ["open", "closed", "cancelled"]},
        by={"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        added={"type": "string"},
    )

    assert breaking_changes(PUBLISHED, grown) == []


@pytest.mark.parametrize(
    ("newer", "named"),
    [
        (changed(code={"type": "integer"}), "$.code: type was narrowed"),
        (changed(code={"type": "string", "maxLength": 8}), "$.code: maxLength was narrowed to 8"),
        (changed(code={"type": "string", "maxLength": 16, "pattern": "^A"}), "$.code: pattern was changed"),
        (changed(amount={"type": "integer", "minimum": 1}), "$.amount: minimum was narrowed to 1"),
        (changed(state={"enum": ["open"]}), "$.state: enum was narrowed"),
        (changed(state={"const": "open"}), "$.state: enum was narrowed"),
        (changed(by={"type": "string"}), "$.by: type was narrowed"),
        (changed(lines={"type": "array", "items": {"type": "string"}}), "$.lines[items]: type was narrowed"),
        ({**PUBLISHED, "required": ["code", "amount"]}, "$.amount is required now"),
        ({**PUBLISHED, "additionalProperties": False}, "unknown fields are refused now"),
        ({**PUBLISHED, "properties": {}}, "$.code was removed or renamed"),
        ({**PUBLISHED, "$defs": {"Line": {"type": "object"}}}, "$.lines[items].sku was removed or renamed"),
    ],
)
def test_a_breaking_change_is_named(newer: dict[str, object], named: str) -> None:
    assert any(named in change for change in breaking_changes(PUBLISHED, newer))


def test_a_schema_that_was_edited_by_hand_is_named_with_the_command_that_repairs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    edited = tmp_path / schema_file("entry.boot")
    edited.write_text(edited.read_text(encoding="utf-8").replace("Boot", "Bout"), encoding="utf-8")

    assert main(["--check", "--directory", str(tmp_path)]) == 1

    output = capsys.readouterr().out
    assert schema_file("entry.boot") in output
    assert REPAIR in output


def test_a_changed_asyncapi_document_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    (tmp_path / "asyncapi.json").write_text("{}", encoding="utf-8")

    assert main(["--check", "--directory", str(tmp_path)]) == 1
    assert "asyncapi.json differs from the code" in capsys.readouterr().out


def test_writing_refuses_to_publish_a_breaking_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(HOME / "schemas", tmp_path / "schemas")
    published = tmp_path / schema_file("entry.boot")
    schema = json.loads(published.read_text(encoding="utf-8"))
    schema["properties"]["region"] = {"type": "string"}
    published.write_text(json.dumps(schema), encoding="utf-8")

    assert main(["--write", "--directory", str(tmp_path)]) == 1
    assert "$.region was removed or renamed" in capsys.readouterr().out
    assert json.loads(published.read_text(encoding="utf-8")) == schema


def test_a_schema_without_a_model_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "schemas" / "entry.gone.v1.json").write_text("{}", encoding="utf-8")

    assert drift(tmp_path) == ["schemas/entry.gone.v1.json belongs to no model any more"]


def test_a_published_schema_does_not_depend_on_the_run() -> None:
    assert json.dumps(schemas()) == json.dumps(schemas())
