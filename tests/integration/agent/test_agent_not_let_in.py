"""A terminal that the broker does not let in says so on its screen, and says what to do."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from agent_bench import agent_settings
from agent_shop import TestClock, bundle
from servers import Broker
from terminal_agent.agent import Agent, open_book, put_together
from terminal_agent.desk.no_printer import NoPrinter
from terminal_agent.link.courier import Courier


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def linking(agent: Agent, condition: Callable[[Courier], object]) -> list[str]:
    """Let the link try until the condition holds; return the alarms that stand then."""
    trying = asyncio.create_task(agent.courier.run())
    await until(lambda: condition(agent.courier))
    trying.cancel()
    await asyncio.wait([trying])
    return [alarm["text"] for alarm in (await agent.parts.status.account())["alarms"]]


async def test_a_terminal_that_was_cut_off_says_that_it_needs_a_new_code(
    tmp_path: Path, broker: Broker
) -> None:
    broker.start()
    settings, clock = agent_settings(tmp_path), TestClock()
    right, wrong = (
        bundle(broker.mqtt_url, "observer", word) for word in (broker.password_of("observer"), "x")
    )
    async with open_book(settings, right, clock.world) as book:
        agents = [put_together(settings, given, book, NoPrinter()) for given in (wrong, right)]
        (told,) = await linking(agents[0], lambda courier: courier.alarms)
        assert "needs a new enrolment code" in told
        assert "Sales go on" in told

        agents[1].courier.alarms.update(agents[0].courier.alarms)
        assert await linking(agents[1], lambda courier: courier.trouble is None) == [], "let in, it is over"

        broker.stop()
        attempts = "the broker at"
        assert await linking(agents[0], lambda courier: attempts in str(courier.trouble)) == [told]
        agents[0].courier.alarms.clear()
        assert await linking(agents[0], lambda courier: attempts in str(courier.trouble)) == [], "only away"
        broker.start()
