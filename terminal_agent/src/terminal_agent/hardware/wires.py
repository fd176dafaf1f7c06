"""The ways to a device, and what every one of them promises."""

from typing import Final, Protocol

SLICE_SECONDS: Final = 0.05
"""How long a wait lasts at most before it looks whether the till is shutting down."""


class WireGone(Exception):
    """The device at the other end is gone. `perhaps` bytes of the failed write may have left all the same."""

    def __init__(self, reason: str = "the printer is disconnected", *, perhaps: int = 0) -> None:
        super().__init__(reason)
        self.perhaps = perhaps


class Wire(Protocol):
    """An open way to a device, used by one thread only. Waits end early when the till shuts down."""

    def write(self, data: bytes, seconds: float) -> int:
        """Hand over a first part of `data`, waiting until some of it is taken; return its length.

        0: nothing was taken in that time. Raises WireGone.
        """
        ...

    def read(self, seconds: float) -> bytes:
        """Return what has arrived, nothing where nothing came in that time. Raises WireGone."""
        ...

    @property
    def is_hung_up(self) -> bool:
        """Whether the device is known to be gone."""
        ...

    @property
    def waiting(self) -> int:
        """How many bytes that were handed over have not left this machine yet. Raises WireGone."""
        ...

    def close(self, *, discard: bool) -> None:
        """Give the way up, with `discard` also what has not left yet. Never raises."""
        ...
