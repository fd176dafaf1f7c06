"""How two bodies of an entry differ, in the words of the pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backoffice_service.pages.entry_words import EntryWords
from tillday_contracts.desk_messages import Change


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One difference, as people read it."""

    where: str
    before: str
    after: str


def change_rows(
    before: Mapping[str, object], after: Mapping[str, object], words: EntryWords
) -> Iterator[ChangeRow]:
    """Yield where two bodies differ, in the words of the page."""
    old, new = flat(before), flat(after)
    for path in [*old, *(path for path in new if path not in old)]:
        was, now = old.get(path), new.get(path)
        if was != now:
            yield ChangeRow(
                words.place(path),
                words.value(path, was, beside_of(before, path)),
                words.value(path, now, beside_of(after, path)),
            )


def told_rows(changes: Sequence[Change], came: Mapping[str, object], words: EntryWords) -> list[ChangeRow]:
    """Return the differences that the ledger told of a repair, in the words of the page."""
    found: list[ChangeRow] = []
    for one in changes:
        path = one.path.replace("[", ".").replace("]", "")
        old, new = flat(one.before, path), flat(one.after, path)
        for each in [*old, *(each for each in new if each not in old)]:
            beside = beside_of(came, each)
            said = [words.value(each, side.get(each), beside) for side in (old, new)]
            if said[0] != said[1]:
                found.append(ChangeRow(words.place(each), *said))
    return found


def flat(value: object, path: str = "") -> dict[str, object]:
    """Return every value of a body by its place, as `lines.0.quantity`; what is empty has none."""
    if isinstance(value, Mapping):
        pairs = [(str(name), one) for name, one in value.items()]
    elif isinstance(value, list | tuple):
        pairs = [(str(number), one) for number, one in enumerate(value)]
    else:
        return {path: value}
    found: dict[str, object] = {}
    for name, one in pairs:
        found |= flat(one, f"{path}.{name}" if path else name)
    return found


def beside_of(body: Mapping[str, object], path: str) -> Mapping[str, object]:
    """Return the part of a body that a place is in."""
    here: object = body
    for name in path.split(".")[:-1]:
        if isinstance(here, Mapping):
            here = here.get(name)
        elif isinstance(here, list | tuple) and name.isdigit() and int(name) < len(here):
            here = here[int(name)]
        else:
            return {}
    return here if isinstance(here, Mapping) else {}
