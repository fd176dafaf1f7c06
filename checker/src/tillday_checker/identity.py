"""Invariants 1 to 4: sales in one place, positions without gaps, one business date, membership."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from tillday_checker.course import course_of, placement_in
from tillday_checker.story import Told, accepted, ledger_story, row_place, whole_story
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, LedgerRow, SaleRow, Terminal, World
from tillday_contracts.entries import Sale, TerminalClosed, TerminalOpened


def sales_in_one_place(world: World) -> Found:
    """1: each sale of the ledger is in one session, parked, or on the desk; nothing else is listed."""
    if world.ledger is None:
        return
    yield from _doubles(world.ledger)
    rows = {row.hash: row for row in world.ledger.journal}
    placed = {row.hash: row for row in world.ledger.sales}
    sold = {told.hash for told in ledger_story(world) if isinstance(told.body, Sale)}
    known = {session.session_id for session in world.ledger.sessions}
    for entry in sorted(sold):
        yield from _place_of_sale(rows[entry], placed.get(entry), known)
    for entry in sorted(placed.keys() - sold):
        yield Violation(1, "a sale is listed that is no sale of the journal", f"sale {placed[entry].number}")


def _doubles(ledger: Ledger) -> Found:
    for entry, times in Counter(row.hash for row in ledger.sales).items():
        if times > 1:
            yield Violation(1, f"a sale is listed {times} times", f"sale of entry {entry}")
    for entry, times in Counter(row.hash for row in ledger.journal).items():
        if times > 1:
            yield Violation(1, f"an entry is in the ledger {times} times", f"entry {entry}")


def _place_of_sale(row: LedgerRow, placed: SaleRow | None, sessions: set[str]) -> Found:
    if row.placement == "none":
        yield Violation(
            1, "a sale has no place: not in a session, not parked, not on the desk", row_place(row)
        )
    elif row.placement == "desk":
        if placed is not None:
            yield Violation(1, "a sale is on the desk and in a session", row_place(row))
    elif placed is None:
        yield Violation(1, "a sale of the journal is in no list of sales", row_place(row))
    elif placed.placement != "parked" and placed.session_id not in sessions:
        yield Violation(1, f"a sale is in session {placed.session_id}, which does not exist", row_place(row))


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
    """3: a sale's date is its session's and its terminal's when it was made, and is stored as it was said."""
    story = whole_story(world)
    sessions = course_of(story).sessions
    for sale, sold, terminal_date in _dated_sales(accepted(story)):
        session = sessions.get(sold.session_id)
        if session is not None and session.business_date != sold.business_date:
            text = f"a sale of {sold.business_date} names a session of {session.business_date}"
            yield Violation(3, text, sale.where)
        if terminal_date != sold.business_date:
            text = f"a sale of {sold.business_date} was made while the terminal's date was {terminal_date}"
            yield Violation(3, text, sale.where)
    yield from _stored_dates(world, story)


def _dated_sales(story: Iterable[Told]) -> Iterable[tuple[Told, Sale, object]]:
    dates: dict[tuple[str, str], object] = {}
    for entry in story:
        key = (entry.store, entry.terminal)
        match entry.body:
            case TerminalOpened():
                dates[key] = entry.body.business_date
            case TerminalClosed():
                dates[key] = None
            case Sale() if key in dates:
                yield entry, entry.body, dates[key]


def _stored_dates(world: World, story: Iterable[Told]) -> Found:
    said = {told.hash: told.body for told in story if isinstance(told.body, Sale)}
    for row in world.ledger.sales if world.ledger else ():
        sale = said.get(row.hash)
        if sale is not None and (row.business_date, row.total) != (sale.business_date, sale.total):
            listed, right = f"{row.total} on {row.business_date}", f"{sale.total} on {sale.business_date}"
            yield Violation(3, f"the ledger lists {listed}, the journal says {right}", f"sale {row.number}")


def membership_follows_the_manifest(world: World) -> Found:
    """4: where each sale is, and each session's status, follows from the arrived entries in any order."""
    if world.ledger is None:
        return
    story = ledger_story(world)
    sessions = course_of(story).sessions
    stored = {session.session_id: session for session in world.ledger.sessions}
    placed = {row.hash: row for row in world.ledger.sales}
    for session_id, told in sessions.items():
        row = stored.get(session_id)
        if row is None:
            yield Violation(4, "the ledger has no such session", told.where)
        elif row.status not in (told.status, "closed_back", "posted"):
            yield Violation(4, f"the ledger says {row.status}, the journal {told.status}", told.where)
    for entry in story:
        if isinstance(entry.body, Sale) and entry.hash in placed:
            session = sessions.get(entry.body.session_id)
            uncovered = session is not None and session.closed is not None and not session.covers(entry)
            if uncovered and placed[entry.hash].placement == "session":
                continue  # invariant 10 names it
            due = placement_in(session, entry, entry.body)
            yield from _misplaced(entry, due, placed[entry.hash], stored.keys() - sessions.keys())


def _misplaced(entry: Told, due: str, row: SaleRow, recovered: set[str]) -> Found:
    assert isinstance(entry.body, Sale)
    if entry.body.session_id in recovered:
        return  # its opening was lost with a terminal; nothing in the journals can say where its sales belong
    if row.placement != due:
        yield Violation(4, f"a sale is placed as {row.placement} where the manifest says {due}", entry.where)
    elif due == "session" and row.session_id != entry.body.session_id:
        yield Violation(4, f"a sale is in session {row.session_id}, not in the one it names", entry.where)
