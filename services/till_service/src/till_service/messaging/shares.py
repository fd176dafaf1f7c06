"""Each terminal's share of what is taken at once: one that floods delays nobody but itself."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

import structlog

from till_service.messaging.metrics import LET_GO
from tillday_contracts.topics import TerminalAddress

log = structlog.get_logger()

MOST_OF_ONE: Final = 32
"""Messages of one terminal in one batch. A terminal has at most 4 on their way and sends again what nobody
acknowledges, so only one that does not keep the rules ever has more waiting."""
HELLOS_OF_ONE: Final = 2
"""HELLOs of one terminal in work at a time; the next one says all that a skipped one said."""


class Spoken(Protocol):
    """A message, as far as its sender stands on it."""

    @property
    def subject(self) -> str: ...


Said = TypeVar("Said", bound=Spoken)


def shares(batch: Sequence[Said], *, most: int = MOST_OF_ONE) -> tuple[list[Said], Counter[str]]:
    """Return at most `most` messages of each sender, the earliest, and how many were left out by sender."""
    seen: Counter[str] = Counter()
    taken: list[Said] = []
    for message in batch:
        seen[message.subject] += 1
        if seen[message.subject] <= most:
            taken.append(message)
    return taken, Counter({sender: count - most for sender, count in seen.items() if count > most})


def sharing(
    handle: Callable[[Sequence[Said]], Awaitable[None]],
) -> Callable[[Sequence[Said]], Awaitable[None]]:
    """Return a handler that takes no more than its share of any terminal; the rest is let go unanswered."""

    async def handle_shares(batch: Sequence[Said]) -> None:
        taken, let_go = shares(batch)
        for sender, count in let_go.items():
            LET_GO.inc(count)
            log.warning("a terminal sends more than its share", subject=sender[:120], let_go=count)
        await handle(taken)

    return handle_shares


@dataclass
class Turns:
    """Who is being answered right now."""

    busy: Counter[TerminalAddress] = field(default_factory=Counter)

    @contextmanager
    def of(self, address: TerminalAddress) -> Iterator[bool]:
        """Say whether it is this terminal's turn; it is not while enough of it is in work already."""
        its_turn = self.busy[address] < HELLOS_OF_ONE
        self.busy[address] += 1
        try:
            yield its_turn
        finally:
            self.busy[address] -= 1
            if not self.busy[address]:
                del self.busy[address]
