"""Domain code and contracts reach nothing outside themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from architecture.purity import impure_files, impurities

ROOT = Path(__file__).parents[2]
CONTRACTS = frozenset({"tillday_contracts", "pydantic", "pydantic_core", "babel"})
# Programs of the contracts' own, run by a person, and the clock that composition roots inject.
EDGES = ("replay_clock.py", "schemas.py", "asyncapi.py", "compatibility.py", "__main__.py")
PURE_PACKAGES = (
    "services/store_service/src/store_service/domain",
    "services/till_service/src/till_service/domain",
    "services/report_service/src/report_service/domain",
    "services/backoffice_service/src/backoffice_service/domain",
    "terminal_agent/src/terminal_agent/core",
)


def test_contracts_need_the_standard_library_and_pydantic_only() -> None:
    folder = ROOT / "contracts" / "src" / "tillday_contracts"

    found = [
        line for line in impure_files(folder, allowed=CONTRACTS) if not line.split(":")[0].endswith(EDGES)
    ]
    assert found == []


@pytest.mark.parametrize("folder", PURE_PACKAGES)
def test_business_rules_need_the_standard_library_and_contracts_only(folder: str) -> None:
    own = ".".join(Path(folder).parts[-2:])
    assert (ROOT / folder).is_dir()

    assert impure_files(ROOT / folder, allowed=frozenset({"tillday_contracts", own})) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import asyncpg",
        "import time",
        "import os.path",
        "from random import choice",
        "from uuid import uuid4",
        "from till_service.persistence import ledger",
        "import structlog",
        "from tillday_contracts.replay_clock import wall_clock",
        "def f():\n    import sqlite3",
        "from datetime import datetime\nx = datetime.now()",
        "import datetime\nx = datetime.date.today()",
    ],
)
def test_a_planted_impurity_is_found(planted: str) -> None:
    assert impurities(planted, allowed=frozenset({"tillday_contracts", "till_service.domain"}))


@pytest.mark.parametrize(
    "innocent",
    [
        "from uuid import UUID",
        "import hashlib, hmac, json, re",
        "from tillday_contracts.money import Money",
        "from till_service.domain.session import Open",
        "from datetime import datetime\ndef f(now): return now()",
    ],
)
def test_what_is_pure_is_left_in_peace(innocent: str) -> None:
    assert impurities(innocent, allowed=frozenset({"tillday_contracts", "till_service.domain"})) == []
