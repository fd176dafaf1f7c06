"""What terminals are wished to be, and what their desired state says."""

from uuid import UUID

import pytest

from store_service.domain.tills import (
    Host,
    KnownSession,
    desired_till,
    joined_till,
    newest,
    session_after,
)
from store_service.domain.wishes import (
    Terminal,
    desired_content,
    follow_own_opening,
    wish_closed,
    wish_new,
    wish_open,
)
from tillday_contracts.entries import TenderAmount
from tillday_contracts.parts import Claim
from tillday_contracts.till_messages import TerminalOpenedItself, TillSessionChanged
from tillday_contracts.wishes import OwnOpening
from unit.store_service.store_days import (
    MONDAY,
    NOON,
    SUNDAY,
    TUESDAY,
    an_open_day,
    book,
    closed,
    closing,
)

TERMINAL = Terminal("S1", "T1", "T1", "Counter 1")


def wished(business_date: object, origin: str = "back_office") -> Terminal:
    return Terminal("S1", "T1", "T1", "Counter 1", business_date, origin)  # type: ignore[arg-type]


def opened_itself(business_date: object = MONDAY) -> TerminalOpenedItself:
    return TerminalOpenedItself.model_validate(
        {
            "message_id": UUID(int=1),
            "correlation_id": UUID(int=2),
            "causation_id": UUID(int=3),
            "occurred_at": NOON,
            "store": "S1",
            "terminal": "T1",
            "business_date": business_date,
            "by": "SUPERVISOR-1",
            "epoch": "ab" * 8,
            "seq": 9,
        }
    )


def changed(session: str, status: str, **fields: object) -> TillSessionChanged:
    given = {
        "message_id": UUID(int=1),
        "correlation_id": UUID(int=2),
        "causation_id": UUID(int=3),
        "occurred_at": NOON,
        "store": "S1",
        "terminal": "T1",
        "till": "T1",
        "session_id": session * 32,
        "business_date": MONDAY,
        "status": status,
    }
    return TillSessionChanged.model_validate({**given, **fields})


def test_opening_wishes_every_terminal_open_and_takes_over_those_that_opened_themselves() -> None:
    assert wish_open(TERMINAL, an_open_day()) == wished(MONDAY)
    assert wish_open(wished(MONDAY, "front_office"), an_open_day()) == wished(MONDAY)


def test_opening_never_lowers_a_later_date() -> None:
    later = wished(TUESDAY, "front_office")
    assert wish_open(later, an_open_day(MONDAY)) == later


def test_closing_wishes_closed_every_terminal_whose_date_is_not_later() -> None:
    assert wish_closed(wished(MONDAY), closed(MONDAY)).wished is None
    assert wish_closed(wished(SUNDAY), closed(MONDAY)).wished is None
    assert wish_closed(wished(TUESDAY, "front_office"), closed(MONDAY)) == wished(TUESDAY, "front_office")


def test_a_terminal_that_joins_is_wished_what_the_others_are() -> None:
    assert wish_new(TERMINAL, book(an_open_day())).wished == MONDAY
    assert wish_new(TERMINAL, book(closing())).wished is None
    assert wish_new(TERMINAL, book()).wished is None


@pytest.mark.parametrize(
    ("before", "last_closed", "after"),
    [
        (wished(None), None, (MONDAY, "front_office")),
        (wished(MONDAY), SUNDAY, (MONDAY, "front_office")),
        (wished(SUNDAY), None, (MONDAY, "front_office")),
        (wished(TUESDAY, "front_office"), None, (MONDAY, "front_office")),
        (wished(TUESDAY), SUNDAY, (TUESDAY, "back_office")),
        (wished(None), MONDAY, (None, "back_office")),
        (wished(None), TUESDAY, (None, "back_office")),
    ],
)
def test_an_own_opening_is_followed_unless_its_date_is_closed_or_overruled(
    before: Terminal, last_closed: object, after: tuple[object, str]
) -> None:
    followed = follow_own_opening(before, opened_itself(), last_closed)  # type: ignore[arg-type]
    assert (followed.wished, followed.origin) == after
    assert followed.own_opening == OwnOpening(epoch="ab" * 8, seq=9), "it is named in any case"


