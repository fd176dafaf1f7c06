"""Invariants 1 to 4: sales and movements in one place, no gaps, one business date, membership."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from tillday_checker.course import course_of, placement_in
from tillday_checker.decided import decided_in
from tillday_checker.story import Told, accepted, ledger_story, row_place, whole_story, words
from tillday_checker.sums import TenderEvent
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, LedgerRow, MovementRow, SaleRow, Terminal, World
from tillday_contracts.entries import Movement, Sale, TerminalClosed, TerminalOpened


def events_in_one_place(world: World) -> Found:
    """1: each sale and movement of the ledger is in one session, parked, or on the desk; nothing else is."""
    if world.ledger is None:
        return
    yield from _doubles(world.ledger)
    rows = {row.hash: row for row in world.ledger.journal}
    placed = {row.hash: row for row in world.ledger.placed}
    told = {entry.hash: entry for entry in ledger_story(world) if isinstance(entry.body, Sale | Movement)}
    known = {session.session_id for session in world.ledger.sessions}
    for entry in sorted(told):
        yield from _place_of_event(words(told[entry]), rows[entry], placed.get(entry), known)
    for entry in sorted(placed.keys() - told.keys()):
        kind = _kind(placed[entry])
        yield Violation(1, f"a {kind} is listed that is no {kind} of the journal", f"{kind} of entry {entry}")


def _kind(row: SaleRow | MovementRow) -> str:
    return "sale" if isinstance(row, SaleRow) else "movement"


def _doubles(ledger: Ledger) -> Found:
    for entry, times in Counter(row.hash for row in ledger.placed).items():
        if times > 1:
            yield Violation(1, f"it is listed {times} times", f"sale or movement of entry {entry}")
    for entry, times in Counter(row.hash for row in ledger.journal).items():
        if times > 1:
            yield Violation(1, f"an entry is in the ledger {times} times", f"entry {entry}")


def _place_of_event(
    kind: str, row: LedgerRow, placed: SaleRow | MovementRow | None, sessions: set[str]
) -> Found:
    where = row_place(row)
    if row.placement == "none":
        yield Violation(1, f"a {kind} has no place: not in a session, not parked, not on the desk", where)
    elif row.placement == "desk":
        if placed is not None:
            yield Violation(1, f"a {kind} is on the desk and in a session", where)
    elif placed is None:
        yield Violation(1, f"a {kind} of the journal is in no list of them", where)
    elif placed.placement != "parked" and placed.session_id not in sessions:
        yield Violation(1, f"a {kind} is in session {placed.session_id}, which does not exist", where)


def positions_without_gaps(world: World) -> Found:
    """2: sequences run without a gap at the terminal and up to the ledger's head."""
    for terminal in world.terminals:
        yield from _gaps_at(terminal)
    if world.ledger is not None:
        yield from _positions(world.ledger)


def _gaps_at(terminal: Terminal) -> Found:
    held: dict[str, list[int]] = defaultdict(list)
    for entry in terminal.entries:
        held[entry.epoch].append(entry.seq)
    for epoch, sequences in held.items():
        place = f"{terminal.store}/{terminal.terminal}, epoch {epoch}"
        yield from _holes(sequences, lowest=min(sequences), place=place)


def _holes(sequences: Iterable[int], *, lowest: int, place: str) -> Found:
    times = Counter(sequences)
    for seq, count in times.items():
        if count > 1:
            yield Violation(2, f"position {seq} is taken {count} times", place)
    missing = sorted(set(range(lowest, max(times, default=lowest) + 1)) - times.keys())
    if missing:
        yield Violation(2, f"{len(missing)} positions are missing, the first is {missing[0]}", place)


def _positions(ledger: Ledger) -> Found:
    held: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    taken: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for position in ledger.positions:
        key = (position.store, position.terminal, position.epoch)
        taken[key].append(position.seq)
        held[key][position.seq] = position.hash
    for (store, terminal, epoch), sequences in taken.items():
        place = f"{store}/{terminal}, epoch {epoch} (ledger)"
        yield from _holes(sequences, lowest=1, place=place)
    for stream in ledger.streams:
        known = held[(stream.store, stream.terminal, stream.epoch)]
        place = f"{stream.store}/{stream.terminal}, epoch {stream.epoch} (ledger)"
        if stream.upto != max(known, default=0):
            yield Violation(
                2, f"the head is {stream.upto}, the positions end at {max(known, default=0)}", place
            )
        elif stream.upto and known[stream.upto] != stream.head_hash:
            yield Violation(2, "the head's hash is not that of its position", place)


