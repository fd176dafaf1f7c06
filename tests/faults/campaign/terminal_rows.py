"""Faults of the terminal and its devices."""

from typing import Final

from faults.campaign.row import AGENT, ALONE, DEVICE, PAPER, POWER, STEPS, TILL, row

TERMINAL: Final = (
    row(
        "A1",
        "the terminal's process is killed at any step",
        "every receipt whose printing began is in the journal; the till goes on as committed",
        f"{AGENT}/test_agent_power_cut.py",
        f"{AGENT}/test_agent_process.py::test_kill_minus_nine_keeps_everything_that_was_sold",
        STEPS,
    ),
    row(
        "A2",
        "the power goes in the middle of a write",
        "all committed sales are there; what is torn was never printed",
        f"{POWER}::test_no_receipt_on_paper_is_missing_after_the_power_went",
        f"{AGENT}/test_agent_journal.py::test_a_torn_write_leaves_nothing_of_itself",
        need="power cuts",
    ),
    row(
        "A3",
        "bytes rot, the write-ahead log is lost, the anchor is ahead or lags",
        "damage stops sales until a supervisor lets a new epoch begin; nothing is overwritten",
        f"{AGENT}/test_agent_journal.py::test_an_edited_journal_sells_nothing_and_says_whom_to_call",
        f"{AGENT}/test_agent_journal.py::test_a_supervisor_lets_a_damaged_terminal_go_on_and_nothing_is_overwritten",
        f"{AGENT}/test_agent_journal.py::test_an_anchor_that_lags_stops_nobody",
        f"{AGENT}/test_agent_journal.py::test_an_anchor_with_another_hash_is_damage",
    ),
    row(
        "A4",
        "the disk is full",
        "no half sale; what was sold stays and is said",
        f"{AGENT}/test_agent_full_disk.py",
        f"{AGENT}/test_agent_journal.py::test_a_disk_that_is_full_saves_nothing_and_says_so",
    ),
    row(
        "A5",
        "the disk refuses to sync",
        "the terminal stops selling and does not try to sync again",
        f"{POWER}::test_a_disk_that_is_gone_stops_the_terminal_from_selling",
        need="power cuts",
    ),
    row(
        "A6",
        "clocks jump",
        "order and numbers come from no clock; a wrong one is shown, and shortens no wait",
        f"{ALONE}::test_clocks_jump_and_order_numbers_and_dates_stay",
        "tests/unit/till_service/test_till_service_alarms.py::test_a_clock_may_differ_by_five_minutes",
        "tests/unit/agent/test_agent_login_table.py"
        "::test_a_clock_behind_the_time_the_back_office_was_last_heard_gives_no_date",
    ),
    row(
        "A7",
        "the calendar goes on while the terminal is alone",
        "the business date stays until a person changes it",
        f"{ALONE}::test_three_days_alone_stand_under_three_dates",
        "tests/unit/specification/test_specification_of_the_date.py",
    ),
    row(
        "A8",
        "two processes on one journal",
        "the second one refuses",
        f"{AGENT}/test_agent_journal.py::test_a_second_agent_on_the_same_folder_is_refused",
        f"{AGENT}/test_agent_process.py::test_a_second_agent_says_who_has_the_folder_and_ends",
    ),
    row(
        "A9",
        "a disk was copied, both copies sell",
        "each goes on in an epoch of its own; the clone is told of",
        f"{ALONE}::test_a_copied_disk_sells_on_both_and_every_printed_receipt_is_somewhere_once",
        "tests/faults/played/played_cloned_guest.py"
        "::test_a_copied_order_in_hand_ends_alike_before_and_after_the_next_count",
        f"{TILL}/test_till_service_ledger.py::test_a_gap_a_changed_byte_and_a_fork_each_get_their_verdict",
        "tests/unit/till_service/test_till_service_alarms.py"
        "::test_an_older_start_that_goes_on_twice_long_after_the_newer_one_began_is_a_clone",
    ),
    row(
        "A10",
        "an old copy of the terminal was restored",
        "it goes on where the ledger ends; what was lost is named, what came after waits for a person",
        f"{AGENT}/test_agent_with_the_ledger.py"
        "::test_a_terminal_restored_from_a_copy_goes_on_where_the_ledger_ends",
        f"{AGENT}/test_agent_with_the_ledger.py"
        "::test_sales_of_a_branch_that_was_lost_wait_for_a_person_and_none_is_lost",
    ),
    row(
        "A11",
        "an old copy was restored while nobody could be asked",
        "the anchor tells; a new epoch keeps the numbers apart",
        f"{AGENT}/test_agent_journal.py::test_a_journal_restored_from_a_copy_goes_on_in_a_new_epoch",
    ),
    row(
        "A12",
        "the system's language changes how numbers look",
        "amounts are whole numbers everywhere",
        f"{ALONE}::test_another_language_of_the_system_changes_no_amount",
        "tests/architecture/test_architecture_pure_modules.py",
        "tests/contracts/test_contracts_money.py",
        need="other languages",
    ),
)
DEVICES: Final = (
    row(
        "P1",
        "no paper",
        "the sale counts, the receipt waits",
        f"{PAPER}::test_without_paper_the_sale_stands_and_a_new_roll_brings_one_original",
    ),
    row(
        "P2",
        "the printer vanishes in the middle of a receipt",
        "a person says whether it came out; never a second original",
        f"{PAPER}::test_a_plug_pulled_in_the_middle_asks_a_person_and_prints_no_second_original",
        f"{DEVICE}::test_wherever_the_plug_is_pulled_the_answer_is_true",
    ),
    row(
        "P3",
        "the power goes between commit and print",
        "the sale is in the ledger either way, and asked about",
        f"{AGENT}/test_agent_power_cut.py::test_a_sale_that_was_printed_survives_and_is_not_made_twice",
    ),
    row(
        "P4",
        "the power goes between print and commit",
        "cannot be: the order is commit, print, mark",
        f"{AGENT}/test_agent_printing.py::test_no_byte_leaves_before_the_sale_is_on_the_disk",
        f"{POWER}::test_no_receipt_on_paper_is_missing_after_the_power_went",
        need="power cuts",
    ),
    row(
        "P5",
        "the printer blocks",
        "selling goes on",
        f"{PAPER}::test_a_printer_that_takes_nothing_stops_no_sale",
        f"{AGENT}/test_agent_screens_paper.py::"
        "test_no_tap_waits_for_paper_and_the_screen_tells_of_it_when_it_comes",
    ),
    row(
        "P6",
        "the printer says nothing, or lies",
        "no answer is no success",
        f"{PAPER}::test_silence_is_never_taken_for_well",
        f"{DEVICE}::test_a_lying_printer_is_believed_but_its_paper_shows_the_truth",
    ),
    row(
        "D1",
        "the drawer stays open",
        "it is told of; nobody is blocked",
        f"{DEVICE}::test_a_stuck_drawer_stays_open",
        f"{AGENT}/test_agent_drawer_alarm.py::test_a_drawer_left_open_is_told_once_and_stops_no_sale",
    ),
    row(
        "D2",
        "the process dies between pulse and mark",
        "the drawer is not opened a second time",
        f"{AGENT}/test_agent_power_cut.py",
        f"{PAPER}::test_a_restart_never_kicks_the_drawer_again",
        f"{DEVICE}::test_a_pulse_cut_midway_is_an_error_and_not_repeated",
    ),
)
