"""Whether everything of a closed date is decided, so that it can be archived."""

from dataclasses import dataclass

from tillday_contracts.till_messages import DaySettlement


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What of a date still waits: tills by their codes, and how many entries wait for people.

    `undecided` are tills closed in the back office of which nobody knows yet what their count covers; `desk`
    counts the store's dead letters, whose date nobody knows.
    """

    running: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    rescued: tuple[str, ...] = ()
    unposted: tuple[str, ...] = ()
    parked: int = 0
    desk: int = 0


def settlement(matters: OpenMatters) -> DaySettlement:
    """Return the answer: settled, or a sentence for each thing that is not."""
    counted = {
        "sales or movements whose session is not known": matters.parked,
        "entries of the store on the dead-letter desk": matters.desk,
    }
    reasons = (
        *(f"The till {till} is not cashed up." for till in matters.running),
        *(
            f"Nobody knows what the count of the till {till} covers: its own close is awaited."
            for till in matters.undecided
        ),
        *(
            f"Nobody said which sales of guests the count of the till {till} covers: say so, guest by guest."
            for till in matters.guests
        ),
        *(f"The rescue session of the till {till} waits for its review." for till in matters.rescued),
        *(f"A session of the till {till} is not posted yet." for till in matters.unposted),
        *(f"There are {count} {what}." for what, count in counted.items() if count),
    )
    return DaySettlement(settled=not reasons, reasons=reasons)