def one_business_date(world: World) -> Found:
    """3: an event's date is its session's and its terminal's at that instant, stored as it was said."""
    story = whole_story(world)
    sessions = course_of(story).sessions
    for entry, body, terminal_date in _dated_events(accepted(story)):
        session = sessions.get(body.session_id)
        said = f"a {words(entry)} of {body.business_date}"
        if session is not None and session.business_date != body.business_date:
            yield Violation(3, f"{said} names a session of {session.business_date}", entry.where)
        if terminal_date != body.business_date:
            text = f"{said} was made while the terminal's date was {terminal_date}"
            yield Violation(3, text, entry.where)
    yield from _stored_as_said(world, story)


def _dated_events(story: Iterable[Told]) -> Iterable[tuple[Told, TenderEvent, object]]:
    dates: dict[tuple[str, str], object] = {}
    for entry in story:
        key = (entry.store, entry.terminal)
        match entry.body:
            case TerminalOpened():
                dates[key] = entry.body.business_date
            case TerminalClosed():
                dates[key] = None
            case Sale() | Movement() if key in dates:
                yield entry, entry.body, dates[key]


def _stored_as_said(world: World, story: Iterable[Told]) -> Found:
    said = {told.hash: _listing(told.body) for told in story if isinstance(told.body, Sale | Movement)}
    for row in world.ledger.placed if world.ledger else ():
        listed, right = _listing(row), said.get(row.hash)
        if right is not None and listed != right:
            text = f"the ledger lists {listed}, the journal says {right}"
            yield Violation(3, text, f"{_kind(row)} of entry {row.hash}")


def _listing(event: TenderEvent | SaleRow | MovementRow) -> str:
    if isinstance(event, Sale | SaleRow):
        return f"{event.total} on {event.business_date}"
    return f"{event.kind} {event.amount} {event.tender} on {event.business_date}"


def membership_follows_the_manifest(world: World) -> Found:
    """4: where each event is, and each session's status, follows from entries and words in any order."""
    if world.ledger is None:
        return
    story, said = ledger_story(world), decided_in(world.ledger)
    sessions = course_of(story).sessions
    stored = {session.session_id: session for session in world.ledger.sessions}
    placed = {row.hash: row for row in world.ledger.placed}
    settled = {key for key, row in stored.items() if row.rescue_of and row.status in ("closed", "posted")}
    for session_id, told in sessions.items():
        row = stored.get(session_id)
        if row is None:
            yield Violation(4, "the ledger has no such session", told.where)
        elif row.status not in (told.status, "closed_back", "posted"):
            yield Violation(4, f"the ledger says {row.status}, the journal {told.status}", told.where)
    for entry in story:
        if isinstance(entry.body, Sale | Movement) and entry.hash in placed:
            session = sessions.get(entry.body.session_id)
            uncovered = session is not None and said.stays(session, entry) is False
            if uncovered and placed[entry.hash].placement == "session":
                continue  # invariant 10 names it
            left_open = session is not None and said.left_open(session, entry)
            if left_open and placed[entry.hash].placement == "rescue":
                continue  # a person said that the drawer was counted before it
            if entry.body.session_id in stored.keys() - sessions.keys():
                continue  # its opening was lost with a terminal; the journals cannot say where it belongs
            if placed[entry.hash].session_id in settled:
                continue  # people closed that rescue session with it: what is told later moves nothing
            decided = said.by_word(session, entry) if session is not None else None
            due = placement_in(session, entry, entry.body, decided=decided)
            yield from _misplaced(entry, entry.body, due, placed[entry.hash])


def _misplaced(entry: Told, body: TenderEvent, due: str, row: SaleRow | MovementRow) -> Found:
    kind = words(entry)
    found = "rescue" if row.placement == "rejected" else row.placement
    if found != due:
        text = f"a {kind} is placed as {row.placement} where the manifest says {due}"
        yield Violation(4, text, entry.where)
    elif due == "session" and row.session_id != body.session_id:
        text = f"a {kind} is in session {row.session_id}, not in the one it names"
        yield Violation(4, text, entry.where)
