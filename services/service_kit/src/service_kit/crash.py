"""Crash points: labelled steps between two effects at which a test ends the process as a power cut would."""

import os
from pathlib import Path
from typing import Final, Literal, get_args

Label = Literal[
    "journal_before_commit",
    "journal_after_commit",
    "journal_after_answers",
    "answer_before_commit",
    "answer_after_commit",
    "feed_before_commit",
    "feed_after_commit",
    "relay_numbered",
    "relay_published",
    "relay_marked",
    "opening_kept",
    "opening_sealed",
    "closing_kept",
    "closing_sealed",
    "retained_published",
    "retained_marked",
]
CRASH_POINTS: Final[tuple[Label, ...]] = get_args(Label)
CRASH_FOLDER: Final = "CRASH_FOLDER"
EXIT_CODE: Final = 137


def crash_point(label: Label) -> None:
    """End the process here, without any clean-up, if the folder CRASH_FOLDER holds a file of this name.

    The file is removed first, so that the process comes by here unharmed once it was started again.
    """
    folder = os.environ.get(CRASH_FOLDER)
    if folder is None:
        return
    try:
        Path(folder, label).unlink()
    except FileNotFoundError:
        return
    os._exit(EXIT_CODE)
