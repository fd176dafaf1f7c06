"""What entries do outside: the document that goes with them, and the drawer that opens for them."""

from collections.abc import Callable, Mapping, Sequence

from terminal_agent.core.chain import Entry
from terminal_agent.core.till import Open
from terminal_agent.desk.book import Aside, Book
from terminal_agent.desk.papers import Kept, Papers, dumped
from terminal_agent.desk.printing import Job
from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.journal.rows import Answer, Effect
from terminal_agent.paper.lines import Lines
from tillday_contracts.entries import (
    CashUpStarted,
    EntryBody,
    Movement,
    NoSale,
    Sale,
    TillClosed,
    TillStarted,
)


class Documents:
    """Lays out what goes with entries, so that it is stored with them and printed after them."""

    def __init__(self, book: Book, papers: Papers) -> None:
        self._book = book
        self.papers = papers

    def names(self) -> Mapping[str, str]:
        """Return what documents call people."""
        return {code: person.name for code, person in self._book.memory.people.items()}

    def of(self, bodies: Sequence[EntryBody], running: Open | None) -> dict[str, Kept]:
        """Return the documents of entries that are about to be written, by number."""
        settings, at = self._book.memory.settings, self._book.world.now()
        if settings is None:
            return {}
        made: dict[str, Kept] = {}
        for body in bodies:
            if isinstance(body, Sale):
                made[body.number] = self.papers.receipt(body, settings, self.names(), at)
            elif isinstance(body, TillClosed) and running is not None:
                made[body.number] = self.papers.cash_up(body, running, settings, self.names(), at)
        return made

    def job(self, body: EntryBody, entry: Entry, made: Mapping[str, Kept]) -> Job | None:
        """Return what is to be done outside for an entry, None where nothing is."""
        if isinstance(body, Sale | TillClosed):
            return Job(entry.hash, body.number, self.bytes_of(made[body.number]), kick=kicks(body))
        return Job(entry.hash, kick=True) if kicks(body) else None

    def bytes_of(self, kept: Kept, *, copy: int | None = None) -> Callable[[], bytes]:
        """Return what makes the bytes of a document, where there is time for it."""
        return lambda: self.encoded(self.papers.lines(kept, copy=copy))

    def encoded(self, lines: Lines) -> bytes:
        """Return lines as the printer takes them."""
        return encode(lines, columns=self.papers.columns)


def kicks(body: EntryBody) -> bool:
    """Say whether the drawer opens for an entry."""
    if isinstance(body, Sale):
        return bool(body.payments)
    return isinstance(body, TillStarted | CashUpStarted | Movement | NoSale)


def aside_of(
    bodies: Sequence[EntryBody], made: Mapping[str, Kept], answer: Answer | None, *, done: str | None = None
) -> Aside:
    """Enter with the entries what will be done for them outside, before any of it is tried."""

    def effects(entries: Sequence[Entry]) -> list[Effect]:
        entered: list[Effect] = []
        for body, entry in zip(bodies, entries, strict=True):
            if isinstance(body, Sale | TillClosed):
                entered.append(Effect(entry.hash, "print", "sending", body.number))
            if kicks(body):
                entered.append(Effect(entry.hash, "kick", "tried"))
        return entered

    papers = [(number, dumped(kept)) for number, kept in made.items()]
    return Aside(effects, papers, answer, done=done)
