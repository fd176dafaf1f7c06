"""One shift at a till, played command by command against the terminal's rules."""

from agent_shop import CASHIER, HEAD, after, pieces, place, store_settings
from terminal_agent.core.chain import Head
from terminal_agent.core.commands import CountFloat, StartTill, TillCommand
from terminal_agent.core.decide import decide
from terminal_agent.core.refusal import Decision, Refusal
from terminal_agent.core.till import Till, expected_in
from tillday_contracts.wishes import Settings

SESSION = "5" * 32


class Shift:
    """Plays commands one after the other."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or store_settings()
        self.till = Till()

    def do(self, command: TillCommand, head: Head = HEAD, **changes: object) -> Decision:
        decision = decide(self.till, command, place(head, self.settings, **changes))
        self.till = after(self.till, decision.entries, self.settings)
        return decision

    def refused(self, command: TillCommand, **changes: object) -> Refusal:
        decision = self.do(command, HEAD, **changes)
        assert decision.refusal is not None
        return decision.refusal

    def opened(self) -> "Shift":
        self.do(StartTill(CASHIER, SESSION))
        self.do(CountFloat(CASHIER, pieces(n5000=3)))
        return self

    @property
    def expected(self) -> int:
        assert self.till.running is not None
        return expected_in(self.till.running.totals, "cash")
