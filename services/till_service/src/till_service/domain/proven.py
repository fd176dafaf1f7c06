"""An entry that is about to have its effect, and where that effect went."""

from typing import Final, NamedTuple

from till_service.domain.incoming import JournalEntry
from till_service.domain.routing import Origin
from till_service.domain.streams import Stream
from tillday_contracts.till_messages import Placement
from tillday_contracts.topics import TerminalAddress


class Effect(NamedTuple):
    """Where an entry's effect went."""

    placement: Placement
    session_id: str | None = None
    reason: str | None = None


NOTHING: Final = Effect("none")


class Proven(NamedTuple):
    """An entry whose bytes a key of the terminal proves, and the stream it stands in (None in quarantine)."""

    address: TerminalAddress
    entry: JournalEntry
    stream: Stream | None

    @property
    def origin(self) -> Origin:
        """Say where the entry stands. Only one that could be read has an origin."""
        entry = self.entry
        assert entry.envelope is not None
        return Origin(
            hash=entry.hash,
            store=self.address.store,
            terminal=self.address.terminal,
            epoch=entry.epoch,
            seq=entry.seq,
            quarantine=entry.quarantine,
            at=entry.envelope.at,
        )
