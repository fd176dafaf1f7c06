"""Make a store known to the services and give each terminal its enrolment."""

from __future__ import annotations

from collections.abc import Callable

from tillday_contracts.topics import TerminalAddress
from tillday_local.demo_store import demo_content
from tillday_local.folder import replace_private
from tillday_local.store_content import StoreContent, StoreSetUp
from tillday_local.system import LocalSystem


def demo_terminals(count: int) -> tuple[TerminalAddress, ...]:
    """The addresses of the demo store's first terminals."""
    return demo_content(count).terminals(count)


async def prepare_demo(system: LocalSystem) -> None:
    """Prepare the demo store for the system's terminals."""
    await prepare_store(system, demo_content(len(system.plan.terminals)))


async def prepare_store(
    system: LocalSystem,
    content: StoreContent,
    *,
    mqtt_url_of: Callable[[TerminalAddress], str] | None = None,
) -> None:
    """Define the store, its people and products, and enrol the terminals; a repeat changes nothing.

    `mqtt_url_of` says where a terminal finds the broker, when that is not the broker's own address.
    """
    async with system.operator() as client:
        store = StoreSetUp(client, content)
        await store.define()
        ca = system.broker_ca.read_text(encoding="ascii") if system.broker_ca else None
        for address in system.plan.terminals:
            url = mqtt_url_of(address) if mqtt_url_of else system.mqtt_url
            bundle = await store.enrol(
                address.terminal, mqtt_url=url, password=system.terminal_password(address), ca=ca
            )
            system.enrolment(address).parent.mkdir(parents=True, exist_ok=True)
            replace_private(system.enrolment(address), bundle.model_dump_json())
