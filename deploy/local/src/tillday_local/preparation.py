"""Make a store known to the services and invite its terminals to enrol."""

from __future__ import annotations

from collections.abc import Callable

from tillday_contracts.enrolment import Invitation
from tillday_contracts.topics import TerminalAddress
from tillday_local.demo_logins import define_logins
from tillday_local.demo_store import STORE, demo_content
from tillday_local.folder import replace_private
from tillday_local.history.store import SECOND_STORE, has_history
from tillday_local.store_content import StoreContent, StoreSetUp
from tillday_local.system import LocalSystem


def demo_terminals(count: int) -> tuple[TerminalAddress, ...]:
    """The addresses of the demo store's first terminals."""
    return demo_content(count).terminals(count)


async def prepare_demo(system: LocalSystem) -> None:
    """Prepare the demo store for the system's terminals, and the back office where it runs."""
    terminals = len(system.plan.terminals)
    await prepare_store(system, demo_content(terminals))
    if "backoffice_service" in system.services:
        async with system.operator() as client:
            stores = (STORE, SECOND_STORE) if has_history(system.folder) else (STORE,)
            await define_logins(client, terminals, stores)


async def prepare_store(
    system: LocalSystem,
    content: StoreContent,
    *,
    mqtt_url_of: Callable[[TerminalAddress], str] | None = None,
) -> None:
    """Define the store, its people and products, and invite its own terminals to enrol; a repeat changes
    nothing.

    `mqtt_url_of` says where a terminal finds the broker, when that is not the broker's own address.
    """
    async with system.operator() as client:
        store = StoreSetUp(client, content)
        await store.define()
        ca = system.broker_ca.read_text(encoding="ascii") if system.broker_ca else None
        own = (one for one in system.plan.terminals if one.store == content.settings.store)
        for address in own:
            await store.register(address.terminal)
            url = mqtt_url_of(address) if mqtt_url_of else system.mqtt_url
            if not system.is_enrolled(address, url):
                code = await store.invite(address.terminal)
                invitation = Invitation(mqtt_url=url, broker_ca=ca, code=code)
                system.invitation(address).parent.mkdir(parents=True, exist_ok=True)
                replace_private(system.invitation(address), invitation.model_dump_json())
