"""What a service's refusal says on a page: in English its own words, else what its code means."""

from collections.abc import Mapping
from typing import Final

from backoffice_service.pages.speech import Speech
from tillday_contracts.messages import Refused

MEANING: Final[Mapping[str, str]] = {
    "not_allowed": "You have no right to do this in this store. Ask a manager.",
    "not_counted": "This till was not counted yet: nothing was sold in it, so there is nothing to close.",
    "terminal_answers": "The terminal answers: finish the opening count of this till there.",
    "counted": "The till was counted meanwhile. Look again.",
    "open": "This till is open. Close it from the back office first.",
    "close_known": "The terminal's own close is here: nothing is undecided.",
    "unreadable_evidence": "The report's code or short form is unreadable, or of another session. Check it.",
    "decided_meanwhile": "Somebody else decided on one of these meanwhile. Look again before you decide.",
    "unknown_entry": "One of these was moved meanwhile. Look again.",
    "undecided": "Entries wait: accept or reject them first.",
    "still_impossible": "It would come back to the desk: nothing that it needs has changed.",
    "begins_an_epoch": "It begins a journal that went on without it: discard it.",
    "unproven": "No key of the terminal proves it: discard it, or register the terminal's key first.",
    "unreadable": "Nothing of it can be read: discard it.",
    "not_waiting": "Nothing is missing for this session: its count is final.",
    "unknown_location": "There is no such location: make it first.",
    "closed_location": "The location is closed: open it again first.",
    "nothing_moves": "An adjustment by 0 pieces changes nothing.",
    "locked_already": "That period is locked already.",
    "not_in_safe": "There is less than that in the safe.",
    "no_account": "The company has no account for this: name one first.",
    "store_exists": "Another store has this code already: choose another one.",
    "colour_unknown": "Coins and notes have no such colour.",
    "changed_meanwhile": "Somebody else changed this meanwhile. Look again and make the change again.",
    "weak_pin": "Choose another PIN: not easily guessed, of four digits for a cashier, else of six.",
    "last_manager": "Nobody else may manage this store: give that right to somebody else first.",
    "known_password": "This password is one that guessers try first. Choose another.",
    "unknown_person": "Nobody signs in under this name. Check it.",
    "no_authenticator": "No authenticator is set up under this name.",
    "ambiguous": "Several letters begin with these characters: type more of them.",
    "bad_repair": "What was repaired cannot be taken like this: check its figures.",
    "being_cancelled": "The day is being taken back at this moment: try again.",
    "being_opened": "The store is being opened at this moment.",
    "closed": "Somebody closed it meanwhile. Look again.",
    "closing": "The store is closing this business date: wait until it is closed.",
    "code_taken": "This code is in use already: the numbers of receipts and cash-up reports would be alike.",
    "currency_stays": "The store has traded already: its currency stays.",
    "date_too_early": "Only a later business date can be opened.",
    "date_too_late": "This date is too far ahead: tomorrow is the latest date to open.",
    "dates_reversed": "The first date lies after the last one.",
    "denomination_twice": "A coin or note is named twice.",
    "denomination_unknown": "The currency has no such coin or note.",
    "denominations_missing": "Mark coins and notes: cash is counted by them.",
    "double_barcode": "A barcode stands for two products.",
    "double_sku": "A product is in the catalogue twice.",
    "float_not_payable": "The coins and notes of the store cannot make this float.",
    "guest_decided": "Nothing of this guest is undecided in this session.",
    "keep_amount": "An amount to keep belongs to a fixed amount alone.",
    "keep_not_payable": "The coins and notes cannot make the amount to keep.",
    "key_in_use": "This key belongs to another terminal.",
    "used_before": "This request has the name of another one, which was answered before: give it a new name.",
    "moved_meanwhile": "The till was moved meanwhile. Look again.",
    "needs_approval": "Somebody else has to approve this.",
    "never_opened": "This terminal was never opened.",
    "no_change": "That would change nothing.",
    "no_open_till": "No till is open at this terminal.",
    "not_cashed_up": "This till was not cashed up yet.",
    "not_counted_yet": "The till was not counted yet.",
    "not_foreign": "Foreign cash cannot be in the store's own currency.",
    "not_foreign_cash": "A rate and pieces of its own belong to foreign cash alone.",
    "not_open": "The store is not open for this business date.",
    "not_repairable": "This entry cannot be repaired: accept or reject it.",
    "nothing_asked": "Name a till session or a business date.",
    "nothing_to_waive": "The store is not closing yet: close it first.",
    "one_cash_tender": "A store has exactly one cash tender: change is given from it.",
    "open_tills": "Open tills stand in the way: cash them up first.",
    "own_count": "An entry of the till's own terminal belongs to its own count.",
    "rate_missing": "Foreign cash needs a rate.",
    "right_missing": "You have no right to do this in this store. Ask a manager.",
    "tender_currency": "Cash, card and voucher are in the store's own currency.",
    "tender_in_use": "An open till counts this tender: cash it up first.",
    "tender_kept": "A till keeps money of this tender: cash up keeping none first.",
    "tender_stays": "Once the store was open, kind and currency of a tender stay: add another one.",
    "tender_twice": "There are two tenders of this code.",
    "terminal_has_other_till": "This terminal exists already with another till.",
    "till_open": "The till is open: cash it up first.",
    "till_taken": "This till belongs to another terminal.",
    "tills_started": "Tills were started for this day: cash them up and close the store instead.",
    "too_early_to_waive": "The store still waits for terminals: try again in a moment.",
    "too_long": "This session has too many events to be told line by line: see its cash-up report.",
    "too_many_commands": "Many commands wait for this terminal already: see to its link and its printer.",
    "too_many_dates": "These are too many days at once: ask for fewer.",
    "too_many_products": "A catalogue has at most 20000 products.",
    "unknown_count": "There is no such count.",
    "unknown_currency": "There is no such currency: one is EUR, for example.",
    "unknown_letter": "There is no such letter.",
    "unknown_locale": "There is no such locale: one is en_GB, for example.",
    "unknown_receipt": "There is no such receipt.",
    "unknown_revision": "There is no such revision of the settings.",
    "unknown_session": "There is no such session.",
    "unknown_store": "There is no such store.",
    "unknown_task": "There is no such task: look again at those that wait.",
    "unknown_tender": "The store has no such tender.",
    "unknown_terminal": "The store has no such terminal.",
    "unknown_till": "The store has no such till.",
    "unknown_time_zone": "There is no such time zone: one is Europe/Madrid, for example.",
    "empty": "Nothing is in this rescue session: what was there went back to its session.",
}

