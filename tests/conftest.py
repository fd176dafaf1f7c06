"""Fixtures that every test may use: the real servers of `servers.py`."""

pytest_plugins = ("servers",)
