"""JSON Schemas of every wire model and the AsyncAPI document: made from the code, kept beside it, compared.

`python -m tillday_contracts.schemas --check` names each file that differs from the code; `--write` repairs
it, and refuses where a change would break whoever speaks the published version.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tillday_contracts.asyncapi import asyncapi_document
from tillday_contracts.compatibility import breaking_changes
from tillday_contracts.wire import WIRE, WIRE_VERSION

HOME: Final = Path(__file__).resolve().parents[2]
REPAIR: Final = "python -m tillday_contracts.schemas --write"
ASYNCAPI_FILE: Final = "asyncapi.json"


def schema_file(name: str) -> str:
    """Return where a model's schema is kept, relative to the contracts' folder."""
    return f"schemas/{name}.{WIRE_VERSION}.json"


def schemas() -> dict[str, dict[str, object]]:
    """Return the schema of each wire model by the file it is kept in."""
    return {schema_file(name): model.model_json_schema(mode="validation") for name, model in WIRE.items()}


def documents() -> dict[str, str]:
    """Return the text of every generated file, by its place in the contracts' folder."""
    made: dict[str, dict[str, object]] = {**schemas(), ASYNCAPI_FILE: asyncapi_document(schema_file)}
    return {name: f"{json.dumps(content, indent=2, ensure_ascii=False)}\n" for name, content in made.items()}


def drift(home: Path = HOME) -> list[str]:
    """Return a sentence for each generated file that differs from the code or has no model any more."""
    made = documents()
    kept = {f"schemas/{path.name}" for path in (home / "schemas").glob("*.json")}
    changed = [f"{name} differs from the code" for name, text in made.items() if _read(home / name) != text]
    return changed + [f"{name} belongs to no model any more" for name in sorted(kept - made.keys())]


def broken(home: Path = HOME) -> list[str]:
    """Return a sentence for each change in the code that breaks a published schema."""
    problems = []
    for name, new in schemas().items():
        text = _read(home / name)
        old: Mapping[str, object] = json.loads(text) if text else new
        problems += [f"{name}: {change}" for change in breaking_changes(old, new)]
    return problems


def write(home: Path = HOME) -> None:
    """Write every generated file."""
    (home / "schemas").mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (home / name).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the files agree with the code, or do now."""
    parser = argparse.ArgumentParser(prog="python -m tillday_contracts.schemas", description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="compare only (the default)")
    action.add_argument(
        "--write", action="store_true", help="write what differs, unless it breaks a published one"
    )
    parser.add_argument(
        "--directory", type=Path, default=HOME, help="the contracts' folder (default: this one)"
    )
    options = parser.parse_args(arguments)
    if breaks := broken(options.directory):
        _say(
            *breaks,
            "A breaking change is a new version beside the old one: keep the published model as it is.",
        )
        return 1
    if options.write:
        write(options.directory)
    if differences := drift(options.directory):
        _say(*differences, f"Repair it with: {REPAIR}")
        return 1
    _say(f"{len(documents())} generated files agree with the code.")
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
