"""How a journal is found when it is opened: whole, older than the anchor remembers, or damaged."""

from dataclasses import dataclass
from typing import Final, Literal

from terminal_agent.core.chain import Entry, Head

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


def without_entries(noted: Head | None) -> Condition:
    """Judge an empty journal by what the anchor noted last."""
    if noted is None:
        return Condition("new", None)
    text = f"The journal is empty, but the anchor knows {noted.seq} entries of {noted.epoch}"
    return Condition("rolled_back", None, text)


def broken_at(intact: Head, entry: Entry) -> Condition:
    """Judge a journal in which this entry does not follow the last intact one."""
    text = f"{DAMAGED} (entry {entry.seq} of epoch {entry.epoch})"
    return Condition("damaged", intact, text, (entry.epoch, entry.seq))


def against_anchor(head: Head, noted: Head | None, own: str | None) -> Condition:
    """Compare a whole journal with its anchor; `own` is the journal's hash at the place noted there."""
    if noted is None or own == noted.hash:
        return Condition("sound", head)
    if own is not None:
        text = f"{DAMAGED} (another entry {noted.seq} than the anchor remembers)"
        return Condition("damaged", head, text, (noted.epoch, noted.seq))
    missing = noted.seq - head.seq if noted.epoch == head.epoch else noted.seq
    if missing <= 0:
        return Condition("sound", head)  # the anchor lags behind what was purged
    return Condition("rolled_back", head, f"The last {missing} entries are missing: the journal was restored")
