"""What the back office's service is told from outside, beside what every service is."""

import re
from typing import Literal

from pydantic import Field, FilePath, SecretStr, field_validator

from service_kit.settings import ServiceSettings


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
