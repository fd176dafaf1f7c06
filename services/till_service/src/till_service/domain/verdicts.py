"""The answer to a HELLO: one table, its rows in their order."""

from collections.abc import Mapping, Set
from typing import Final, NamedTuple

from till_service.domain.asked import NOTHING_ASKED, Asked
from till_service.domain.figures import ended_in_back, kept_now
from till_service.domain.ledger import NONE
from till_service.domain.sessions import OpeningCount, TillSession, status_of
from till_service.domain.streams import Held, Stream, Terminal
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import TillState, tender_amount
from tillday_contracts.ids import ZERO_HASH
from tillday_contracts.journal import message_mac, same
from tillday_contracts.link import (
    Ack,
    Behind,
    Continue,
    Fork,
    Gap,
    Hello,
    Rewind,
    StateVerdict,
    Stop,
    Verdict,
)

REVOKED: Final = "it was revoked. Cash up, start nothing; its journal is kept. A new code enrols it again."


class View(NamedTuple):
    """What the ledger knows about the journal a HELLO speaks of, read at one instant.

    `held` are the positions low−1, low and head as far as the ledger holds them; `counts` the highest count
    of each timeline that the HELLO names, where the ledger knows it; `state` its view of the tills.
    """

    terminal: Terminal
    stream: Stream | None
    held: Mapping[int, Held] = NONE
    counts: Mapping[str, int] = NONE
    state: tuple[TillState, ...] = ()
    window: int = 256

    @property
    def upto(self) -> int:
        """Return how far the ledger holds the epoch."""
        return self.stream.upto if self.stream is not None else 0

    def hash_at(self, seq: int) -> str | None:
        """Return the ledger's hash at a position, None where it holds none."""
        if seq == 0:
            return ZERO_HASH
        return self.held[seq].hash if seq <= self.upto and seq in self.held else None


def proves(terminal: Terminal, stream: Stream | None, data: bytes, mac: str) -> bool:
    """Say whether a HELLO's MAC holds under the key of its epoch; for a new epoch any of the terminal's.

    A key that others may know proves nothing.
    """
    keys = {stream.key_id: stream.key} if stream is not None else terminal.keys
    sound = [key for key_id, key in keys.items() if key_id not in terminal.compromised]
    return any(same(message_mac(key, data), mac) for key in sound)


def answer(hello: Hello, view: View) -> tuple[Verdict, ...]:
    """Return the first row of the table that holds."""
    if view.terminal.revoked:
        return (Stop(reason=REVOKED),)
    return (
        _rewind(hello, view)
        or _fork(hello, view)
        or _behind(hello, view)
        or _gap(hello, view)
        or _state(hello, view)
        or _continue(hello, view)
    )


def _rewind(hello: Hello, view: View) -> tuple[Verdict, ...]:
    lost = {name: view.counts.get(name, 0) for name, c in hello.acked.items() if c > view.counts.get(name, 0)}
    unknown = {name: 0 for name in hello.acked if name not in view.counts}
    valid = lost | unknown
    return (Rewind(valid=valid),) if valid else ()


def _fork(hello: Hello, view: View) -> tuple[Verdict, ...]:
    claims = ((hello.low_seq - 1, hello.low_prev), (hello.low_seq, hello.low_hash))
    for seq, claimed in claims:
        own = view.hash_at(seq)
        if own is not None and claimed is not None and own != claimed:
            return (Fork(epoch=hello.epoch, at=seq, hash=own, state=view.state),)
    return ()


def _behind(hello: Hello, view: View) -> tuple[Verdict, ...]:
    if view.stream is None or hello.head_seq >= view.upto or hello.head_hash != view.hash_at(hello.head_seq):
        return ()
    head = view.stream
    return (Behind(epoch=hello.epoch, head_seq=head.upto, head_hash=head.head_hash, state=view.state),)


def _gap(hello: Hello, view: View) -> tuple[Verdict, ...]:
    return (Gap(epoch=hello.epoch, from_seq=view.upto + 1),) if hello.low_seq > view.upto + 1 else ()


def _state(hello: Hello, view: View) -> tuple[Verdict, ...]:
    agreed = hello.low_seq == hello.head_seq + 1 and hello.head_seq == view.upto
    if not agreed or hello.head_hash != view.hash_at(hello.head_seq) or not differ(hello.state, view.state):
        return ()
    return (
        StateVerdict(epoch=hello.epoch, head_seq=hello.head_seq, head_hash=hello.head_hash, state=view.state),
    )


def _continue(hello: Hello, view: View) -> tuple[Verdict, ...]:
    go_on = Continue(epoch=hello.epoch)
    equal = _last_equal(hello, view)
    if equal == 0:
        return (go_on,)
    held = view.held[equal]
    return (acked(hello.epoch, equal, held, window=view.window), go_on)


def acked(epoch: str, seq: int, held: Held, *, window: int) -> Ack:
    """Return the cumulative ack of a position, with the stamp of the position itself."""
    return Ack(
        epoch=epoch, seq=seq, hash=held.hash, timeline=held.stamp.timeline, c=held.stamp.c, window=window
    )


def _last_equal(hello: Hello, view: View) -> int:
    claims = (
        (hello.head_seq, hello.head_hash),
        (hello.low_seq, hello.low_hash),
        (hello.low_seq - 1, hello.low_prev),
    )
    equal = (
        seq for seq, claimed in claims if seq > 0 and claimed is not None and view.hash_at(seq) == claimed
    )
    return max(equal, default=0)


class _Standing(NamedTuple):
    """What two views of a till have to agree on. Tenders without an amount are left out of `money`."""

    session_id: str | None
    status: str
    money: Mapping[str, int]
    numbers: tuple[int, int]


def differ(told: tuple[TillState, ...], known: tuple[TillState, ...]) -> bool:
    """Say whether two views disagree on a session: where it stands, its money, the last numbers.

    A close from the back office is no entry of the journal: the terminal hears of it by its desired state.
    """
    closed_here = {till.session_id for till in known if till.status == "closed_back"}
    return _standings(told, closed_here) != _standings(known, closed_here)


def _standings(state: tuple[TillState, ...], aside: Set[str | None]) -> dict[str, _Standing]:
    return {
        till.till: _standing(till)
        for till in state
        if till.session_id is not None and till.session_id not in aside
    }


def _standing(till: TillState) -> _Standing:
    # Before the opening count is confirmed nothing is in the session, whatever is expected to be.
    counted = till.expected if till.status in ("open", "closing_count") else till.kept
    money = {} if till.status == "opening_count" else {m.tender: m.amount for m in counted if m.amount}
    return _Standing(till.session_id, till.status, money, (till.last_receipt, till.last_cash_up))


def till_state(
    session: TillSession,
    *,
    totals: Mapping[str, TenderTotals],
    last_receipt: int,
    last_cash_up: int,
    asked: Asked = NOTHING_ASKED,
) -> TillState:
    """Return the ledger's view of a till in the terminal's words.

    Before its opening count is confirmed nothing is in a session: `asked` is what that count asks for.
    """
    status, counting = status_of(session), isinstance(session, OpeningCount)
    if status == "posted":
        status = "closed_back" if ended_in_back(session) else "closed_front"
    folded = tuple(tender_amount(name, totals[name].expected) for name in sorted(totals))
    return TillState(
        till=session.facts.till,
        session_id=session.facts.session_id,
        status=status,
        business_date=session.facts.business_date,
        kept=asked.kept if counting else kept_now(session, totals),
        expected=asked.expected if counting else folded,
        claims=asked.claims if counting else (),
        last_receipt=last_receipt,
        last_cash_up=last_cash_up,
    )
