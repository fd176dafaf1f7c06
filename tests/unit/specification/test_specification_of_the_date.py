"""Whose date holds where the requirements name two."""

from dataclasses import replace
from datetime import timedelta

from agent_shop import TODAY
from terminal_agent.core.login import Situation, outcome_of

YESTERDAY = TODAY - timedelta(days=1)
ON_YESTERDAYS_DATE = Situation(
    online=True,
    set_up=True,
    bobd=YESTERDAY,
    posbd=YESTERDAY,
    today=TODAY,
    settled=False,
    till_open=True,
)


def test_within_reach_the_back_offices_date_holds_whatever_the_calendar_says() -> None:
    assert outcome_of(ON_YESTERDAYS_DATE).code == "sell"
    assert outcome_of(replace(ON_YESTERDAYS_DATE, settled=True, till_open=False)).code == "initial_count"


def test_out_of_reach_the_calendar_holds() -> None:
    assert outcome_of(replace(ON_YESTERDAYS_DATE, online=False)).code == "check_date"
