"""Printer and drawer: the ports, the serial adapter, the virtual device and the paper tape it leaves."""
