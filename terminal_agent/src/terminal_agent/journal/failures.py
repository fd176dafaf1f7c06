"""What can go wrong with the journal's disk, in words for the person at the till."""

import sqlite3


class JournalError(Exception):
    """The journal cannot be used; the text says what to do."""


class JournalFull(JournalError):
    """Nothing was written, and nothing is lost: there is no room."""


class JournalBroken(JournalError):
    """It is unknown whether the last write is on the disk: nothing may be sold until the agent starts
    anew.
    """


class JournalInUse(JournalError):
    """Another agent has this journal."""


def failure_of(error: sqlite3.Error) -> JournalError:
    """Return what an error of the database means."""
    text = str(error)
    if "disk is full" in text:
        return JournalFull("The disk is full: nothing was saved. Free some space, then try again.")
    if "readonly" in text or "unable to open" in text:
        return JournalBroken(f"The data folder cannot be written ({text}): check its owner and rights.")
    return JournalBroken(f"The disk does not keep what is written ({text}): call support before selling on.")
