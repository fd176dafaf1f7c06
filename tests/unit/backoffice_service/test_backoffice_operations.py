"""Operations: what the parts tell of themselves, what is kept of it, and how it is written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from backoffice_service.domain.standing import (
    BrokerStanding,
    ConsumerStanding,
    DatabaseStanding,
    LedgerFigures,
    Reading,
    Standing,
    StreamStanding,
    reading_of,
)
from backoffice_service.messaging.watch import broker_standing, ledger_figures
from backoffice_service.pages.operations import (
    figures_of,
    first_shown,
    moments,
    plots_of,
    written_size,
    written_time,
)
from backoffice_service.pages.speech import Speech
from backoffice_service.settings import OfficeSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENGLISH = Speech("en")
INFINITE = float("inf")
CONSUMERS = (ConsumerStanding("ledger", 5, 2, 3), ConsumerStanding("report", 1, 0, 0))
BROKER = BrokerStanding("2.15", NOON, 1, 12, 9, 0, 4096, (StreamStanding("POS", 9, 4096, -1, CONSUMERS),))
DATABASE = DatabaseStanding("18", 10**7, 20, 100, 0, 0, 0.25, {"till_service": 8})


def counted(entries: float, *delays: tuple[float, float]) -> LedgerFigures:
    return LedgerFigures(entries, 0, delays)


def standing(ledger: LedgerFigures | None) -> Standing:
    return Standing(BROKER, DATABASE, (), ledger)


def test_a_reading_adds_up_what_waits_and_counts_since_the_last_one() -> None:
    before = counted(100, (0.1, 100), (1.0, 100), (INFINITE, 100))
    now = counted(200, (0.1, 150), (1.0, 199), (INFINITE, 200))

    reading = reading_of(standing(now), before, seconds=15)

    assert (reading.pending, reading.redelivered, reading.mqtt_clients) == (8, 3, 9)
    assert (reading.entries_a_minute, reading.oldest_ms) == (400, 250)
    assert (reading.delay_p50_ms, reading.delay_p99_ms) == (100, 1000)


@pytest.mark.parametrize(
    ("oldest", "begins"),
    [
        (timedelta(minutes=40), timedelta(minutes=40, seconds=15)),
        (timedelta(hours=9), timedelta(hours=1)),
        (timedelta(seconds=30), timedelta(minutes=5)),
        (None, timedelta(minutes=5)),
    ],
)
def test_plots_begin_with_the_oldest_reading_of_a_young_system(
    oldest: timedelta | None, begins: timedelta
) -> None:
    span = timedelta(seconds=15)
    first = first_shown(NOON, timedelta(hours=1), span, NOON - oldest if oldest else None)

    assert NOON - first == begins
    assert oldest is None or oldest > begins or NOON - oldest in moments(first, NOON, span)


@pytest.mark.parametrize("before", [None, counted(300, (INFINITE, 300))])
def test_nothing_is_said_of_a_time_that_nobody_counted(before: LedgerFigures | None) -> None:
    reading = reading_of(standing(counted(200, (INFINITE, 200))), before, seconds=15)
    assert (reading.entries_a_minute, reading.delay_p50_ms) == (None, None)


def test_a_quiet_time_has_no_delay_and_one_beyond_every_bound_is_the_last_bound() -> None:
    before = counted(1, (5.0, 1), (INFINITE, 1))
    quiet = reading_of(standing(before), before, seconds=15)
    assert (quiet.entries_a_minute, quiet.delay_p99_ms) == (0, None)
    late = reading_of(standing(counted(2, (5.0, 1), (INFINITE, 2))), before, seconds=15)
    assert late.delay_p99_ms == 5000


def test_what_does_not_answer_leaves_its_figures_out_and_the_others_in() -> None:
    reading = reading_of(Standing(None, DATABASE, (), None), None, seconds=15)
    assert (reading.mqtt_clients, reading.pending, reading.connections) == (None, None, 20)
    unseen = reading_of(
        replace(standing(None), database=replace(DATABASE, oldest_seconds=None)), None, seconds=15
    )
    assert unseen.oldest_ms is None


def test_the_broker_s_own_pages_are_read_and_its_own_streams_left_out() -> None:
    stream = {"name": "POS_JOURNAL", "state": {"messages": 7, "bytes": 70}, "config": {"max_bytes": 100}}
    consumer = {"name": "ledger", "num_pending": 4, "num_ack_pending": 1, "num_redelivered": 2}
    own = {"name": "$MQTT_rmsgs", "state": {"messages": 1, "bytes": 1}}
    told = broker_standing(
        {"version": "2.15.1", "start": "2026-03-02T13:00:00.5+01:00", "mem": 5, "connections": 3},
        {
            "storage": 71,
            "account_details": [{"stream_detail": [{**stream, "consumer_detail": [consumer]}, own]}, {}],
        },
        {"connections": [{"type": "mqtt"}, {"type": "nats"}, {"type": "mqtt"}]},
    )
    assert (told.mqtt_clients, told.clients, told.started_at.hour) == (2, 3, 12)
    assert told.streams == (
        StreamStanding("POS_JOURNAL", 7, 70, 100, (ConsumerStanding("ledger", 4, 1, 2),)),
    )


def test_the_ledger_s_metrics_are_read_as_they_are_published() -> None:
    registry = CollectorRegistry()
    Counter("till_entries", "entered", registry=registry).inc(12)
    Counter("till_dead_letters", "aside", registry=registry).inc()
    delays = Histogram("till_entry_delay_seconds", "delay", buckets=(0.1,), registry=registry)
    for seconds in (0.05, 3.0):
        delays.observe(seconds)

    told = ledger_figures(generate_latest(registry).decode())

    assert told == LedgerFigures(12, 1, ((0.1, 1), (INFINITE, 2)))
    assert ledger_figures("") == LedgerFigures()


def test_plots_stop_where_nothing_was_measured_and_figures_say_the_peak() -> None:
    at = moments(NOON - timedelta(minutes=1), NOON, timedelta(seconds=15))
    assert at == [NOON - timedelta(seconds=seconds) for seconds in (45, 30, 15, 0)]
    stood = {at[0]: Reading(pending=9, delay_p50_ms=4), at[3]: Reading(pending=2)}

    plots = plots_of(at, stood, ENGLISH)

    assert [plot.name for plot in plots] == ["delay", "pending"]
    assert plots[1].lines[0].path.count("M") == 2
    figures = {one.name: (one.now, one.highest) for one in figures_of(stood.values(), ENGLISH)}
    assert figures["Waiting in streams"] == ("2", "9")
    assert plots_of(at, {}, ENGLISH) == []


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0 ms"), (999, "999 ms"), (1500, "1.5 s"), (180_000, "3 min"), (86_400_000, "24 h")],
)
def test_times_are_written_in_the_unit_people_think_in(milliseconds: int, text: str) -> None:
    assert written_time(ENGLISH, milliseconds) == text


def test_sizes_are_written_shortly() -> None:
    assert [written_size(ENGLISH, size) for size in (0, 999, 12_300_000, 5 * 10**15)] == [
        "0 B",
        "999 B",
        "12.3 MB",
        "5,000 TB",
    ]


def settings(**values: str) -> OfficeSettings:
    known = {
        "nats_url": "tls://x:1",
        "nats_user": "u",
        "nats_password": "p",
        "database_url": "postgresql://d",
        "office_key": "a" * 64,
    }
    return OfficeSettings.model_validate({**known, **values})


def test_watched_services_are_names_with_addresses() -> None:
    told = settings(watched_services="till_service=http://a:1/, report_service=https://b")
    assert told.watched == {"till_service": "http://a:1", "report_service": "https://b"}
    assert settings().watched == {}
    for wrong in ({"watched_services": "a:1"}, {"watched_services": "x=ftp://a"}, {"broker_monitor": "a:1"}):
        with pytest.raises(ValueError, match="must be"):
            settings(**wrong)
