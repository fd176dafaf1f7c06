"""What the routes speak to, and who speaks through them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Header
from fastapi import Request as HttpRequest

from terminal_agent.core.commands import Actor, Approver
from terminal_agent.desk.book import Book
from terminal_agent.desk.desk import Desk, Request
from terminal_agent.desk.people import People
from terminal_agent.desk.reports import Reports
from terminal_agent.desk.sharing import Sharing
from terminal_agent.http.requests import AllowedBy, ApprovalWish
from terminal_agent.http.status import Status
from tillday_contracts.journal import canonical, message_mac

MAX_KEY: Final = 128


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a running agent."""

    book: Book
    desk: Desk
    sharing: Sharing
    reports: Reports
    people: People
    status: Status
    ready: Callable[[], bool]
    version: str

    def signed_in(self, x_tillday_person: Annotated[str | None, Header()] = None) -> Actor:
        """Return who is signed in under the caller's token. Raises Refused."""
        return self.people.actor(x_tillday_person)

    async def once(
        self,
        request: HttpRequest,
        idempotency_key: Annotated[str | None, Header(max_length=MAX_KEY)] = None,
    ) -> Request | None:
        """Return what makes a repeat of this request recognisable, None where the caller gave no key."""
        if idempotency_key is None:
            return None
        asked = {"path": request.url.path, "body": (await request.body()).hex()}
        # Keyed, for a plain digest of a body would let its PIN be guessed from the disk.
        return Request(idempotency_key, message_mac(self.book.identity.key, canonical(asked)))

    async def approver(self, wish: ApprovalWish | None) -> Approver | None:
        """Check who approves. Raises Refused."""
        return await self.people.approver(wish.person, wish.pin, wish.reason) if wish is not None else None

    async def allowing(self, wish: AllowedBy | None) -> Actor | None:
        """Check who lets something pass. Raises Refused."""
        return (await self.people.approver(wish.person, wish.pin, None)).actor if wish is not None else None
