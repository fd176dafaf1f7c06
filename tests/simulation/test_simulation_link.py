"""Terminals, two writers and a back office in memory under faults: nothing is lost, doubled or misplaced."""

from __future__ import annotations

import random
from collections import Counter
from typing import Final

from simulation.campaign import Play, judged, not_collected
from simulation.faults import Faults, faults_of
from simulation.schedule import Run
from simulation.verdict import violations
from terminal_agent.core.answers import MarkAcked

CRASHES: Final = ("before commit", "after commit", "aborted", "unknown: kept", "unknown: lost")
EXPECTED: Final = (
    *(f"fault: {name}" for name in Faults.__dataclass_fields__ if name != "crash"),
    *(f"fault: crash, {end}" for end in CRASHES),
    *(f"answer: {kind}" for kind in ("ACK", "BAD_MAC", "BEHIND", "FORK", "GAP", "REWIND", "STATE")),
    *(f"answer: {kind}, nothing to do" for kind in ("ACK", "BAD_MAC", "BEHIND", "FORK", "GAP", "STATE")),
    *(f"epoch: {why}" for why in ("damaged", "fork", "rolled_back", "server_behind", "state", "key_rotated")),
    *(f"back office: day {what}" for what in ("opened", "closing", "closed", "not closed")),
    *(f"back office: till {how}" for how in ("closed (none)", "closed (qr)", "wished closed")),
    *(f"back office: {what}" for what in ("till closed (typed)", "tills exchanged")),
    *(f"back office: {word}" for word in ("no close will come", "guests covered")),
    *(f"entry: {kind}" for kind in ("TILL_CLOSED", "CLOSE_HEARD", "ATTESTED", "TILL_JOINED", "TILL_LEFT")),
    *(f"entry: {kind}" for kind in ("GUESTS_TOLD", "FLOAT_MOVED", "MOVEMENT", "ADJUSTMENT", "NO_SALE")),
    "receipt of a guest",
    *(f"placed: {where}" for where in ("session", "rescue", "rescue, not covered", "rejected")),
    *(f"reviewer: {verdict}" for verdict in ("accepted", "repaired", "rejected", "rejected, no cash")),
    *(f"reviewer: {what}" for what in ("named another count", "rescue closed")),
    *(f"office: {what}" for what in ("till settled", "session posted")),
    "guest not counted",
    "forged: entries",
)
"""What must come about in some runs."""


def test_each_class_of_faults_is_on_in_half_of_the_seeds() -> None:
    profiles = [faults_of(random.Random(seed)) for seed in range(300)]
    for name in Faults.__dataclass_fields__:
        on = sum(getattr(profile, name) > 0 for profile in profiles)
        assert len(profiles) * 0.4 < on < len(profiles) * 0.6, name


def test_a_seed_tells_the_same_story_every_time() -> None:
    def story(seed: int) -> list[str]:
        lines: list[str] = []
        run = Run(seed, say=lambda at, who, what: lines.append(f"{at} {who} {what}"))
        run.play()
        return lines

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_the_runs_are_not_tame() -> None:
    """Over some seeds everything comes about that the rules are for: else the suite proves little."""
    seen: Counter[str] = Counter()
    with not_collected():
        for seed in range(50):
            seen.update(judged(seed, Play()).happened)
    assert not [what for what in EXPECTED if not seen[what]], seen


def test_control_what_never_happened_is_missed() -> None:
    happened = judged(3, Play("calm")).happened
    assert not [what for what in EXPECTED if what.startswith("fault: ") and happened.get(what)]
    assert happened["entry: SALE"]


def test_a_run_without_faults_holds_and_serves_everybody() -> None:
    run = Run(3, faults=Faults())
    run.play()
    assert violations(run) == []
    assert len(run.around.printed) >= 30


def test_a_terminal_is_not_settled_by_an_ack_that_no_hello_told_of() -> None:
    run = Run(3, faults=Faults())
    run.play()
    journal = run.terminals[0].disk.current
    assert run.terminals[0].is_settled

    journal.clear_from(1)
    journal.mark(MarkAcked(journal.epoch, journal.head.seq, "f" * 16, 1, single=False), at=0.0)

    assert any("never agree" in text for text in violations(run))
