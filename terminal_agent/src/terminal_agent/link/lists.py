"""The lists that a terminal asks for in pages: people and catalogue."""

from collections.abc import Callable
from typing import Generic, TypeVar

from terminal_agent.core.paging import Fetching, Page, ask, due, take
from terminal_agent.desk.book import Book
from tillday_contracts.asks import Ask, CatalogueItem, CataloguePage, PeoplePage, Reply, TerminalPerson
from tillday_contracts.topics import AskKind

Item = TypeVar("Item")


class List(Generic[Item]):
    """One list that is kept as new as the back office wishes."""

    def __init__(self, held: int | None, wanted: Callable[[], int | None]) -> None:
        self._fetching: Fetching[Item] = Fetching(held)
        self._wanted = wanted

    def next_ask(self, request_id: str, *, at: float, more: bool = False) -> Ask | None:
        """Return the question to send now, None when nothing is missing or an answer is awaited."""
        wanted = self._wanted()
        if wanted is None or not (more or due(self._fetching, wanted, at=at)):
            return None
        self._fetching, question = ask(self._fetching, request_id, wanted=wanted, at=at)
        return question

    def take(self, page: Page[Item], *, at: float) -> tuple[tuple[Item, ...] | None, bool]:
        """Return the whole list when this page completes it, and whether the next page is to be asked for."""
        progress = take(self._fetching, page, at=at)
        self._fetching = progress.fetching
        return progress.whole, progress.more


class Lists:
    """People and catalogue of this terminal."""

    def __init__(self, book: Book) -> None:
        memory = book.memory
        self._book = book
        self._people = List[TerminalPerson](
            memory.people_list.revision if memory.people_list else None,
            lambda: book.memory.desired.people_rev if book.memory.desired else None,
        )
        self._catalogue = List[CatalogueItem](
            memory.catalogue_list.revision if memory.catalogue_list else None,
            lambda: book.memory.settings.catalogue_rev if book.memory.settings else None,
        )

    def questions(self, *, at: float) -> list[tuple[AskKind, Ask]]:
        """Return what to ask now, by kind."""
        people, catalogue = (part.next_ask(self._id(), at=at) for part in (self._people, self._catalogue))
        asked: tuple[tuple[AskKind, Ask | None], ...] = (("people", people), ("catalogue", catalogue))
        return [(kind, question) for kind, question in asked if question is not None]

    async def take(self, reply: Reply, *, at: float) -> list[tuple[AskKind, Ask]]:
        """Take a page; store a list that is complete. Returns what to ask next."""
        match reply.content:
            case PeoplePage() as page:
                people, more = self._people.take(_page(page, page.people), at=at)
                if people is not None:
                    await self._book.hold_people(page.revision, people)
                following = self._people.next_ask(self._id(), at=at, more=True) if more else None
                return [("people", following)] if following is not None else []
            case CataloguePage() as page:
                items, more = self._catalogue.take(_page(page, page.items), at=at)
                if items is not None:
                    await self._book.hold_catalogue(page.revision, items)
                following = self._catalogue.next_ask(self._id(), at=at, more=True) if more else None
                return [("catalogue", following)] if following is not None else []
            case _:
                return []  # asked again when the answer is overdue

    def _id(self) -> str:
        return self._book.world.random_bytes(16).hex()


def _page(page: PeoplePage | CataloguePage, items: tuple[Item, ...]) -> Page[Item]:
    return Page(page.request_id, page.revision, page.page, page.pages, items)
