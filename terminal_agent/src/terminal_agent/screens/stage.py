"""Where an action plays: the parts of the agent, the browser that asks, and who lets it pass."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from terminal_agent.core.commands import Actor, Approver, Pieces, TillCommand
from terminal_agent.core.drafts import CountDraft
from terminal_agent.core.till import ClosingCount, OpeningCount
from terminal_agent.desk.answers import Figures
from terminal_agent.desk.book import Book
from terminal_agent.desk.desk import Request
from terminal_agent.desk.drafts import Drafts
from terminal_agent.desk.memory import Memory
from terminal_agent.desk.refused import refused
from terminal_agent.http.parts import Parts
from terminal_agent.screens.visit import Form, Notice, Selling, Visit
from tillday_contracts.journal import canonical, message_mac

_LONGEST_NUMBER: Final = 12


@dataclass(slots=True)
class Stage:
    """One request of one browser."""

    parts: Parts
    drafts: Drafts
    visit: Visit
    approver: Approver | None = None

    @property
    def book(self) -> Book:
        """The journal and the memory that follows it."""
        return self.parts.book

    @property
    def memory(self) -> Memory:
        """Everything that is known now."""
        return self.parts.book.memory

    @property
    def selling(self) -> Selling:
        """What the selling screen shows in this browser."""
        return self.visit.selling

    @property
    def by(self) -> Actor:
        """Who is signed in. Raises Refused."""
        return self.parts.people.actor(self.visit.person)

    @property
    def allowed_by(self) -> Actor | None:
        """Who lets something pass that the person may not do alone."""
        return self.approver.actor if self.approver is not None else None

    async def act(self, command: TillCommand, key: str = "", form: Form | None = None) -> Figures:
        """Carry a command out; under a key once. No tap waits for paper: the screen tells of it as it comes.

        Raises Refused, JournalError.
        """
        if not key:
            return await self.parts.desk.act(command, paper=0)
        asked = canonical({"screen": key, "form": dict(form or {})})
        request = Request(f"screen-{key}", message_mac(self.book.identity.key, asked))
        return await self.parts.desk.act(command, request, paper=0)

    def paper_of(self, number: object) -> str:
        """Return how far a document came: `printed`, `unknown`, `printing`, or `pending` while nothing of
        it can be printed.
        """
        printer = self.parts.status.printer()
        states = {part["document"]: str(part["state"]) for part in printer["unfinished"]}
        state = states.get(number, "printed")
        return "printing" if state == "pending" and printer["state"] == "ok" else state

    def fresh(self) -> str:
        """Return a random name for something new."""
        return self.book.world.random_bytes(16).hex()

    async def count(self) -> CountDraft:
        """Return the count that is under way as the taps left it."""
        return await self.drafts.count(self.count_subject())

    def count_subject(self) -> str:
        """Return what the pieces on the screen are counted for. Raises Refused where nothing is counted."""
        phase = self.memory.till.phase
        match phase:
            case OpeningCount():
                return f"{phase.session.session_id} initial"
            case ClosingCount():
                # What was counted before something else moved is counted anew.
                moved = sum(totals.expected for totals in phase.totals.values())
                return f"{phase.session.session_id} cash_up {phase.till.receipts} {moved}"
            case _:
                raise refused("nothing_counted", "Nothing is being counted now.")

    def good(self, text: str) -> None:
        """Tell the person that something went well."""
        self.visit.notice = Notice("good", text)


Action = Callable[[Stage, Form], Awaitable[None]]
Actions = Mapping[str, Action]


def number_in(form: Form, name: str) -> int:
    """Return a whole number that a form carries. Raises Refused."""
    text = form.get(name, "").strip()
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _LONGEST_NUMBER:
        raise refused("no_number", "Type an amount first.")
    return int(text)


def pieces_of(draft: CountDraft, tender: str) -> Pieces:
    """Return what was counted of a tender, for the desk."""
    return draft.counts(tender)
