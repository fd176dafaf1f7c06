"""Opening a journal: its chain verified, its head compared with the anchor, before anything is sold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from terminal_agent.core.chain import Entry, Head, Identity, first_break
from terminal_agent.journal import rows
from terminal_agent.journal.anchor import anchored_head
from terminal_agent.journal.database import Database

JOURNAL_FILE: Final = "journal.db"
_PAGE: Final = 2000
DAMAGED: Final = "JOURNAL DAMAGED - call support, do not delete anything"


@dataclass(frozen=True, slots=True)
class Condition:
    """How a journal was found, and its last intact entry. `rolled_back`: whole, but older than the anchor
    remembers. Of a damaged one, `suspect` is the first entry that cannot be trusted.
    """

    state: Literal["new", "sound", "rolled_back", "damaged"]
    head: Head | None
    text: str = ""
    suspect: tuple[str, int] | None = None


async def examine(database: Database, identity: Identity, anchor: Path) -> Condition:
    """Verify every entry that is held and compare the head with the anchor."""
    epoch = await rows.newest_epoch(database)
    if epoch is None:
        lost = anchored_head(anchor)
        text = (
            f"The journal is empty, but the anchor knows {lost.seq} entries of {lost.epoch}" if lost else ""
        )
        return Condition("rolled_back" if lost else "new", None, text)
    broken = await _first_broken(database, identity)
    if broken is not None:
        intact, entry = broken
        text = f"{DAMAGED} (entry {entry.seq} of epoch {entry.epoch})"
        return Condition("damaged", intact, text, (entry.epoch, entry.seq))
    return await _against_anchor(database, await rows.head_of(database, epoch), anchor)


async def _first_broken(database: Database, identity: Identity) -> tuple[Head, Entry] | None:
    """Return the last intact entry and the one after it; what a supervisor accepted is not judged again."""
    keys = await rows.key_ids(database)
    for epoch in await rows.epochs_since_damage(database):
        key = identity.key_named(keys[epoch])
        after = Head(epoch)
        while page := await rows.entries_from(database, epoch, after.seq + 1, _PAGE):
            if after.seq == 0 and page[0].seq > 1:
                after = Head(epoch, page[0].seq - 1, page[0].prev)  # the beginning was purged
            broken = first_break(key, page, after=after)
            if broken is not None:
                before = [entry.head for entry in page if entry.seq < broken.seq]
                return (before[-1] if before else after), broken
            after = page[-1].head
    return None


async def _against_anchor(database: Database, head: Head, anchor: Path) -> Condition:
    noted = anchored_head(anchor)
    if noted is None:
        return Condition("sound", head)
    own = await rows.entry_at(database, noted.epoch, noted.seq)
    if own is not None and own.hash == noted.hash:
        return Condition("sound", head)
    if own is not None:
        text = f"{DAMAGED} (another entry {noted.seq} than the anchor remembers)"
        return Condition("damaged", head, text, (noted.epoch, noted.seq))
    missing = noted.seq - head.seq if noted.epoch == head.epoch else noted.seq
    if missing <= 0:
        return Condition("sound", head)  # the anchor lags behind what was purged
    return Condition("rolled_back", head, f"The last {missing} entries are missing: the journal was restored")
