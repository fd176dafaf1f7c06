"""Opening a journal: its chain verified, its head compared with the anchor, before anything is sold."""

from pathlib import Path
from typing import Final

from terminal_agent.core.chain import Entry, Head, Identity, first_break
from terminal_agent.core.condition import Condition, against_anchor, broken_at, without_entries
from terminal_agent.journal import rows
from terminal_agent.journal.anchor import anchored_head
from terminal_agent.journal.database import Database

JOURNAL_FILE: Final = "journal.db"
_PAGE: Final = 2000


async def examine(database: Database, identity: Identity, anchor: Path) -> Condition:
    """Verify every entry that is held and compare the head with the anchor."""
    epoch = await rows.newest_epoch(database)
    if epoch is None:
        return without_entries(anchored_head(anchor))
    broken = await _first_broken(database, identity)
    if broken is not None:
        return broken_at(*broken)
    noted = anchored_head(anchor)
    own = await rows.entry_at(database, noted.epoch, noted.seq) if noted is not None else None
    return against_anchor(await rows.head_of(database, epoch), noted, own.hash if own is not None else None)


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
