"""What the screens have begun and not confirmed, on disk at each tap: the count, the receipt in hand."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import TypeAdapter, ValidationError

from terminal_agent.core.drafts import CountDraft
from terminal_agent.desk.book import Book
from terminal_agent.journal import rows

_ROW: Final = "screen_draft"


@dataclass(frozen=True, slots=True)
class _Draft:
    count: CountDraft = field(default_factory=CountDraft)
    receipt: str | None = None


_DRAFT: Final = TypeAdapter(_Draft)


class Drafts:
    """The drafts of one terminal. They decide nothing: what is confirmed is judged at the desk."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._draft: _Draft | None = None

    async def count(self, subject: str) -> CountDraft:
        """Return the count that was begun for this subject, an empty one where none was."""
        held = (await self._held()).count
        return held if held.subject == subject else CountDraft(subject)

    async def keep_count(self, count: CountDraft) -> None:
        """Keep a count as this tap left it. Raises JournalError."""
        await self._keep(replace(await self._held(), count=count))

    async def receipt(self) -> str | None:
        """Return the receipt in hand; those that wait beside it are parked."""
        receipt = (await self._held()).receipt
        return receipt if receipt in self._book.memory.pending else None

    async def take_up(self, receipt: str | None) -> None:
        """Take a receipt in hand, or put the one there aside. Raises JournalError."""
        if await self.receipt() != receipt:
            await self._keep(replace(await self._held(), receipt=receipt))

    async def begin(self, receipt: str, save: Callable[[Mapping[str, str]], Awaitable[object]]) -> None:
        """Take a new receipt in hand; `save` keeps it together with the row that says so."""
        draft = replace(await self._held(), receipt=receipt)
        await save(_row_of(draft))
        self._draft = draft

    async def _held(self) -> _Draft:
        if self._draft is None:
            text = (await rows.states(self._book.database)).get(_ROW)
            self._draft = _read(text) if text is not None else _Draft()
        return self._draft

    async def _keep(self, draft: _Draft) -> None:
        await self._book.hold_rows(_row_of(draft))
        self._draft = draft


def _row_of(draft: _Draft) -> Mapping[str, str]:
    return {_ROW: _DRAFT.dump_json(draft).decode()}


def _read(text: str) -> _Draft:
    """A draft that another version wrote is none: it is counted again, nothing else is lost."""
    try:
        return _DRAFT.validate_json(text)
    except ValidationError:
        return _Draft()
