"""What keeps a closed session from being posted: an answer that somebody can act on, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """What of a closed session is not decided, or not there.

    `missing` names per terminal up to which entry its count covers and how far the ledger is. `differs` are
    tenders whose expected amount at the close is not the ledger's, (recorded, own), adjusted ones aside.
    """

    undecided: bool = False
    guests: Sequence[str] = ()
    missing: Sequence[tuple[str, int, int]] = ()
    differs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    waived: bool = False


def waits_for(open_: OpenQuestions) -> str | None:
    """Return what has to happen before a session can be posted, None when its count is final.

    A person may waive what is missing and what differs; not what nobody decided, which moves sales.
    """
    if open_.undecided:
        return (
            "Nobody knows yet what its count covers: its own close is awaited, or a word that none will come."
        )
    if open_.guests:
        named = ", ".join(open_.guests)
        return f"Nobody said which sales of {named} its count covers: say so, guest by guest."
    if open_.waived:
        return None
    if open_.missing:
        parts = (f"{terminal} up to entry {to} (here: {upto})" for terminal, to, upto in open_.missing)
        return f"Its count covers entries that have not arrived: {', '.join(parts)}."
    if open_.differs:
        found = (f"{tender} {told}, here {own}" for tender, (told, own) in open_.differs.items())
        return (
            f"Its close expected other amounts (minor units): {', '.join(found)}. Look at the dead-letter"
            " desk, adjust it, or post it all the same by a waiver."
        )
    return None
