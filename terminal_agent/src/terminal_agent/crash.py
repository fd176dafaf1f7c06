"""Crash points: labelled steps between two effects at which a test ends the process as a power cut would."""

import os
from collections import Counter
from pathlib import Path
from typing import Final, Literal, get_args

Label = Literal[
    "before_commit",
    "after_commit",
    "after_anchor",
    "before_print",
    "after_print",
    "before_printed_commit",
    "after_printed_commit",
    "before_kick",
    "after_kick",
    "before_publish",
    "after_publish",
    "before_ack_commit",
    "after_ack_commit",
]
CRASH_POINTS: Final[tuple[Label, ...]] = get_args(Label)
EXIT_CODE: Final = 137


_passed: Final[Counter[str]] = Counter()


def crash_point(label: Label) -> None:
    """End the process here, without any clean-up, if `CRASH_AT` names this label.

    `CRASH_AT=label:3` ends it when it comes here for the third time. A file of the label's name in the folder
    `CRASH_FOLDER` ends it once: the file is removed first.
    """
    wanted, _, times = os.environ.get("CRASH_AT", "").partition(":")
    if wanted == label:
        _passed[label] += 1
        if _passed[label] >= int(times or 1):
            os._exit(EXIT_CODE)
    if "CRASH_FOLDER" in os.environ:
        _crash_once(Path(os.environ["CRASH_FOLDER"], label))


def _crash_once(file: Path) -> None:
    try:
        file.unlink()
    except FileNotFoundError:
        return
    os._exit(EXIT_CODE)
