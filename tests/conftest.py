"""What every test may use: the real servers of `servers.py`, and how long each part took."""

pytest_plugins = ("servers", "part_times")
