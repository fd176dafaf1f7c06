"""A terminal on the line, by its pure rules: it sends what is due and hears answers."""

from agent_shop import EPOCH, IDENTITY, NOON
from terminal_agent.core.answers import (
    ClearAcks,
    Known,
    MarkAcked,
    places_to_know,
    receive,
)
from terminal_agent.core.chain import Entry, Head, Moment, extend
from terminal_agent.core.drain import (
    Drain,
    JournalView,
    connected,
)
from terminal_agent.core.sending import Launch, launch, next_fetch
from tillday_contracts.entries import Boot
from tillday_contracts.journal import JournalBatch
from tillday_contracts.link import Ack, Verdict

TIMELINE = "1" * 16
BOOT = Boot(nonce="2" * 32, version="test")


def journal(count: int, epoch: str = EPOCH) -> list[Entry]:
    return list(extend(IDENTITY, Head(epoch), [BOOT] * count, Moment(NOON, 0, 1)))


def view_of(entries: list[Entry], acked: int = 0, **changes: object) -> JournalView:
    head = entries[-1].head
    low = entries[acked] if acked < len(entries) else None
    view = JournalView(
        head=head,
        low_seq=acked + 1,
        low_hash=low.hash if low else None,
        low_prev=entries[acked - 1].hash if acked else "0" * 64,
        pending=len(entries) - acked,
    )
    return view._replace(**changes)  # type: ignore[arg-type]


class Line:
    """A terminal on the line: sends what is due, hears answers."""

    def __init__(self, entries: list[Entry], acked: int = 0, **changes: object) -> None:
        self.entries, self.acked, self.changes = entries, acked, changes
        self.now = 100.0
        self.drain = connected(Drain(), at=self.now)

    @property
    def view(self) -> JournalView:
        return view_of(self.entries, self.acked, **self.changes)

    def send(self) -> list[JournalBatch]:
        sent: list[JournalBatch] = []
        while (fetch := next_fetch(self.drain, self.view)) is not None:
            loaded = self.entries[fetch.first - 1 : fetch.first - 1 + fetch.limit]
            self.drain, batch = launch(self.drain, fetch, loaded, Launch(1, self.now, 0.5))
            sent.append(batch)
        return sent

    def hear(self, verdict: Verdict, **known: object) -> tuple[object, ...]:
        hashes = {
            (epoch, seq): self.entries[seq - 1].hash
            for epoch, seq in places_to_know([verdict])
            if epoch == EPOCH and 0 < seq <= len(self.entries)
        }
        facts = Known(hashes, **known)  # type: ignore[arg-type]
        self.drain, effects = receive(self.drain, self.view, facts, verdict, at=self.now)
        for effect in effects:
            if isinstance(effect, MarkAcked):
                self.acked = max(self.acked, effect.seq)
            if isinstance(effect, ClearAcks):
                self.acked = effect.from_seq - 1
        return effects

    def ack(self, seq: int, window: int = 256) -> Ack:
        return Ack(
            epoch=EPOCH, seq=seq, hash=self.entries[seq - 1].hash, timeline=TIMELINE, c=seq, window=window
        )


def spans(batches: list[JournalBatch]) -> list[tuple[int, int]]:
    return [(batch.entries[0].seq, batch.entries[-1].seq) for batch in batches]
