"""What a guest's screen says of its host's till: counted, wished closed, or closed by the back office."""

import pytest

from terminal_agent.screens.pages import PAGES


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({}, "Terminal T1 is counting till TILL1."),
        ({"close_wished": True}, "The back office wants till TILL1 closed."),
        ({"close_wished": True, "closed_there": True}, "The back office has closed till TILL1."),
    ],
)
def test_a_guest_is_told_what_became_of_its_host(now: dict[str, bool], said: str) -> None:
    nothing = dict.fromkeys(
        ("done", "left", "alone_days", "posbd", "settled", "closed_there", "close_wished")
    )
    guest = {"host": "T1", "till": "TILL1"}
    values: dict[str, object] = {
        **nothing,
        "code": "host_counts",
        "guest": guest,
        "waiting": [],
        "nonce": "1",
        **now,
    }

    assert said in PAGES.render("need.html", "en", values)
