"""What the terminal says of itself."""

from typing import Any

from terminal_agent.core.cash_up import keep_choices
from terminal_agent.core.login import Outcome, Situation
from terminal_agent.core.terminal import claims_of, members_of, opening_amounts, till_in
from terminal_agent.core.till import ClosingCount, Idle, Joined, OpeningCount, Till, expected_now
from terminal_agent.desk.book import Book
from terminal_agent.desk.people import People
from terminal_agent.desk.printing import Printing
from terminal_agent.desk.standing import Standing
from terminal_agent.journal import rows
from terminal_agent.link.courier import Courier
from tillday_contracts.entries import TenderAmount


class Status:
    """Collects the account from the parts that know."""

    def __init__(
        self, book: Book, standing: Standing, courier: Courier, people: People, printing: Printing
    ) -> None:
        self._book = book
        self._standing = standing
        self._courier = courier
        self._people = people
        self._printing = printing

    async def account(self) -> dict[str, Any]:
        """Return the whole account, as JSON carries it."""
        book, memory = self._book, self._book.memory
        outcome = self._standing.outcome()
        obstacle = self._standing.obstacle()
        return {
            "store": book.identity.store,
            "terminal": book.identity.terminal,
            "till": book.till,
            "currency": memory.settings.currency if memory.settings is not None else None,
            "tenders": self._tenders(),
            "business_date": memory.business_date.isoformat() if memory.business_date else None,
            "outcome": {"code": outcome.code, "text": outcome.text},
            "may_sell": obstacle is None,
            "obstacle": obstacle.text if obstacle is not None else None,
            "till_state": await self._till_state(),
            "link": await self._link(),
            "pending_receipts": list(memory.pending),
            "printer": self._printing.account(),
            "person": self._people.present,
            "alarms": self._alarms(),
            "journal": {"epoch": book.head.epoch, "head_seq": book.head.seq, "boot_no": book.boot_no},
        }

    def outcome(self) -> Outcome:
        """Return what follows from where the terminal stands."""
        return self._standing.outcome()

    def situation(self) -> Situation:
        """Return where the terminal stands."""
        return self._standing.situation()

    def printer(self) -> dict[str, Any]:
        """Return how the printer is, and what did not certainly come out."""
        return self._printing.account()

    def tenders(self) -> list[dict[str, Any]]:
        """Return the means of payment, with their coins and notes: those of the session that runs, else
        those that the next one will have.
        """
        session, terms = self._book.memory.till.session, self._book.terms
        if session is not None:
            terms = session.terms
        if terms is None:
            return []
        return [
            {
                "tender": one.tender,
                "name": one.name,
                "kind": one.kind,
                "currency": one.currency,
                "rate": one.rate,
                "denominations": [
                    {**piece.model_dump(mode="json"), "colour": colour}
                    for piece, colour in terms.shown_of(one)
                ],
            }
            for one in terms.tenders
        ]

    def _tenders(self) -> list[dict[str, str]]:
        settings = self._book.memory.settings
        known = settings.tenders if settings is not None else ()
        return [
            {"tender": one.tender, "name": one.name, "kind": one.kind, "currency": one.currency}
            for one in known
        ]

    def _alarms(self) -> list[dict[str, str]]:
        found = {**self._book.notes, **self._courier.alarms}
        warnings = {
            "disk": self._standing.warning(),
            "journal": self._book.broken,
        }
        found |= {code: text for code, text in warnings.items() if text is not None}
        return [{"code": code, "text": text} for code, text in found.items()]

    async def _link(self) -> dict[str, Any]:
        view = await rows.view_of(self._book.database, self._book.head.epoch)
        return {
            "online": self._courier.online,
            "pending": view.pending,
            "last_ack_at": self._courier.last_ack_at,
            "trouble": self._courier.trouble,
            "stopped": self._courier.drain.stopped,
        }

    async def _till_state(self) -> dict[str, Any]:
        memory = self._book.memory
        till, phase = memory.till, memory.till.phase
        if isinstance(phase, Idle):
            known = till_in(memory.desired, self._book.till)
            code = self._book.till
            settings = memory.settings
            own = await rows.held(self._book.database, [one.event for one in claims_of(till, known)])
            coming = opening_amounts(till, known, settings, code=code, own=own).expected if settings else ()
            blind = settings is not None and settings.policies.blind_count
            return {
                "status": phase.last_status,
                "session_id": phase.last_session,
                "business_date": phase.last_date.isoformat() if phase.last_date else None,
                "expected": None if blind else _amounts(coming),
            }
        session = phase.session
        running = phase if isinstance(phase, Joined) else till.running
        return {
            "status": phase.kind,
            "session_id": session.session_id,
            "business_date": session.business_date.isoformat(),
            "till": session.till,
            "host": phase.host if isinstance(phase, Joined) else self._book.identity.terminal,
            "members": list(members_of(till, till_in(memory.desired, session.till))),
            "opened_by": session.opened_by,
            "receipts": running.receipts if running is not None else 0,
            "expected": None if hidden(till) else _amounts(expected_now(till)),
            "kept": _amounts(phase.kept) if isinstance(phase, OpeningCount) and not hidden(till) else [],
            "confirmed": [done.tender for done in phase.confirmed] if isinstance(phase, ClosingCount) else [],
            "keep_choices": _choices(phase) if isinstance(phase, ClosingCount) else [],
        }


def hidden(till: Till) -> bool:
    """Say whether a blind count is ahead or under way: no route may tell what is expected."""
    session = till.session
    return session is not None and session.terms.policies.blind_count


def _choices(phase: ClosingCount) -> list[dict[str, Any]]:
    return [{"tender": done.tender, "counted": done.counted} for done in keep_choices(phase)]


def _amounts(amounts: tuple[TenderAmount, ...]) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json") for part in amounts]
