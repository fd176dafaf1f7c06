"""What the back office's service is told from outside, beside what every service is."""

import re
from typing import Final, Literal

from pydantic import Field, FilePath, SecretStr, field_validator

from service_kit.settings import ServiceSettings

SCHEMES: Final = ("http://", "https://")


class OfficeSettings(ServiceSettings):
    """TILLDAY_* variables of the back office."""

    mfa: Literal["required", "optional"] = Field(
        default="required",
        description="optional: codes of an authenticator are asked only of who set one up, for trying out",
    )
    office_key: SecretStr = Field(
        description="64 hex digits: seals authenticators and signs the audit trail; keep a copy elsewhere"
    )

    breached_passwords: FilePath | None = Field(
        default=None,
        description="a file of SHA-1 digests in hex, sorted, one a line: passwords that nobody may choose",
    )
    broker_monitor: str | None = Field(
        default=None,
        description="where the broker tells its figures, http://127.0.0.1:8222; unset: none are shown",
    )
    watched_services: str = Field(
        default="",
        description="whose health is shown: name=address with commas between, "
        "till_service=http://127.0.0.1:7402",
    )

    @field_validator("office_key")
    @classmethod
    def _is_key(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch("[0-9a-f]{64}", value.get_secret_value()):
            raise ValueError("must be 64 hex digits")
        return value

    @property
    def secret(self) -> bytes:
        """The key's 32 bytes."""
        return bytes.fromhex(self.office_key.get_secret_value())

    @field_validator("broker_monitor")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(SCHEMES):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("watched_services")
    @classmethod
    def _names_addresses(cls, value: str) -> str:
        for one in filter(None, value.split(",")):
            name, _, address = one.strip().partition("=")
            if not name or not address.startswith(SCHEMES):
                raise ValueError("must be name=http://host:port, with commas between several")
        return value

    @property
    def watched(self) -> dict[str, str]:
        """Return the address of each service that is watched, by name."""
        pairs = (one.strip().partition("=") for one in filter(None, self.watched_services.split(",")))
        return {name: address.rstrip("/") for name, _, address in pairs}
