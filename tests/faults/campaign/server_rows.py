"""Faults of network, broker, services and database, and hostile input."""

from typing import Final

from faults.campaign.row import (
    AGENT,
    CLUSTER,
    DEVICE,
    HEALING,
    KILLS,
    KIT,
    LINE,
    LOCAL,
    MANY,
    RUSH,
    SERVERS,
    STEPS,
    STORE,
    TILL,
    row,
)

NETWORK: Final = (
    row(
        "N1",
        "messages come twice, late, in another order",
        "the ledger is what it would be in order; repeats change no row",
        "tests/faults/test_faults_replays.py",
        "tests/simulation/test_simulation_link.py",
        "tests/unit/till_service/test_till_service_any_order.py",
    ),
    row(
        "N2",
        "the broker is killed, or loses its store",
        "nothing is lost; streams and retained state come again by themselves",
        HEALING,
        f"{TILL}/test_till_service_outages.py::test_a_broker_whose_store_was_wiped_is_only_a_pipe",
        f"{STORE}/test_terminals_and_retained_state.py::test_a_wiped_broker_holds_the_retained_state_again",
        KILLS,
    ),
    row(
        "N3",
        "the broker accepts and stores nothing",
        "entries wait and are sent again; an alarm tells",
        f"{LINE}::test_a_broker_that_acknowledges_and_stores_nothing_loses_nothing",
        f"{AGENT}/test_agent_process.py::test_a_ledger_that_is_silent_for_a_while_gets_everything_later",
        f"{TILL}/test_till_service_alarms.py",
    ),
    row(
        "N4",
        "a connection is half open",
        "the terminal notices, sells on, and sends later; a late word of its end takes it offline nowhere",
        f"{LINE}::test_a_half_open_connection_is_noticed_and_its_late_word_takes_nobody_offline",
        f"{AGENT}/test_agent_process.py::test_sales_go_on_without_the_broker_and_arrive_after_it",
    ),
    row(
        "N5",
        "the ledger is away for long, terminals hold history",
        "history is sent in windows; live terminals stay live, none of the others starves",
        f"{RUSH}::test_a_rush_of_history_starves_nobody_and_live_sales_get_through",
        f"{TILL}/test_till_service_ledger.py::test_a_rush_of_history_is_taken_in_several_transactions",
        "tests/unit/agent/test_agent_link_rules.py",
    ),
    row(
        "N6",
        "the leading broker of three dies, again and again",
        "as N2",
        f"{CLUSTER}::test_the_journal_goes_on_while_the_leading_broker_of_three_dies_again_and_again",
    ),
    row(
        "N7",
        "another client takes the terminal's name",
        "the terminal subscribes again and says HELLO; a wish still reaches it",
        f"{LINE}::test_a_stranger_who_takes_the_name_keeps_no_wish_from_the_terminal",
        f"{STORE}/test_terminals_and_retained_state.py::test_a_terminal_that_holds_nothing_is_told_again",
    ),
    row(
        "N8",
        "retained state is stale, or older after newer",
        "the newest revision is kept; a terminal that stays behind is told of",
        f"{LINE}::test_an_older_wish_after_a_newer_one_is_not_followed_and_is_told_of",
        f"{STORE}/test_terminals_and_retained_state.py"
        "::test_a_hello_with_a_higher_revision_raises_ours_above_it",
    ),
    row(
        "N9",
        "a certificate expires, an authority is replaced",
        "selling goes on; the message names the certificate",
        f"{LOCAL}/test_local_broker_tls.py::test_a_terminal_names_a_certificate_that_has_expired",
        f"{LOCAL}/test_local_broker_tls.py::test_a_terminal_gets_through_while_one_authority_replaces_the_other",
    ),
    row(
        "N10",
        "the power of the broker goes in the middle of a write",
        "its store is only a pipe: what was not acknowledged is sent again",
        f"{SERVERS}::test_no_receipt_is_missing_after_the_power_of_the_broker_went",
        need="power cuts",
    ),
    row(
        "N11",
        "many terminals want the same at the same moment",
        "each receives the open store, sells, and has everything acknowledged",
        MANY,
    ),
)
SERVICES: Final = (
    row(
        "S1",
        "a service dies between two of its steps",
        "what comes again is recognised",
        STEPS,
        f"{TILL}/test_till_service_outages.py"
        "::test_a_crash_between_commit_and_ack_ends_in_an_ack_of_the_duplicate",
    ),
    row(
        "S2",
        "the database restarts, or breaks off at COMMIT",
        "an unknown outcome is looked up, never assumed",
        f"{TILL}/test_till_service_outages.py::test_a_journal_sent_while_the_database_is_away_is_taken_when_it_is_back",
        KILLS,
    ),
    row(
        "S3",
        "the database is set up to lose commits",
        "services refuse to start",
        f"{KIT}/test_service_kit_database.py::test_a_database_that_would_lose_commits_is_refused",
    ),
    row(
        "S4",
        "the database was restored to an hour ago",
        "terminals send again what it lost",
        HEALING,
        f"{TILL}/test_till_service_outages.py"
        "::test_after_a_restore_the_terminal_is_rewound_and_its_entries_come_again",
        f"{AGENT}/test_agent_with_the_ledger.py::test_a_ledger_that_was_restored_gets_again_what_it_lost",
    ),
    row(
        "S5",
        "one entry cannot be processed",
        "it waits on the dead-letter desk, everybody else goes on",
        f"{TILL}/test_till_service_ledger.py"
        "::test_an_entry_the_database_cannot_hold_waits_on_the_desk_and_delays_nobody",
        f"{TILL}/test_till_service_desk.py",
    ),
    row(
        "S6",
        "terminals and services of different versions",
        "published messages are read for ever; unknown ones go to the desk",
        "tests/contracts/test_contracts_golden.py",
    ),
    row(
        "S7",
        "the store is closed while sales are on their way",
        "the manifest decides, never the time of arrival",
        "tests/unit/till_service/test_till_service_any_order.py",
    ),
    row(
        "S8",
        "two supervisors act at once",
        "one wins, the other gets the same answer or a reason",
        "tests/races/store_service/test_store_races.py",
        "tests/races/till_service/test_till_service_close_races.py",
    ),
    row(
        "S9",
        "the back office closes a till that sells on",
        "the receipt is finished, the till cashed up; its manifest decides",
        "tests/unit/agent/test_agent_pending_receipts.py",
        f"{TILL}/test_till_service_closes.py",
    ),
    row(
        "S10",
        "the relay dies, or publishes twice",
        "events come at least once, readers fold each once",
        f"{KIT}/test_service_kit_relay_crashes.py",
        STEPS,
    ),
    row(
        "S11",
        "several instances of a service",
        "the same result",
        f"{TILL}/test_till_service_outages.py"
        "::test_two_processes_share_the_terminals_and_each_stamps_with_its_own_timeline",
    ),
    row(
        "S12",
        "the power of the database goes in the middle of a write",
        "what was acknowledged is there; terminals send the rest again",
        f"{SERVERS}::test_no_receipt_is_missing_after_the_power_of_the_database_went",
        need="power cuts",
    ),
)
HOSTILE: Final = (
    row(
        "H1",
        "an entry names another store or terminal",
        "identity comes from the topic alone",
        f"{LOCAL}/test_local_broker_grants.py::test_a_terminal_cannot_speak_for_another",
        "tests/unit/till_service/test_till_service_intake.py",
    ),
    row(
        "H2",
        "recorded traffic is played again",
        "no row changes",
        "tests/faults/test_faults_replays.py",
    ),
    row(
        "H3",
        "a terminal's credential is stolen",
        "without the journal key nothing of the thief counts; once revoked the thief is cut off, and the "
        "real terminal goes on with its journal",
        f"{STORE}/test_store_door.py"
        "::test_a_revoked_terminal_is_thrown_out_at_once_whichever_replica_it_asks",
        f"{STORE}/test_store_door.py"
        "::test_a_compromised_terminal_has_no_credential_until_it_redeems_its_code",
        f"{AGENT}/test_agent_key_rotation.py::test_a_key_that_others_know_is_left_at_once",
        f"{TILL}/test_till_service_ledger.py::test_a_hello_that_nobody_can_prove_gets_no_verdict",
        f"{TILL}/test_till_service_alarms.py",
    ),
    row(
        "H4",
        "PINs are guessed",
        "longer and longer pauses that survive restarts and clocks",
        "tests/unit/agent/test_agent_pins.py",
    ),
    row(
        "H5",
        "bytes that are no message",
        "refused or kept as a dead letter; the good ones get in",
        "tests/contracts/test_contracts_strict_json.py",
        f"{TILL}/test_till_service_ledger.py"
        "::test_a_message_that_is_no_batch_is_kept_with_its_bytes_and_the_next_one_is_taken",
    ),
    row(
        "H6",
        "one terminal floods",
        "it gets its share and no more; the others go on",
        "tests/faults/test_faults_flood.py",
    ),
    row(
        "H7",
        "commands hidden in names",
        "stripped before print",
        f"{DEVICE}::test_a_name_full_of_commands_opens_no_drawer",
    ),
    row(
        "H8",
        "a journal is edited on the disk",
        "the chain breaks; nothing is lost",
        f"{AGENT}/test_agent_journal.py::test_an_edited_journal_sells_nothing_and_says_whom_to_call",
    ),
)