NOT_THERE: Final = frozenset(
    {
        "unknown_count",
        "unknown_entry",
        "unknown_letter",
        "unknown_location",
        "unknown_person",
        "unknown_receipt",
        "unknown_revision",
        "unknown_session",
        "unknown_store",
        "unknown_task",
        "unknown_tender",
        "unknown_terminal",
        "unknown_till",
    }
)
"""What was asked about does not exist."""
NO_SUCH_VALUE: Final = frozenset({"unknown_currency", "unknown_locale", "unknown_time_zone"})
"""A field holds what there is nowhere in the world."""


def status_of(refusal: Refused) -> int:
    """Return how HTTP says it: not there (404), a value that makes no sense (422), or a rule says no (409).

    Settings with several problems are there: which of them is named first makes no difference.
    """
    codes = set(codes_of(refusal))
    if codes & NO_SUCH_VALUE:
        return 422
    return 404 if refusal.code in NOT_THERE and "problems" not in refusal.details else 409


def sentence_of(refusal: Refused, speech: Speech) -> str:
    """Return a refusal in the language of the page; one nobody translated stays as the service said it."""
    meanings = [MEANING.get(code) for code in codes_of(refusal)]
    if speech.language == "en" or not all(meanings):
        return refusal.text
    return " ".join(dict.fromkeys(speech.text(meaning) for meaning in meanings if meaning))


def codes_of(refusal: Refused) -> list[str]:
    """Return what is wrong, each once: a refusal may name several problems."""
    problems = refusal.details.get("problems")
    told = problems if isinstance(problems, list) else []
    named = [one.get("code") for one in told if isinstance(one, dict)]
    return list(dict.fromkeys(code for code in named if isinstance(code, str))) or [refusal.code]
