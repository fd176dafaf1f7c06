"""What every test may use: the real servers of `servers.py`, and how long each part took. None is timed."""

from hypothesis import settings

pytest_plugins = ("servers", "part_times")

settings.register_profile("untimed", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=1000)
settings.load_profile("untimed")
