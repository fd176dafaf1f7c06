"""The day got stuck."""


class DayStuck(Exception):
    """A step of the day did not come to its end; the text names who waits for what."""
