"""What a store took on a business date, session by session: closed ones, and what still waits beside them."""

from datetime import date
from typing import ClassVar, Literal

from tillday_contracts.ids import SessionId, StoreCode, TillCode
from tillday_contracts.messages import Done, Question
from tillday_contracts.model import Fact
from tillday_contracts.rescue_messages import RescueTender


class StoreBalance(Question):
    """Ask what a store took on a date, or on its newest one."""

    subject: ClassVar[str] = "tillday.till.store_balance.v1"

    store: StoreCode
    business_date: date | None = None


class BalanceSession(Fact):
    """What one session took by tender: sales − refunds + paid in − paid out, minor units.

    `counts`: it is closed, so that its amounts are in the store's balance.
    """

    session_id: SessionId
    till: TillCode
    kind: Literal["regular", "rescue"]
    status: str
    counts: bool
    tenders: tuple[RescueTender, ...]


class Balance(Done):
    """The balance by tender, what is not in it yet, and the sessions that make both."""

    store: StoreCode
    business_date: date | None
    balance: tuple[RescueTender, ...] = ()
    waiting: tuple[RescueTender, ...] = ()
    sessions: tuple[BalanceSession, ...] = ()
