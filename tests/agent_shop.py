"""A small shop for the agent's tests: its settings, people and goods, and the bodies of a whole session."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import ClassVar, get_args

from argon2.low_level import Type, hash_secret_raw

from terminal_agent.core.chain import Head, Identity
from terminal_agent.core.commands import Actor, Approver, Place, Sell, Tendered, Wanted
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    Till,
    evolve,
)
from terminal_agent.desk.clocks import World
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.asks import CatalogueItem, Right, TerminalPerson
from tillday_contracts.denominations import STANDARD, DenominationCount
from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.entries import EntryBody, TenderAmount
from tillday_contracts.wishes import (
    Desired,
    DesiredContent,
    Policies,
    Settings,
    SettingsContent,
    Tender,
    seal_desired,
    seal_settings,
)

TODAY = date(2031, 5, 6)
NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
KEY, PEPPER = bytes(range(32)), bytes(range(32, 64))
IDENTITY = Identity("S1", "T1", "TILL1", "a" * 16, KEY)
EPOCH = "0123456789abcdef"
CASHIER = Actor("CASHIER-1", frozenset({"sell"}))
SUPERVISOR = Actor(
    "SUPERVISOR-1",
    frozenset(set(get_args(Right)) - {"manage"}),
)
PINS = {"CASHIER-1": "1001", "SUPERVISOR-1": "900001"}
CASH = Tender(
    tender="cash", name="Cash", kind="cash", currency="EUR", keep=KeepRule(mode="fixed", amount=15000)
)
CARD = Tender(tender="card", name="Card", kind="card", currency="EUR", keep=KeepRule(mode="move_all"))
VOUCHER = Tender(
    tender="voucher", name="Voucher", kind="voucher", currency="EUR", keep=KeepRule(mode="move_all")
)
DOLLARS = Tender(
    tender="cash_usd",
    name="US cash",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="keep_all"),
)
TENDERS = (CASH, CARD, VOUCHER, DOLLARS)
GOODS = {
    item.sku: item
    for item in (
        CatalogueItem(sku="COF-01", name="Espresso", price=160, tax_rate=1000),
        CatalogueItem(sku="BAK-04", name="Sourdough loaf", price=420, tax_rate=400),
        CatalogueItem(sku="WAT-02", name="Tap water", price=0, tax_rate=1000),
        CatalogueItem(sku="MUG-01", name="Piñón mug", price=1250, tax_rate=2100),
    )
}


def store_settings(
    *tenders: Tender, rev: int = 1, floats: dict[str, int] | None = None, **policies: object
) -> Settings:
    content = SettingsContent(
        store="S1",
        name="Tillday Café",
        currency="EUR",
        time_zone="UTC",
        denominations=STANDARD["EUR"],
        tenders=tenders or (CASH,),
        policies=Policies.model_validate(policies),
        floats=floats or {},
        catalogue_rev=1,
    )
    return seal_settings(content, rev)


def desired(rev: int = 1, **content: object) -> Desired:
    return seal_desired(DesiredContent.model_validate({"people_rev": 1, **content}), rev)


def person(actor: Actor, pin: str) -> TerminalPerson:
    salt = hashlib.sha256(actor.person.encode()).digest()[:16]
    stretched = hash_secret_raw(pin.encode(), salt, 1, 8, 1, 32, Type.ID)
    return TerminalPerson(
        person=actor.person,
        name=actor.person.title(),
        role="supervisor" if "approve_difference" in actor.rights else "cashier",
        rights=tuple(sorted(actor.rights)),
        salt=salt.hex(),
        memory_kib=8,
        passes=1,
        verifier=hmac.new(PEPPER, stretched, hashlib.sha256).hexdigest(),
    )


PEOPLE: tuple[TerminalPerson, ...] = (
    person(CASHIER, PINS["CASHIER-1"]),
    person(SUPERVISOR, PINS["SUPERVISOR-1"]),
)


def bundle(mqtt_url: str = "mqtt://127.0.0.1:1", user: str = "S1.T1", word: str = "x") -> EnrolmentBundle:
    return EnrolmentBundle(
        store="S1",
        terminal="T1",
        till="TILL1",
        name="Counter 1",
        mqtt_url=mqtt_url,
        mqtt_user=user,
        mqtt_password=word,
        key_id="a" * 16,
        journal_key=KEY.hex(),
        pepper=PEPPER.hex(),
    )


def pieces(**counts: int) -> tuple[DenominationCount, ...]:
    """`pieces(n5000=3, n20=1)`: three of 50.00 and one of 0.20."""
    return tuple(
        DenominationCount(value=int(name[1:]), quantity=quantity) for name, quantity in counts.items()
    )


def cash_of(amount: int) -> tuple[DenominationCount, ...]:
    """Any amount in pieces."""
    return (DenominationCount(value=1, quantity=amount),) if amount else ()


HEAD = Head(EPOCH, 7, "b" * 64)


def place(head: Head = HEAD, settings: Settings | None = None, **changes: object) -> Place:
    values: dict[str, object] = {
        "terminal": "T1",
        "till": "TILL1",
        "head": head,
        "business_date": TODAY,
        "terms": terms_of(settings or store_settings()),
        "obstacle": None,
        "opening": (TenderAmount(tender="cash", amount=15000),),
    }
    return Place(**(values | changes))  # type: ignore[arg-type]


def selling(*lines: tuple[str, int], cash: int | None = None, by: Actor = CASHIER) -> Sell:
    """A receipt; without `cash` the customer pays exactly."""
    wanted = tuple(Wanted(sku, quantity) for sku, quantity in lines)
    due = sum(GOODS[sku].price * quantity for sku, quantity in lines if sku in GOODS)
    paid = (Tendered("cash", due if cash is None else cash),) if due or cash else ()
    return Sell(by, wanted, paid, GOODS)


def after(till: Till, bodies: tuple[EntryBody, ...], settings: Settings | None = None) -> Till:
    for body in bodies:
        till = evolve(till, body, terms=terms_of(settings or store_settings()), at=NOON)
    return till


def approved(reason: str | None = "counted twice", by: Actor = SUPERVISOR) -> Approver:
    return Approver(by, reason)


@dataclass
class TestClock:
    """A wall clock and a monotonic one that move apart when told to."""

    __test__ = False
    wall: datetime = NOON
    mono: float = 1000.0
    _COUNT: ClassVar[Iterator[int]] = count(1)

    def pass_seconds(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.mono += seconds

    def random_bytes(self, length: int) -> bytes:
        """Never the same twice in a test run, and the same in every run."""
        return hashlib.shake_256(next(self._COUNT).to_bytes(8, "big")).digest(length)

    @property
    def world(self) -> World:
        now: Callable[[], datetime] = lambda: self.wall  # noqa: E731
        return World(now, lambda: self.mono, self.random_bytes)
