"""The bill of materials of a release (CycloneDX 1.6): the lock, the servers that come with it, the ui kit."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from tillday_local.broker import find_broker
from tillday_local.postgres import find_programs

PINNED: Final = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)")
HASH: Final = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")
VENDORED: Final = re.compile(
    r"^\| [^|]+ \| (?P<version>\d[^ |]*)[^|]*\| (?P<licence>[^|,]+)[^|]*\| npm `(?P<npm>[^`]+)` \|$"
)
VERSION: Final = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Something that a release is made of, under the name that advisories know it by."""

    name: str
    version: str
    purl: str
    kind: str = "library"
    hashes: tuple[str, ...] = ()
    licence: str | None = None

    def described(self) -> dict[str, Any]:
        """Return the component as CycloneDX writes it."""
        told: dict[str, Any] = {
            "type": self.kind,
            "bom-ref": self.purl,
            "name": self.name,
            "version": self.version,
            "purl": self.purl,
        }
        if self.hashes:
            told["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in self.hashes]
        if self.licence:
            told["licenses"] = [{"license": {"name": self.licence}}]
        return told


def locked(text: str) -> list[Component]:
    """Return the packages of a requirement file with the hashes of their wheels."""
    found: list[Component] = []
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        pinned = PINNED.match(entry)
        if pinned is None:
            continue
        name, version = pinned["name"].lower(), pinned["version"]
        hashes = tuple(HASH.findall(entry))
        found.append(Component(name=name, version=version, purl=f"pkg:pypi/{name}@{version}", hashes=hashes))
    return found


def vendored(text: str) -> list[Component]:
    """Return what the ui kit's list of foreign parts names."""
    return [
        Component(
            name=row["npm"],
            version=row["version"],
            purl=f"pkg:npm/{quote(row['npm'], safe='/')}@{row['version']}",
            licence=row["licence"].strip(),
        )
        for row in map(VENDORED.match, text.splitlines())
        if row
    ]


def servers() -> list[Component]:
    """Return broker and database as they were installed; each says its version itself."""
    broker, database = _version(find_broker()), _version(find_programs() / "postgres")
    return [
        Component(
            name="nats-server",
            version=broker,
            purl=f"pkg:golang/github.com/nats-io/nats-server/v2@v{broker}",
            kind="application",
            licence="Apache-2.0",
        ),
        Component(
            name="postgresql",
            version=database,
            purl=f"pkg:generic/postgresql@{database}",
            kind="application",
            licence="PostgreSQL",
        ),
    ]


def document(version: str, components: Iterable[Component]) -> dict[str, Any]:
    """Return the bill; the same parts make the same bytes."""
    parts = sorted({part.purl: part for part in components}.values(), key=lambda part: part.purl)
    told = [part.described() for part in parts]
    root = f"pkg:generic/tillday@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(told, sort_keys=True))}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": root, "name": "tillday", "version": version}
        },
        "components": told,
        "dependencies": [{"ref": root, "dependsOn": [part.purl for part in parts]}],
    }


def bill_of(root: Path, version: str) -> dict[str, Any]:
    """Return the bill of the release whose source lies here. Raises OSError where a list is missing."""
    lock = (root / "locks" / "run.txt").read_text(encoding="utf-8")
    kit = (root / "ui_kit" / "THIRD_PARTY.md").read_text(encoding="utf-8")
    return document(version, [*locked(lock), *vendored(kit), *servers()])


def _version(program: Path) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=10)
    found = VERSION.search(said.stdout)
    return found[0] if found else said.stdout.strip()
