"""What a terminal is given once."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tillday_contracts.entries import Text
from tillday_contracts.ids import (
    Hash,
    KeyId,
    StoreCode,
    TerminalCode,
    TillCode,
)
from tillday_contracts.model import Fact, Part


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
    former_keys: dict[KeyId, Hash] = Field(default_factory=dict, max_length=1000, repr=False)
    """Keys that older epochs of the journal were chained with."""
    compromised: bool = False
    """The former key is known to others: what was chained with it and not sent is for a person to judge."""
    given_up: tuple[KeyId, ...] = Field(default=(), max_length=1000)
    """Every key of the terminal that others may know."""
    broker_ca: Annotated[str, StringConstraints(max_length=65_536)] | None = None
    """The authorities to trust at the broker, PEM; None: those that the machine trusts anyway."""


class Invitation(Fact):
    """What a terminal enrols itself with: where the broker is, whom to trust there, and a one-time code."""

    v: Literal[1] = 1
    mqtt_url: Text
    broker_ca: Annotated[str, StringConstraints(max_length=65_536)] | None = None
    code: Annotated[str, Field(max_length=64, repr=False)]


class HeldKeys(Part):
    """The keys that a terminal's journal is chained with, oldest first."""

    store: StoreCode
    terminal: TerminalCode
    keys: dict[KeyId, Hash] = Field(max_length=1000, repr=False)


class Redeem(Part):
    """A terminal redeems the code that it got in with. A repeat of the same nonce is the same attempt."""

    v: Literal[1] = 1
    nonce: Hash
    held: HeldKeys | None = None
    """A back office that was put back to a backup learns from it which keys it lost."""


class Grant(Fact):
    """What a terminal is from now on."""

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    name: Text
    mqtt_password: Annotated[Text, Field(repr=False)]
    key_id: KeyId
    journal_key: Annotated[Hash, Field(repr=False)]
    pepper: Annotated[Hash, Field(repr=False)]
    compromised: bool = False
    """Others may know the key before this one."""
    given_up: tuple[KeyId, ...] = Field(default=(), max_length=1000)
    """Every key of the terminal that others may know."""


class Given(Fact):
    """The answer to one attempt: the terminal's secrets, or in `refusal` why not."""

    v: Literal[1] = 1
    nonce: Hash
    refusal: str | None = None
    grant: Grant | None = None
