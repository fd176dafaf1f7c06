"""Sealing a day: nothing regular starts for a date once it was found without an open till."""

from collections.abc import Sequence
from datetime import date

from till_service.domain.sessions import TillSession, status_of
from tillday_contracts.till_messages import NotSealed, OpenTill, SealDay, Sealed


def decide(command: SealDay, not_final: Sequence[TillSession]) -> Sealed | NotSealed:
    """Answer a request to seal, given the store's sessions that are not final; late ones do not count."""
    regular = [session for session in not_final if not session.facts.late]
    in_the_way = [s for s in regular if _stands_in_the_way(s.facts.business_date, command)]
    if not in_the_way:
        return Sealed()
    ordered = sorted(in_the_way, key=lambda s: (s.facts.business_date, s.facts.terminal, s.facts.till))
    return NotSealed(tills=tuple(_open_till(session) for session in ordered))


def seals(command: SealDay, answer: Sealed | NotSealed) -> bool:
    """Say whether the answer takes effect: looking at other dates seals nothing."""
    return isinstance(answer, Sealed) and command.scope == "date"


def _stands_in_the_way(day: date, command: SealDay) -> bool:
    return (day == command.business_date) == (command.scope == "date")


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
