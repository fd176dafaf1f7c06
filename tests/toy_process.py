"""A toy service as a process of its own, for tests of starting and ending: `python toy_process.py`."""

import asyncio
import sys

from pydantic import BaseModel

from service_kit.service import Service, run
from service_kit.settings import ServiceSettings


class ToySettings(ServiceSettings):
    """One setting more than every service has."""

    factor: int = 2


class Ask(BaseModel):
    number: int


class Answer(BaseModel):
    product: int


def compose(service: Service[ToySettings]) -> None:
    """One request handler, and a loop that never ends by itself."""

    @service.broker.subscriber("toy.multiply.v1", queue=service.name)
    async def multiply(ask: Ask) -> Answer:
        return Answer(product=ask.number * service.settings.factor)

    async def endless() -> None:
        while True:
            await asyncio.sleep(3600)

    service.background("endless", endless)


if __name__ == "__main__":
    sys.exit(run("till_service", ToySettings, compose))
