"""Settings of this service beside those that every service has."""

import re
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator

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
    pin_rules: Literal["strict", "any"] = Field(
        default="strict", description="any: also PINs that are short or easily guessed, for trying out"
    )

    door_password: SecretStr | None = Field(
        default=None,
        description="password of the broker user store_service_door; unset: others let terminals in",
    )
    door_seed: SecretStr | None = Field(
        default=None,
        description="64 hex digits: the key that signs who is let in, whose public half the broker knows",
    )

    door_account: str = Field(
        default="$G", description="the broker's account that terminals and services share"
    )

    @field_validator("door_seed")
    @classmethod
    def _is_seed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch("[0-9a-f]{64}", value.get_secret_value()):
            raise ValueError("must be 64 hex digits")
        return value

    @property
    def pin_cost(self) -> PinCost:
        """What a guess at a PIN set from now on costs."""
        return PinCost(self.pin_memory_kib, self.pin_passes)