def test_the_desired_state_tells_everything_a_terminal_decides_by() -> None:
    session = KnownSession("1" * 32, "T1", "T1", MONDAY, "open", 0)
    state = book(closing(MONDAY), last_closed=SUNDAY)
    terminal = follow_own_opening(TERMINAL, opened_itself(), SUNDAY)
    content = desired_content(terminal, state, people_rev=7, tills=(desired_till("T1", [session]),))
    assert content.business_date == MONDAY
    assert (content.closing, content.closed_through, content.people_rev) == (MONDAY, SUNDAY, 7)
    assert content.own_opening == OwnOpening(epoch="ab" * 8, seq=9)
    assert (content.tills[0].till, content.tills[0].session_id, content.tills[0].status) == (
        "T1",
        "1" * 32,
        "open",
    )


def test_a_till_without_a_session_is_told_so() -> None:
    content = desired_content(TERMINAL, book(), people_rev=0, tills=(desired_till("T1", []),))
    assert (content.tills[0].status, content.closing, content.closed_through) == ("none", None, None)


def test_a_new_session_goes_on_from_what_the_last_one_left() -> None:
    kept = ({"tender": "cash", "amount": 150},)
    first = session_after(changed("1", "closed_front", kept=kept, last_receipt=3, last_cash_up=1), None, None)
    second = session_after(changed("2", "opening_count"), None, first)
    assert (second.place, second.kept, second.last_receipt) == (
        1,
        (TenderAmount(tender="cash", amount=150),),
        3,
    )
    closed_empty = session_after(changed("2", "closed_front", last_cash_up=2), second, second)
    assert (closed_empty.place, closed_empty.kept, closed_empty.last_cash_up) == (1, (), 2)


def test_a_later_word_on_an_old_session_leaves_the_newest_one_in_front() -> None:
    first = session_after(changed("1", "closed_front"), None, None)
    second = session_after(changed("2", "open"), None, first)
    posted = session_after(changed("1", "posted"), first, second)
    assert newest("T1", [posted, second]) == second


def test_a_late_session_of_an_older_date_does_not_stand_in_front() -> None:
    current = session_after(changed("1", "open", business_date=TUESDAY), None, None)
    late = session_after(changed("2", "closed_front", late=True), None, current)
    assert newest("T1", [current, late]) == current
    assert newest("T2", [current, late]) is None


def test_a_terminal_is_told_what_the_next_count_of_its_till_asks_for() -> None:
    claim = Claim(event="c" * 64, tender="cash", amount=500, session_id="1" * 32)
    session = KnownSession("1" * 32, "T1", "T1", MONDAY, "closed_front", 0)
    known, new = desired_till("T1", [session], (claim,)), desired_till("T1", [], (claim,))
    assert (known.claims, new.claims) == ((claim,), (claim,))


def test_a_guest_is_told_of_the_till_it_joined_but_nothing_of_its_money() -> None:
    kept = ({"tender": "cash", "amount": 150},)
    closed = session_after(changed("1", "closed_front", kept=kept, last_receipt=3), None, None)
    session = session_after(changed("2", "open"), None, closed)
    host = Host("T1", 2)

    own = desired_till("T1", [closed, session], host=host, members=("T2",))
    guests = joined_till("T1", [closed, session], host=host, members=("T2",))

    assert (own.kept[0].amount, own.last_receipt) == (150, 3)
    assert (guests.kept, guests.claims, guests.last_receipt) == ((), (), 0)
    assert (guests.session_id, guests.status, guests.host, guests.turn) == ("2" * 32, "open", "T1", 2)
    assert (guests.members, guests.business_date) == (("T2",), MONDAY)


def test_a_session_that_was_given_up_before_its_count_leaves_what_the_last_one_kept() -> None:
    kept = ({"tender": "cash", "amount": 150},)
    first = session_after(changed("1", "closed_front", kept=kept), None, None)
    begun = session_after(changed("2", "opening_count"), None, first)
    given_up = session_after(changed("2", "closed_back"), begun, begun)
    assert given_up.kept == (TenderAmount(tender="cash", amount=150),)


def test_a_terminal_is_told_that_its_till_is_wished_closed_until_it_was_heard() -> None:
    wished = session_after(changed("1", "open", close_wished=True), None, None)
    heard = session_after(changed("1", "closed_back"), wished, wished)
    told = [desired_till("T1", [session]) for session in (wished, heard)]
    assert [(till.status, till.close_wished) for till in told] == [("open", True), ("closed_back", False)]
