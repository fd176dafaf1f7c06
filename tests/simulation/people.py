"""Who works in a simulated store."""

from __future__ import annotations

from typing import Final

from terminal_agent.core.commands import Actor, Approver

CASHIER: Final = Actor("CASHIER-1", frozenset({"sell", "refund", "discount", "move_cash", "open_drawer"}))
SUPERVISOR: Final = Actor("SUPERVISOR-1", frozenset({"approve_difference", "adjust"}))
APPROVER: Final = Approver(SUPERVISOR, "counted twice")
