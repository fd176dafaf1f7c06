"""What a terminal is given once."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from tillday_contracts.entries import Text
from tillday_contracts.ids import (
    Hash,
    StoreCode,
    TerminalCode,
    TillCode,
)
from tillday_contracts.model import Fact


class EnrolmentBundle(Fact):
    """What a terminal is given once, in a file of its own with mode 0600."""

    v: Literal[1] = 1
    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    name: Text
    mqtt_url: Text
    mqtt_user: Text
    mqtt_password: Text
    key_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    journal_key: Hash
    pepper: Hash
    broker_ca: Annotated[str, StringConstraints(max_length=65_536)] | None = None
    """The authorities to trust at the broker, PEM; None: those that the machine trusts anyway."""
