"""Every test here has a virtual printer and the serial adapter in front of it."""

from virtual_devices import device, printer

__all__ = ["device", "printer"]
