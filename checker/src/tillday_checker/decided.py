"""What people's words decide of sessions: which positions they hold, and what a report alone counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from tillday_checker.course import Session
from tillday_checker.spoken import NoClose, ToldClose
from tillday_checker.story import Told
from tillday_checker.world import FINAL, Ledger
from tillday_contracts.ids import epoch_code


@dataclass(frozen=True, slots=True)
class Decided:
    """The words by session; a report's is none while its session is still running."""

    no_closes: Mapping[str, NoClose]
    reports: Mapping[str, ToldClose]

    def on(self, session: Session) -> NoClose | ToldClose | None:
        """Return the word that says what a session holds, None where the terminal's own close does.

        That no close will come stays decisive whatever comes; a report gives way to the close itself.
        """
        said = self.no_closes.get(session.started.session_id)
        if said is not None or session.closed is not None:
            return said
        report = self.reports.get(session.started.session_id)
        return report if report is not None and report.reaches else None

    def by_word(self, session: Session, entry: Told) -> bool | None:
        """Say whether an entry stays in its session; None where no word tells."""
        word = self.on(session)
        return None if word is None else _covers(word, entry) or self.left_open(session, entry)

    def stays(self, session: Session, entry: Told) -> bool | None:
        """Say whether an entry may stay in its session, by word or close; None where neither is there."""
        said = self.by_word(session, entry)
        return session.covers(entry) if said is None and session.closed is not None else said

    def left_open(self, session: Session, entry: Told) -> bool:
        """Say whether an entry is of a guest that neither a count nor a word tells of: a person places it."""
        word = self.on(session)
        if word is None:
            return session.left_out(entry)
        return isinstance(word, ToldClose) and entry.terminal in word.not_counted

    def counted_by_report(self, session: Session) -> ToldClose | None:
        """Return the report that alone tells what was counted at a session's close."""
        return self.reports.get(session.started.session_id) if session.closed is None else None


def decided_in(ledger: Ledger) -> Decided:
    """Return what was said of the ledger's sessions."""
    final = {session.session_id for session in ledger.sessions if session.status in FINAL}
    return Decided(
        {said.session_id: said for said in ledger.no_closes},
        {told.session_id: told for told in ledger.told_closes if told.session_id in final},
    )


def _covers(word: NoClose | ToldClose, entry: Told) -> bool:
    journals = {(entry.terminal, entry.epoch), (entry.terminal, epoch_code(entry.epoch))}
    return any(
        (reach.terminal, reach.epoch) in journals and entry.seq <= reach.to_seq for reach in word.reaches
    )
