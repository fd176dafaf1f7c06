"""A person's word on a session of which no opening count is known: what is parked under it is rescued.

The session is closed without a count of its own. Where its terminal's counts come nevertheless, they count;
what was sold stays where the word has put it.
"""

from collections.abc import Sequence
from datetime import datetime

from till_service.domain.back_office import Word, answers, known_anew
from till_service.domain.book import Book
from till_service.domain.closes import NoClose
from till_service.domain.manifest import Manifest
from till_service.domain.routing import Placed
from till_service.domain.sessions import ClosedInBack, OpeningCount, SessionFacts
from tillday_contracts.messages import Refused

NOTHING_COVERED = Manifest(())


def refused_to_give_up(session: OpeningCount, *, heard_at: datetime | None, now: datetime) -> Refused | None:
    """Return why a session is not given up before its opening count, None when it may be."""
    if not answers(heard_at, now):
        return None
    till, terminal = session.facts.till, session.facts.terminal
    text = (
        f"Terminal {terminal} answers: finish the opening count of till {till} there. If nobody can, switch "
        "the terminal off or cut its network, wait two and a half minutes, and say so then."
    )
    return Refused(code="terminal_answers", text=text)


def named_by(parked: Sequence[Placed]) -> OpeningCount:
    """Return the session that parked entries name, as far as they tell of it: nobody saw it begin."""
    first = min(parked, key=lambda one: (one.origin.terminal, one.origin.epoch, one.origin.seq))
    facts = SessionFacts(
        session_id=first.body.session_id,
        store=first.origin.store,
        terminal=first.origin.terminal,
        till=first.body.till,
        business_date=first.body.business_date,
        opened_by=None,
        epoch=first.origin.epoch,
        start_seq=first.origin.seq,
        recovered=True,
    )
    return OpeningCount(facts)


def give_up(book: Book, session: OpeningCount, word: Word) -> ClosedInBack:
    """Close a session without any count; what is parked under it goes to its rescue session."""
    no_close = NoClose(word.by, word.reason, word.at, NOTHING_COVERED)
    book.no_closes[session.facts.session_id] = no_close
    return known_anew(book, ClosedInBack(session.facts, None, None, no_close), word)
