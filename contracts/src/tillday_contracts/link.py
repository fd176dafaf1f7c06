"""The terminal link: HELLO, and what the ledger answers: acks and verdicts."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from tillday_contracts.entries import Text, TillState
from tillday_contracts.ids import (
    Epoch,
    Hash,
    Timeline,
)
from tillday_contracts.model import Fact
from tillday_contracts.parts import Count
from tillday_contracts.wishes import Revision

HELLO_SECONDS: int = 60


OFFLINE_AFTER_SECONDS: int = 150


REPUBLISH_SECONDS: int = 60


class Sealed(Fact):
    """Bytes and their MAC: a HELLO as it travels. `data` is URL-safe base64 in JSON."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64")

    data: bytes
    mac: Hash


class Clocks(Fact):
    """The terminal's clocks at HELLO, for showing skew; they order nothing."""

    wall: AwareDatetime
    mono_ms: Count


class ToldAlarm(Fact):
    """An alarm that a terminal shows; `code` is its own word for it."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
    text: Annotated[str, StringConstraints(min_length=1, max_length=240)]


class Hello(Fact):
    """A terminal's account of its journal, on every connect and every 60 s. All of it concerns `epoch`."""

    v: Literal[1] = 1
    boot_no: Count
    n: Count
    epoch: Epoch
    head_seq: Count
    head_hash: Hash
    low_seq: Count
    low_hash: Hash | None
    low_prev: Hash
    acked: dict[Timeline, Count] = Field(default_factory=dict, max_length=32)
    desired: Revision | None = None
    settings: Revision | None = None
    effective_date: date | None = None
    versions: dict[str, str] = Field(default_factory=dict)
    clocks: Clocks
    pending: Count
    state: tuple[TillState, ...] = ()
    alarms: Annotated[tuple[ToldAlarm, ...], Field(max_length=16)] = ()


class Ack(Fact):
    """The ledger committed all up to `seq` (`single`: this entry alone); valid only if the hash agrees."""

    kind: Literal["ACK"] = "ACK"
    epoch: Epoch
    seq: Count
    hash: Hash
    timeline: Timeline
    c: Count
    window: Count = 256
    single: bool = False


class Continue(Fact):
    """The journals agree; the terminal goes on."""

    kind: Literal["CONTINUE"] = "CONTINUE"
    epoch: Epoch


class Gap(Fact):
    """Send again from `from_seq`, acknowledged entries included."""

    kind: Literal["GAP"] = "GAP"
    epoch: Epoch
    from_seq: Count


class BadMac(Fact):
    """The bytes of one entry do not verify; its position is not consumed."""

    kind: Literal["BAD_MAC"] = "BAD_MAC"
    epoch: Epoch
    seq: Count


class Rewind(Fact):
    """The ledger lost acknowledged entries: per timeline, the highest c that is still valid."""

    kind: Literal["REWIND"] = "REWIND"
    valid: dict[Timeline, Count]


class Fork(Fact):
    """Two journals share an epoch: the ledger's hash at the position where they part."""

    kind: Literal["FORK"] = "FORK"
    epoch: Epoch
    at: Count
    hash: Hash | None
    state: tuple[TillState, ...] = ()


class Behind(Fact):
    """The terminal was restored from an older copy: the ledger's head of this epoch."""

    kind: Literal["BEHIND"] = "BEHIND"
    epoch: Epoch
    head_seq: Count
    head_hash: Hash
    state: tuple[TillState, ...] = ()


class StateVerdict(Fact):
    """The journals agree, the views of the tills do not: the ledger's view."""

    kind: Literal["STATE"] = "STATE"
    epoch: Epoch
    head_seq: Count
    head_hash: Hash
    state: tuple[TillState, ...]


class Stop(Fact):
    """This terminal was revoked: it keeps its journal and starts no till."""

    kind: Literal["STOP"] = "STOP"
    reason: Text


Verdict = Ack | Continue | Gap | BadMac | Rewind | Fork | Behind | StateVerdict | Stop


class Answers(Fact):
    """One message on the ack topic: what the ledger has to say, in order; `at` by the server's clock."""

    v: Literal[1] = 1
    at: AwareDatetime | None = None
    items: tuple[Annotated[Verdict, Field(discriminator="kind")], ...]


class Presence(Fact):
    """A hint only: offline means no HELLO for 150 s."""

    v: Literal[1] = 1
    boot_no: Count
    connect_no: Count
    online: bool
