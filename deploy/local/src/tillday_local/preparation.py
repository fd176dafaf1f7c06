"""Make the demo store known to the services and give each terminal its enrolment."""

from __future__ import annotations

from collections.abc import Callable

from tillday_contracts.topics import TerminalAddress
from tillday_local.demo_store import STORE, DemoStore, terminal_code
from tillday_local.folder import replace_private
from tillday_local.service_client import service_client
from tillday_local.system import LocalSystem


def demo_terminals(count: int) -> tuple[TerminalAddress, ...]:
    """The addresses of the demo store's first terminals."""
    return tuple(TerminalAddress(STORE, terminal_code(n)) for n in range(1, count + 1))


async def prepare_store(
    system: LocalSystem, *, mqtt_url_of: Callable[[TerminalAddress], str] | None = None
) -> None:
    """Define the store, its people and products, and enrol the terminals; a repeat changes nothing.

    `mqtt_url_of` says where a terminal finds the broker, when that is not the broker's own address.
    """
    terminals = system.plan.terminals
    async with service_client(system.nats_url, system.operator_password) as client:
        store = DemoStore(client)
        await store.define(terminals=len(terminals))
        for address in terminals:
            url = mqtt_url_of(address) if mqtt_url_of else system.mqtt_url
            bundle = await store.enrol(
                address.terminal, mqtt_url=url, password=system.terminal_password(address)
            )
            system.enrolment(address).parent.mkdir(parents=True, exist_ok=True)
            replace_private(system.enrolment(address), bundle.model_dump_json())
