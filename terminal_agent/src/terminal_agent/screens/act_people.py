"""Who is at the screen: signing in, locking, the language and the look."""

from typing import Final

from terminal_agent.desk.refused import Refused, refused
from terminal_agent.screens.stage import Actions, Stage
from terminal_agent.screens.visit import Form
from terminal_agent.screens.words import LANGUAGES

LOOKS: Final = ("auto", "tillday", "tillday-dark")


async def sign_in(stage: Stage, form: Form) -> None:
    """Let a person in by the PIN; the screen goes on where the last one left it."""
    visit = stage.visit
    visit.attempts += 1
    if not form.get("person"):
        raise refused("no_person", "Tap your name first.")
    if not form.get("pin"):
        raise refused("no_pin", "Type your PIN.")
    visit.person = await stage.parts.people.sign_in(form["person"], form["pin"])


async def lock(stage: Stage, _: Form) -> None:
    """End the person's session; what is on the screen stays for the next one."""
    leave(stage)


def leave(stage: Stage) -> None:
    """Nobody is at the screen any more. A question put to a supervisor is over."""
    if stage.visit.person is not None:
        stage.parts.people.sign_out(stage.visit.person)
    stage.visit.person, stage.visit.asking, stage.visit.attempts = None, None, stage.visit.attempts + 1


async def speak(stage: Stage, form: Form) -> None:
    """Change the language of this screen."""
    if form.get("language") in LANGUAGES:
        stage.visit.language = form["language"]


async def look(stage: Stage, form: Form) -> None:
    """Light, dark, or as the system is."""
    if form.get("look") in LOOKS:
        stage.visit.look = form["look"]


async def go(stage: Stage, form: Form) -> None:
    """Show another screen."""
    stage.by  # noqa: B018 - nobody looks around unless signed in
    stage.selling.editing = ""
    stage.visit.go(form.get("view", ""))


async def dismiss(stage: Stage, _: Form) -> None:
    """Put a question aside."""
    stage.visit.asking = None
    stage.selling.editing = ""


async def go_on_after_damage(stage: Stage, form: Form) -> None:
    """A supervisor lets a terminal go on whose journal is damaged. Raises Refused."""
    allowed = await stage.parts.people.approver(form.get("person", ""), form.get("pin", ""), None)
    await stage.parts.desk.go_on_after_damage(allowed.actor, version=stage.parts.version)


def still_here(stage: Stage, *, lock_seconds: float, touched: bool) -> bool:
    """Say whether somebody is signed in; whoever touched nothing for so long is no longer."""
    visit, now = stage.visit, stage.book.world.monotonic()
    if visit.person is None:
        return False
    if now - visit.used_at >= lock_seconds:
        leave(stage)
        return False
    if touched:
        try:
            stage.by  # noqa: B018 - asking keeps the session alive
        except Refused:
            leave(stage)
            return False
        visit.used_at = now
    return True


async def hush(_: Stage, __: Form) -> None:
    """The person has read the notice."""


ACTIONS: Final[Actions] = {
    "sign-in": sign_in,
    "lock": lock,
    "speak": speak,
    "look": look,
    "go": go,
    "dismiss": dismiss,
    "hush": hush,
    "go-on": go_on_after_damage,
}
