"""What operators watch: how much enters the ledger, how fast, and what does not."""

from typing import Final

from prometheus_client import Counter, Histogram

ENTRIES: Final = Counter("till_entries", "Journal entries that entered the ledger")
LETTERS: Final = Counter("till_dead_letters", "Entries and messages put on the dead-letter desk")
LET_GO: Final = Counter(
    "till_messages_let_go", "Messages beyond their terminal's share, which it sends again"
)
VERDICTS: Final = Counter("till_verdicts", "Answers to terminals", ["kind"])
POSTING_SECONDS: Final = Histogram(
    "till_posting_seconds",
    "From the lock of a closed session to the COMMIT of what its posting left",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
)
DELAY_SECONDS: Final = Histogram(
    "till_entry_delay_seconds",
    "From the moment that a terminal's clock says to the COMMIT of the entry",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60, 300, 3600, 86_400),
)
BATCH_SECONDS: Final = Histogram(
    "till_batch_seconds",
    "From a batch's first look to its COMMIT",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
)
