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
    "changed_meanwhile": "Somebody else changed this meanwhile. Look again and make the change again.",
    "weak_pin": "Choose another PIN: not easily guessed, of four digits for a cashier, else of six.",
    "last_manager": "Nobody else may manage this store: give that right to somebody else first.",
    "known_password": "This password is one that guessers try first. Choose another.",
    "unknown_person": "Nobody signs in under this name. Check it.",
    "no_authenticator": "No authenticator is set up under this name.",
    "empty": "Nothing is in this rescue session: what was there went back to its session.",
}


def sentence_of(refusal: Refused, speech: Speech) -> str:
    """Return a refusal in the language of the page; one nobody translated stays as the service said it."""
    meaning = MEANING.get(refusal.code)
    return refusal.text if speech.language == "en" or meaning is None else speech.text(meaning)
