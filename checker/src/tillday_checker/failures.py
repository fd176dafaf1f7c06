"""Why the checker could not look."""


class CannotRead(Exception):
    """Something to be checked is not there or cannot be read; the text says what and what to do."""
