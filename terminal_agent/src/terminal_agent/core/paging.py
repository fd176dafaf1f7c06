"""Fetching a long list page by page: nothing changes until the last page of one revision is here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from tillday_contracts.asks import Ask

Item = TypeVar("Item")
PAGE_SECONDS: Final = 5.0
AHEAD_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Fetching(Generic[Item]):
    """One list: the revision held (None: never had one), and the pages collected so far."""

    held: int | None = None
    request_id: str | None = None
    revision: int | None = None
    page: int = 0
    items: tuple[Item, ...] = ()
    ask_again_at: float = 0.0


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page as it came."""

    request_id: str
    revision: int
    page: int
    pages: int
    items: Sequence[Item] = field(default_factory=tuple)


def due(fetching: Fetching[Item], wanted: int | None, *, at: float) -> bool:
    """Say whether a page must be asked for now. A list newer than wanted is asked for at leisure."""
    if wanted is None or at < fetching.ask_again_at:
        return False
    return fetching.request_id is not None or fetching.held != wanted


def ask(fetching: Fetching[Item], request_id: str, *, wanted: int, at: float) -> tuple[Fetching[Item], Ask]:
    """Ask for the next page; the whole list begins anew where an answer stayed away."""
    fresh = fetching.request_id is None or at >= fetching.ask_again_at
    page, revision, items = (0, None, ()) if fresh else (fetching.page, fetching.revision, fetching.items)
    ahead = fetching.held is not None and fetching.held > wanted
    asked = replace(
        fetching,
        request_id=request_id,
        page=page,
        revision=revision,
        items=items,
        ask_again_at=at + (AHEAD_SECONDS if ahead else PAGE_SECONDS),
    )
    return asked, Ask(request_id=request_id, page=page, revision=revision)


@dataclass(frozen=True)
class Progress(Generic[Item]):
    """What a page led to: `whole` when the list is complete, `more` when the next page is to be asked for."""

    fetching: Fetching[Item]
    whole: tuple[Item, ...] | None = None
    more: bool = False


def take(fetching: Fetching[Item], page: Page[Item], *, at: float) -> Progress[Item]:
    """Take a page that came; pages of another request or revision are dropped."""
    if page.request_id != fetching.request_id or page.page != fetching.page:
        return Progress(fetching)
    if fetching.revision is not None and page.revision != fetching.revision:
        return Progress(
            replace(fetching, request_id=None, page=0, revision=None, items=(), ask_again_at=at), more=True
        )
    items = (*fetching.items, *page.items)
    if page.page + 1 >= page.pages:
        return Progress(Fetching(held=page.revision, ask_again_at=at + 1.0), whole=items)
    nxt = replace(
        fetching, revision=page.revision, page=page.page + 1, items=items, ask_again_at=at + PAGE_SECONDS
    )
    return Progress(nxt, more=True)
