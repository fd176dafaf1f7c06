"""Settings of the till service."""

from typing import Annotated

from pydantic import Field

from service_kit.settings import ServiceSettings


class TillSettings(ServiceSettings):
    """What every service needs, and how much is taken at a time."""

    batch_size: Annotated[int, Field(ge=1, le=2000)] = Field(
        default=256, description="journal messages taken in one transaction, 1 to 2000"
    )
