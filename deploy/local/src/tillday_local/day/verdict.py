"""The checker's word on a system that is at rest."""

from __future__ import annotations

from typing import Final

from tillday_checker.check import check
from tillday_checker.verdict import Verdict
from tillday_local.system import LocalSystem

PATIENCE_SECONDS: Final = 20.0
"""How long readers may take to follow the ledger before a difference counts."""


async def check_system(system: LocalSystem) -> Verdict:
    """Check every invariant over the system's database, journals and paper tapes; raises CannotRead."""
    folders = [system.folder.terminal(address.terminal) for address in system.plan.terminals]
    database = system.database
    return await check(database.url, folders, password=database.password, patience=PATIENCE_SECONDS)


def sentence(verdict: Verdict) -> str:
    """Return the verdict in one sentence."""
    if verdict.holds:
        return f"all invariants hold ({len(verdict.evaluated)} checked)"
    broken = ", ".join(str(number) for number in verdict.violated)
    return f"VIOLATED: invariants {broken} of {len(verdict.evaluated)} checked"
