"""Settings of this service beside those that every service has."""

from typing import Annotated

from pydantic import Field

from service_kit.settings import ServiceSettings
from store_service.domain.people import PinCost


class StoreSettings(ServiceSettings):
    """TILLDAY_* variables of the store service."""

    pin_memory_kib: Annotated[int, Field(ge=8, le=2**20)] = Field(
        default=19_456, description="memory of one guess at a PIN, KiB"
    )
    pin_passes: Annotated[int, Field(ge=1, le=100)] = Field(
        default=2, description="passes of one guess at a PIN"
    )

    @property
    def pin_cost(self) -> PinCost:
        """What a guess at a PIN set from now on costs."""
        return PinCost(self.pin_memory_kib, self.pin_passes)
