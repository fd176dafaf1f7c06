"""Who may sign in at the demo's back office. Passwords are printed, like PINs: it is for trying out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tillday_contracts.backoffice_messages import DefineLogin
from tillday_contracts.messages import Done
from tillday_local.demo_store import STORE, people
from tillday_local.service_client import ServiceClient
from tillday_local.store_content import set_up_step


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogin:
    """Somebody of the demo: a PIN for terminals where there is one, a password for the back office."""

    person: str
    name: str
    role: Literal["cashier", "supervisor", "manager", "operator"]
    pin: str | None
    password: str


def demo_logins(terminals: int) -> tuple[DemoLogin, ...]:
    """Return everybody of the demo store, and an operator, who looks after every store."""
    known = tuple(
        DemoLogin(
            person=one.person,
            name=one.name,
            role=one.role,
            pin=one.pin,
            password=_password(one.person),
        )
        for one in people(terminals)
    )
    operator = DemoLogin(
        person="OPERATOR-1", name="Operator 1", role="operator", pin=None, password=_password("OPERATOR-1")
    )
    return (*known, operator)


async def define_logins(client: ServiceClient, terminals: int, stores: tuple[str, ...] = (STORE,)) -> None:
    """Make the logins known to the back office, for these stores; a repeat changes nothing."""
    for one in demo_logins(terminals):
        step = set_up_step(
            DefineLogin,
            by=one.person,
            person=one.person,
            name=one.name,
            role=one.role,
            stores=stores if one.role in ("supervisor", "manager") else (STORE,),
            password=one.password,
        )
        await client.ask(step, Done)


def _password(person: str) -> str:
    return f"tillday-{person.lower()}"
