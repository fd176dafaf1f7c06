"""The enrolment: what a terminal is given once, kept beside the journal and readable by its user alone."""

import os
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from terminal_agent.core.chain import Identity
from tillday_contracts.enrolment import EnrolmentBundle, HeldKeys, Invitation

ENROLMENT_FILE: Final = "enrolment.json"
INVITATION_FILE: Final = "invitation.json"
TOKEN_FILE: Final = "api-token"  # noqa: S105 - the name of the file, not what is in it


class NotEnrolled(Exception):
    """There is no usable enrolment; the text says what to do."""


def read_bundle(path: Path) -> EnrolmentBundle:
    """Read a bundle. Raises NotEnrolled."""
    try:
        return EnrolmentBundle.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise NotEnrolled(
            f"{path} is not there: enrol this terminal with `terminal_agent enrol --invitation FILE`."
        ) from None
    except OSError as error:
        raise NotEnrolled(f"{path} cannot be read ({error.strerror}): check its owner and rights.") from None
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "its form"
        raise NotEnrolled(f"{path} is no enrolment bundle: {where}: {fault['msg']}.") from None


def enrolled(folder: Path) -> EnrolmentBundle:
    """Return this folder's enrolment; rights that are too wide are narrowed. Raises NotEnrolled."""
    path = folder / ENROLMENT_FILE
    bundle = read_bundle(path)
    path.chmod(0o600)
    return bundle


def place_bundle(bundle: EnrolmentBundle, folder: Path) -> None:
    """Make this folder the terminal's. Raises NotEnrolled where it is another terminal's already."""
    path = folder / ENROLMENT_FILE
    if path.exists():
        here = read_bundle(path)
        if (here.store, here.terminal) != (bundle.store, bundle.terminal):
            raise NotEnrolled(
                f"{folder} belongs to terminal {here.terminal} of store {here.store}: choose another folder."
            )
        bundle = with_former_keys(bundle, here)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, bundle.model_dump_json(indent=2))
    except OSError as error:
        raise NotEnrolled(
            f"{folder} cannot be written ({error.strerror}): check its owner and rights."
        ) from None


def with_former_keys(bundle: EnrolmentBundle, before: EnrolmentBundle) -> EnrolmentBundle:
    """Return an enrolment that still knows the keys which older epochs of the journal were chained with, and
    which of them others may know.
    """
    former = dict(held_keys(before).keys)
    former.pop(bundle.key_id, None)
    given_up = tuple(sorted({*bundle.given_up, *given_up_keys(before)}))
    return bundle.model_copy(update={"former_keys": former, "given_up": given_up})


def held_keys(bundle: EnrolmentBundle) -> HeldKeys:
    """Return every key that the journal is chained with."""
    keys = {**bundle.former_keys, bundle.key_id: bundle.journal_key}
    return HeldKeys(store=bundle.store, terminal=bundle.terminal, keys=keys)


def given_up_keys(bundle: EnrolmentBundle) -> frozenset[str]:
    """Return the ids of the keys that others may know: a key declared so takes all before it along."""
    return frozenset({*bundle.given_up, *(bundle.former_keys if bundle.compromised else ())})


def read_invitation(path: Path) -> Invitation:
    """Read an invitation. Raises NotEnrolled."""
    try:
        return Invitation.model_validate_json(path.read_bytes())
    except OSError as error:
        raise NotEnrolled(f"{path} cannot be read ({error.strerror}): name an invitation file.") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "its form"
        raise NotEnrolled(f"{path} is no invitation: look at {where}.") from None


def identity_of(bundle: EnrolmentBundle) -> Identity:
    """Return who the journal is written as."""
    key = bytes.fromhex(bundle.journal_key)
    former = {key_id: bytes.fromhex(held) for key_id, held in bundle.former_keys.items()}
    return Identity(bundle.store, bundle.terminal, bundle.till, bundle.key_id, key, former)


def api_token(folder: Path, fresh: str) -> str:
    """Return the token of this installation; `fresh` becomes it where there is none yet."""
    path = folder / TOKEN_FILE
    if not path.exists():
        write_private(path, fresh)
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its user can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
