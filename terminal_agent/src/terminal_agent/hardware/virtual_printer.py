"""A receipt printer without paper: bytes in; paper tape, status answers and drawer pulses out. No I/O.

It behaves like the real thing where that matters: DLE EOT is answered at once even while nothing can be
printed, GS r only when its turn comes; without paper the data waits in a buffer of a few KB, and then
nothing more is read.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from terminal_agent.hardware.commands import split
from terminal_agent.hardware.ports import Paper
from terminal_agent.hardware.status_bytes import IN_ORDER, Condition, in_order_answer, real_time_answer

_REAL_TIME_QUERY: Final = re.compile(rb"\x10\x04([\x01-\x04])")
_PULSE: Final = b"\x1bp"
_BUFFER_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Effects:
    """What came of the bytes: printed ones, answers for the line, pulses as their pin number (2 or 5)."""

    tape: bytes = b""
    answers: bytes = b""
    pulses: tuple[int, ...] = ()

    def plus(self, other: "Effects") -> "Effects":
        """Return both, one after the other."""
        return Effects(self.tape + other.tape, self.answers + other.answers, self.pulses + other.pulses)


@dataclass(slots=True)
class VirtualPrinter:
    """The device's state. `rows_left` rows of paper remain (None: enough); `lies`: says all is well
    whatever is.
    """

    paper: Paper = Paper.ENOUGH
    rows_left: int | None = None
    cover_open: bool = False
    drawer_open: bool = False
    mute: bool = False
    lies: bool = False
    _partial: bytes = b""
    _waiting: deque[bytes] = field(default_factory=deque)
    _done: int = 0

    @property
    def condition(self) -> Condition:
        """What the status bytes are made from."""
        if self.lies:
            return Condition(drawer_open=self.drawer_open)
        online = self.paper is not Paper.OUT and not self.cover_open
        return Condition(online, self.paper, self.cover_open, self.drawer_open)

    @property
    def is_full(self) -> bool:
        """Whether the buffer takes no more bytes."""
        return sum(map(len, self._waiting)) + len(self._partial) >= _BUFFER_BYTES

    @property
    def taken(self) -> int:
        """How many bytes of documents and pulses have arrived, status queries aside."""
        undecided = self._partial in (b"\x10", b"\x10\x04", IN_ORDER[:1], IN_ORDER)
        return self._done + sum(map(len, self._waiting)) + (0 if undecided else len(self._partial))

    def receive(self, data: bytes) -> Effects:
        """Take bytes from the line."""
        answers, rest = self._answer_real_time(self._partial + data)
        pieces, self._partial = split(rest)
        self._waiting.extend(pieces)
        return Effects(answers=answers).plus(self.advance())

    def advance(self) -> Effects:
        """Print what waits, as far as paper and cover allow."""
        effects = Effects()
        while self._waiting and self._can_print():
            effects = effects.plus(self._perform(self._waiting.popleft()))
        return effects

    def _can_print(self) -> bool:
        if self.cover_open:
            return False
        return self.lies or self.paper is not Paper.OUT

    def _answer_real_time(self, data: bytes) -> tuple[bytes, bytes]:
        answers = b"".join(
            b"" if self.mute else real_time_answer(query[1][0], self.condition)
            for query in _REAL_TIME_QUERY.finditer(data)
        )
        return answers, _REAL_TIME_QUERY.sub(b"", data)

    def _perform(self, piece: bytes) -> Effects:
        if piece.startswith(IN_ORDER):
            return Effects(answers=b"" if self.mute else in_order_answer(self.condition))
        self._done += len(piece)
        if piece.startswith(_PULSE):
            self.drawer_open = True
            return Effects(tape=piece, pulses=(5 if piece[2] & 1 else 2,))
        if self.paper is Paper.OUT:
            return Effects()  # only a printer that lies gets here: it runs on without paper
        self._use_paper(piece)
        return Effects(tape=piece)

    def _use_paper(self, piece: bytes) -> None:
        if piece == b"\n" and self.rows_left is not None:
            self.rows_left -= 1
            if self.rows_left <= 0:
                self.paper = Paper.OUT

    def refill(self) -> Effects:
        """Put in a new roll; what waited comes out."""
        self.paper, self.rows_left = Paper.ENOUGH, None
        return self.advance()

    def lose_power(self) -> None:
        """Forget what was in the buffer, as a printer does."""
        self._partial = b""
        self._waiting.clear()
