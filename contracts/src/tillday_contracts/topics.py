"""The terminal topics. On the MQTT side words are joined by `/`, on the NATS side by `.`."""

from typing import Final, Literal, NamedTuple

from tillday_contracts.ids import check_code

Uplink = Literal["journal", "hello", "presence"]
Downlink = Literal["ack", "reply", "desired"]
EnrolWord = Literal["redeem", "given"]
AskKind = Literal["flash", "till_totals", "catalogue", "people"]

ASK_KINDS: Final[tuple[AskKind, ...]] = ("flash", "till_totals", "catalogue", "people")
JOURNAL_SUBJECT: Final = "pos.*.*.journal.v1"
HELLO_SUBJECT: Final = "pos.*.*.hello.v1"
PRESENCE_SUBJECT: Final = "pos.*.*.presence.v1"
REDEEM_SUBJECT: Final = "enrol.*.redeem.v1"
GIVEN_SUBJECT: Final = "enrol.*.given.v1"


def ask_subject(kind: AskKind) -> str:
    """Return the subject on which the service that answers `kind` listens."""
    return f"pos.*.*.ask.{kind}.v1"


class _Words(NamedTuple):
    store: str
    terminal: str


class TerminalAddress(_Words):
    """A terminal as its topics name it; nothing else ever identifies one. Raises InvalidCode.

    A tuple, because whatever is known of terminals is looked up by it.
    """

    __slots__ = ()

    def __new__(cls, store: str, terminal: str) -> "TerminalAddress":
        """Take codes alone."""
        return super().__new__(cls, check_code(store), check_code(terminal))

    @property
    def client_id(self) -> str:
        """The one MQTT client id of this terminal: whoever takes another's would throw it out.

        One dash parts store and terminal. A dash inside a code becomes `~`, which no code may hold: so no two
        terminals have the same.
        """
        return "-".join(code.replace("-", "~") for code in (self.store, self.terminal))

    def topic(self, kind: Uplink | Downlink) -> str:
        """Return the MQTT topic of one kind, e.g. `pos/S1/T1/journal/v1`."""
        return f"pos/{self.store}/{self.terminal}/{kind}/v1"

    def ask_topic(self, kind: AskKind) -> str:
        """Return the MQTT topic of an ask."""
        return f"pos/{self.store}/{self.terminal}/ask/{kind}/v1"

    def subject(self, kind: Uplink | Downlink) -> str:
        """Return the NATS subject of one kind."""
        return to_subject(self.topic(kind))


def terminal_words(address: TerminalAddress) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the subjects that a terminal may publish, and those it may hear. There are no others."""
    asks = tuple(to_subject(address.ask_topic(kind)) for kind in ASK_KINDS)
    publish = (address.subject("journal"), address.subject("hello"), address.subject("presence"), *asks)
    own = (address.subject("ack"), address.subject("reply"), address.subject("desired"))
    return publish, (*own, to_subject(settings_topic(address.store)))


def enrol_topic(code_id: str, word: EnrolWord) -> str:
    """Return the MQTT topic on which an enrolment code is redeemed, or its enrolment given."""
    return f"enrol/{check_code(code_id)}/{word}/v1"


def enrol_subject(code_id: str, word: EnrolWord) -> str:
    """Return the NATS subject of an enrolment topic."""
    return to_subject(enrol_topic(code_id, word))


def settings_topic(store: str) -> str:
    """Return the MQTT topic of a store's settings."""
    return f"pos/{check_code(store)}/settings/v1"


def to_subject(topic: str) -> str:
    """Return the NATS subject of an MQTT topic made here (no word holds a dot)."""
    return topic.replace("/", ".")


def address_of(subject: str) -> TerminalAddress:
    """Return who a subject `pos.STORE.TERMINAL.…` speaks for; raises ValueError for any other subject."""
    words = subject.split(".")
    if len(words) < 5 or words[0] != "pos":
        raise ValueError(f"{subject[:80]!r} is no terminal subject")
    return TerminalAddress(words[1], words[2])
