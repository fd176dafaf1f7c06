"""The till at a point of sale: journal, link, printer, drawer and a local HTTP API."""

__version__ = "0.1.0"
