"""Sealing a day: nothing regular starts for a date once it was found without an open till."""

from collections.abc import Sequence
from datetime import date

from till_service.domain.sessions import TillSession, status_of
from tillday_contracts.till_messages import NotSealed, OpenTill, SealDay, Sealed


def decide(command: SealDay, sessions: Sequence[TillSession]) -> Sealed | NotSealed:
    """Answer a request to seal; late sessions do not count.

    `sessions` are those of the store that are not final; for the scope `unused`, all of the date.
    """
    regular = [session for session in sessions if not session.facts.late]
    in_the_way = [s for s in regular if _stands_in_the_way(s.facts.business_date, command)]
    if not in_the_way:
        return Sealed()
    ordered = sorted(in_the_way, key=lambda s: (s.facts.business_date, s.facts.terminal, s.facts.till))
    return NotSealed(tills=tuple(_open_till(session) for session in ordered))


def seals(command: SealDay, answer: Sealed | NotSealed) -> bool:
    """Say whether the answer takes effect: looking at other dates seals nothing."""
    return isinstance(answer, Sealed) and command.scope != "other_dates"


def _stands_in_the_way(day: date, command: SealDay) -> bool:
    return (day == command.business_date) == (command.scope != "other_dates")


def _open_till(session: TillSession) -> OpenTill:
    facts = session.facts
    return OpenTill(
        terminal=facts.terminal,
        till=facts.till,
        session_id=facts.session_id,
        business_date=facts.business_date,
        status=status_of(session),
        opened_by=facts.opened_by,
    )
