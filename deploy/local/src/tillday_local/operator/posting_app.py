"""The commands of whoever looks after postings: `tillday posting`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Day, Work, asks

posting_app = typer.Typer(
    help="How closed sessions become stock moves and accounts: look, retry, waive.", no_args_is_help=True
)

Session = Annotated[str, typer.Argument(metavar="SESSION", help="The session's id; posting list names them.")]


class State(StrEnum):
    """Which postings are listed."""

    WAITING = "waiting"
    FAILED = "failed"
    POSTED = "posted"


@asks(posting_app, "list")
def posting_list(
    asking: Asking,
    *,
    state: Annotated[State | None, typer.Option(help="Only these.")] = None,
    day: Day = None,
) -> Work:
    """List how far the closed sessions of a store are posted, newest first."""
    from tillday_contracts.posting_messages import PostingList, Postings
    from tillday_local.operator.asked import ask
    from tillday_local.operator.postings import listed

    question = Postings.model_validate({"store": asking.store, "state": state, "business_date": day})
    return ask(asking, question, PostingList, listed)


@asks(posting_app, "show")
def posting_show(asking: Asking, session: Session) -> Work:
    """Show one session: its steps with what failed, its pickings, its entries."""
    from tillday_contracts.posting_messages import PostingShown, ShowPosting
    from tillday_local.operator.asked import ask
    from tillday_local.operator.postings import shown

    return ask(asking, ShowPosting(store=asking.store, session_id=session), PostingShown, shown)


@asks(posting_app, "retry", by="SUPERVISOR-1")
def posting_retry(asking: Asking, session: Session) -> Work:
    """Try what failed at once. Only the failed step is tried; what is done stays done."""
    from tillday_contracts.messages import Done
    from tillday_contracts.posting_messages import RetryPosting
    from tillday_local.operator.asked import ask
    from tillday_local.operator.postings import retried

    command = RetryPosting.model_validate({**asking.command(), "session_id": session})
    return ask(asking, command, Done, retried)


@asks(posting_app, "waive", by="SUPERVISOR-1")
def posting_waive(
    asking: Asking,
    session: Session,
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands with the posting.")],
) -> Work:
    """Post a session although entries that its count covers are missing, or its figures differ."""
    from tillday_contracts.messages import Done
    from tillday_contracts.posting_messages import WaivePosting
    from tillday_local.operator.asked import ask
    from tillday_local.operator.postings import waived

    command = WaivePosting.model_validate({**asking.command(), "session_id": session, "reason": reason})
    return ask(asking, command, Done, waived)
