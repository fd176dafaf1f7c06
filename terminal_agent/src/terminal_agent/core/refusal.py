"""What a decision answers: the entries to write, and why not, where something was against a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tillday_contracts.entries import EntryBody


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule was in the way. `code` is stable, `text` says to a person what is wrong and what to do."""

    code: str
    text: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """Entries to write in one transaction, and the refusal to answer with. A rejected count has both."""

    entries: tuple[EntryBody, ...] = ()
    refusal: Refusal | None = None


def refuse(code: str, text: str, **details: object) -> Decision:
    """Refuse, and write nothing."""
    return Decision(refusal=Refusal(code, text, details))
