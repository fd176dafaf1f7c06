"""What a terminal has on its disk: journals by epoch, their acknowledgements, and the state beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from terminal_agent.core.answers import MarkAcked
from terminal_agent.core.chain import Entry, Head
from terminal_agent.core.drain import JournalView
from terminal_agent.core.terminal import Terminal
from terminal_agent.core.till import Till
from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.wishes import Desired

Acked = tuple[str, int, float]
"""Timeline, count, and the second at which the ack came."""


@dataclass(eq=False)
class Journal:
    """One epoch as it is held: `entries[0]` has the sequence `first`."""

    epoch: str
    reason: str
    key_id: str = ""
    """The key that it is chained with."""
    first: int = 1
    entries: list[Entry] = field(default_factory=list)
    acks: dict[int, Acked] = field(default_factory=dict)
    changes: int = 0
    """Rises with everything that happens to it."""
    head: Head = field(init=False)
    """The newest entry."""
    _done: int = 0
    """How many of the first entries are acknowledged at least."""
    _newest: tuple[int, dict[str, tuple[float, int]]] = (-1, {})
    """What `newest_acks` found after how many changes."""

    def __post_init__(self) -> None:
        self.head = self.entries[-1].head if self.entries else Head(self.epoch)

    def copy(self) -> Journal:
        """Return the same journal for another disk."""
        return replace(self, entries=list(self.entries), acks=dict(self.acks))

    def append(self, entry: Entry) -> None:
        """Write the next entry."""
        self.entries.append(entry)
        self.head = entry.head
        self.changes += 1

    def at(self, seq: int) -> Entry | None:
        """Return one entry."""
        place = seq - self.first
        return self.entries[place] if 0 <= place < len(self.entries) else None

    @property
    def pending(self) -> int:
        """How many entries are not acknowledged."""
        return len(self.entries) - len(self.acks)

    def lowest(self) -> Entry | None:
        """Return the first entry that is not acknowledged."""
        done, held = self._done, len(self.entries)
        while done < held and self.first + done in self.acks:
            done += 1
        self._done = done
        return self.entries[done] if done < held else None

    def from_(self, first: int, limit: int, *, unacknowledged: bool) -> list[Entry]:
        """Return entries from `first` on."""
        start = max(first - self.first, 0)
        if not unacknowledged:
            return self.entries[start : start + limit]
        return [entry for entry in self.entries[start:] if entry.seq not in self.acks][:limit]

    def mark(self, acked: MarkAcked, at: float) -> None:
        """Note an ack. What was acknowledged before keeps its own stamp."""
        begin = acked.seq if acked.single else self.first + self._done
        ack, end = (acked.timeline, acked.c, at), min(acked.seq + 1, self.first + len(self.entries))
        for seq in range(max(begin, self.first), end):
            self.acks.setdefault(seq, ack)
        self.changes += 1

    def clear_from(self, seq: int) -> None:
        """Forget acks from an entry on."""
        self._done, self.changes = 0, self.changes + 1
        self.acks = {key: ack for key, ack in self.acks.items() if key < seq}

    def clear_stamps(self, valid: Mapping[str, int]) -> None:
        """Forget acks beyond what is valid of each timeline."""
        self._done, self.changes = 0, self.changes + 1
        self.acks = {key: ack for key, ack in self.acks.items() if ack[1] <= valid.get(ack[0], ack[1])}

    def purge_first(self) -> Entry:
        """Drop the first entry, which is acknowledged, and return it."""
        del self.acks[self.first]
        self.first, self._done = self.first + 1, 0
        self.changes += 1
        return self.entries.pop(0)

    def spoil(self, place: int, bad: Entry) -> None:
        """One entry goes bad."""
        self.entries[place] = bad
        self.head = self.entries[-1].head
        self.changes += 1

    def newest_acks(self) -> dict[str, tuple[float, int]]:
        """Return by timeline when an ack of it came last, and its highest count."""
        if self._newest[0] != self.changes:
            newest: dict[str, tuple[float, int]] = {}
            for timeline, c, at in set(self.acks.values()):
                last, highest = newest.get(timeline, (0.0, 0))
                newest[timeline] = (at if at > last else last, c if c > highest else highest)
            self._newest = self.changes, newest
        return self._newest[1]


@dataclass
class Disk:
    """Everything that survives a crash of the process. `Disk.copy` is a backup of it."""

    till: Till = field(default_factory=Till)
    terminal: Terminal = field(default_factory=Terminal)
    journals: dict[str, Journal] = field(default_factory=dict)
    current: Journal = field(default_factory=lambda: Journal("", ""))
    """The epoch that is written to."""
    desired: Desired | None = None
    enrolment: EnrolmentBundle | None = None
    """What lies beside the journal: the keys."""
    boots: int = 0
    _viewed: tuple[Journal | None, int] = field(default=(None, 0), compare=False)
    """What the last view was made of."""
    _view: JournalView = field(default=JournalView(Head(""), 0, None, ""), compare=False)

    def copy(self) -> Disk:
        """Return a copy: the image of this instant."""
        journals = {epoch: journal.copy() for epoch, journal in self.journals.items()}
        return replace(self, journals=journals, current=journals.get(self.current.epoch, self.current))

    def begin(self, epoch: str, reason: str, key_id: str) -> None:
        """Write to a new epoch from here on."""
        self.current = self.journals[epoch] = Journal(epoch, reason, key_id)

    def entry(self, epoch: str, seq: int) -> Entry | None:
        """Return one entry of any epoch."""
        journal = self.journals.get(epoch)
        return journal.at(seq) if journal is not None else None

    @property
    def entries(self) -> list[Entry]:
        """Every entry that is held, oldest epoch first."""
        return [entry for journal in self.journals.values() for entry in journal.entries]

    @property
    def pending(self) -> int:
        """How many entries of all epochs are not acknowledged."""
        return sum(journal.pending for journal in self.journals.values())

    def view(self) -> JournalView:
        """Return what a step of the link must know."""
        journal, alone = self.current, len(self.journals) == 1
        changes = journal.changes if alone else sum([one.changes for one in self.journals.values()])
        if journal is not self._viewed[0] or changes != self._viewed[1]:
            left, pending = (None, journal.pending) if alone else self._left(journal)
            self._view, self._viewed = _view(journal, journal.lowest(), left, pending), (journal, changes)
        return self._view

    def _left(self, current: Journal) -> tuple[str | None, int]:
        """Return the oldest epoch left behind in which something waits, and how much waits in all of them."""
        left, waiting = None, 0
        for epoch, other in self.journals.items():
            pending = len(other.entries) - len(other.acks)
            if pending and left is None and other is not current:
                left = epoch
            waiting += pending
        return left, waiting

    def stamps(self) -> list[tuple[str, int]]:
        """Return every timeline that acknowledged something held with its highest count, newest ack first."""
        newest: dict[str, tuple[float, int]] = {}
        for journal in self.journals.values():
            for timeline, (at, c) in journal.newest_acks().items():
                last, highest = newest.get(timeline, (0.0, 0))
                newest[timeline] = (at if at > last else last, c if c > highest else highest)
        order = sorted(newest, key=lambda timeline: (-newest[timeline][0], timeline))
        return [(timeline, newest[timeline][1]) for timeline in order]


def _view(journal: Journal, low: Entry | None, left: str | None, pending: int) -> JournalView:
    head = journal.head
    return JournalView(
        head=head,
        low_seq=low.seq if low else head.seq + 1,
        low_hash=low.hash if low else None,
        low_prev=low.prev if low else head.hash,
        first_held=journal.first,
        left=left,
        pending=pending,
    )
