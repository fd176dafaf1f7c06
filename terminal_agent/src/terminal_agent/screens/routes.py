"""The addresses of the screens. Every action is a POST that answers with the screen as it is then."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from terminal_agent.core.refusal import Refusal
from terminal_agent.desk.drafts import Drafts
from terminal_agent.desk.refused import Refused
from terminal_agent.http.parts import Parts
from terminal_agent.journal.failures import JournalError
from terminal_agent.screens import (
    act_cash_up,
    act_money,
    act_opening,
    act_paying,
    act_people,
    act_selling,
    act_sharing,
)
from terminal_agent.screens.act_people import still_here
from terminal_agent.screens.drawing import closed_door, shell, strip, whole_page
from terminal_agent.screens.entrance import COOKIE, Entrance
from terminal_agent.screens.show_sharing import fate_of
from terminal_agent.screens.stage import Actions, Stage
from terminal_agent.screens.views import APPROVABLE
from terminal_agent.screens.visit import Asking, Form, Notice, Visits
from tillday_ui_kit.assets import HEADERS, POLICY

ACTIONS: Final[Actions] = {
    **act_people.ACTIONS,
    **act_opening.ACTIONS,
    **act_selling.ACTIONS,
    **act_paying.ACTIONS,
    **act_money.ACTIONS,
    **act_cash_up.ACTIONS,
    **act_sharing.ACTIONS,
}
WITHOUT_PERSON: Final = frozenset({"sign-in", "speak", "look", "go-on", "lock", "hush"})
ASKED_FOR: Final = frozenset(
    {"right_missing", "unapproved_difference", "recount_spent", "approval_right_missing", "reason_required"}
)
LOOK_SECONDS: Final = 1.0
IN_A_FRAME: Final = {
    "Content-Security-Policy": POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors http://127.0.0.1:* http://localhost:*"
    )
}
_YEAR: Final = 365 * 86_400


@dataclass(slots=True)
class Screens:
    """What the screens are made of."""

    parts: Parts
    drafts: Drafts
    entrance: Entrance
    lock_seconds: float
    visits: Visits = field(default_factory=Visits)

    def page(self, text: str, *, status: int = 200) -> Response:
        """Return a page under the headers of pages. Screens that are open to all may be shown in a frame."""
        if not self.entrance.is_open:
            return HTMLResponse(text, status_code=status, headers=HEADERS)
        return HTMLResponse(text, status_code=status, headers={**HEADERS, **IN_A_FRAME})

    def stage(self, request: Request) -> Stage | None:
        """Return the stage of a browser that was let in, None for another."""
        name = self.entrance.screen_of(request.cookies.get(COOKIE, ""))
        return Stage(self.parts, self.drafts, self.visits.of(name)) if name is not None else None


def screen_routes(screens: Screens) -> APIRouter:
    """Return the routes of the screens."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def first(request: Request) -> Response:
        stage = screens.stage(request)
        if stage is not None:
            still_here(stage, lock_seconds=screens.lock_seconds, touched=True)
            return screens.page(await _drawn(screens, stage, whole_page))
        if not screens.entrance.is_open:
            return screens.page(closed_door(), status=401)
        return await _let_in(screens, screens.entrance.cookie())

    @router.get("/screens/enter")
    async def enter(key: str = "") -> Response:
        cookie = screens.entrance.enter(key)
        if cookie is None:
            return screens.page(closed_door(), status=401)
        answer = RedirectResponse("/", status_code=303, headers=HEADERS)
        _give(answer, cookie)
        return answer

    @router.get("/screens/now")
    async def now(request: Request) -> Response:
        stage = screens.stage(request)
        return screens.page(await _drawn(screens, stage, shell)) if stage is not None else _gone()

    @router.get("/screens/strip")
    async def status_strip(request: Request) -> Response:
        stage = screens.stage(request)
        if stage is None:
            return _gone()
        stage.visit.strip = await strip(stage)
        return screens.page(stage.visit.strip)

    @router.get("/screens/events")
    async def events(request: Request) -> Response:
        stage = screens.stage(request)
        if stage is None:
            return _gone()
        changes = _changes(screens, stage)
        return StreamingResponse(changes, media_type="text/event-stream", headers=HEADERS)

    @router.post("/screens/do/{name}")
    async def do(request: Request, name: str) -> Response:
        stage = screens.stage(request)
        if stage is None or name not in {*ACTIONS, "approve"}:
            return _gone()
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        here = still_here(stage, lock_seconds=screens.lock_seconds, touched=True)
        if here or name in WITHOUT_PERSON:
            await (_approve(stage, form) if name == "approve" else _perform(stage, name, form))
            stage.visit.used_at = screens.parts.book.world.monotonic()
        return screens.page(await _drawn(screens, stage, shell))

    return router


async def _perform(stage: Stage, name: str, form: Form) -> None:
    """Carry an action out. What a rule forbids becomes a notice, or a question to a supervisor."""
    visit = stage.visit
    visit.notice = None
    try:
        await ACTIONS[name](stage, form)
    except Refused as error:
        refusal = error.refusal
        if name in APPROVABLE and refusal.code in ASKED_FOR:
            visit.asking = Asking(name, form, refusal, stage.memory.till.phase.kind)
        else:
            visit.notice = Notice("warn", refusal=refusal)
    except JournalError as error:
        visit.notice = Notice("warn", refusal=Refusal("journal", str(error)))
    else:
        if visit.asking is not None and visit.asking.action == name:
            visit.asking = None


async def _approve(stage: Stage, form: Form) -> None:
    """Ask again with the word of another person, whose PIN comes along."""
    asking = stage.visit.asking
    if asking is None:
        return
    stage.visit.attempts += 1
    reason = form.get("reason_text", "").strip() or form.get("reason", "").strip() or None
    try:
        stage.approver = await stage.parts.people.approver(
            form.get("person", ""), form.get("pin", ""), reason
        )
    except Refused as error:
        stage.visit.notice = Notice("warn", refusal=error.refusal)
        return
    await _perform(stage, asking.action, asking.form)
    if stage.visit.notice is not None and stage.visit.notice.mood == "warn":
        stage.visit.asking = None


async def _drawn(screens: Screens, stage: Stage, draw: Callable[[Stage], Awaitable[str]]) -> str:
    """Draw a screen and remember of which state it is: what changes meanwhile is told of then."""
    stage.visit.mark = _mark(screens, stage)
    return await draw(stage)


async def _changes(screens: Screens, stage: Stage) -> AsyncIterator[str]:
    """Tell a browser when its strip or its screen is no longer what it was shown last."""
    visit, told = stage.visit, ""
    while True:
        strip_now = await strip(stage)
        if _mark(screens, stage) != visit.mark:
            yield "event: screen\ndata: changed\n\n"
        elif strip_now != visit.strip or strip_now != told:
            yield "event: strip\ndata: changed\n\n"
        told = strip_now
        await asyncio.sleep(LOOK_SECONDS)


def _mark(screens: Screens, stage: Stage) -> tuple[object, ...]:
    """What a screen depends on beside its own taps: the table at login, the till, whether it is locked."""
    here = still_here(stage, lock_seconds=screens.lock_seconds, touched=False)
    obstacle = stage.parts.desk.obstacle()
    people = stage.memory.people_list
    return (
        here,
        obstacle.code if obstacle is not None else None,
        stage.parts.status.outcome().code,
        stage.memory.till.phase.kind,
        stage.memory.business_date,
        stage.memory.terminal.asked and stage.parts.sharing.account().get("text"),
        fate_of(stage),
        stage.paper_of((stage.selling.done or stage.visit.shown).get("number")),
        people.revision if people is not None else None,
    )


async def _let_in(screens: Screens, cookie: str) -> Response:
    name = screens.entrance.screen_of(cookie)
    assert name is not None
    stage = Stage(screens.parts, screens.drafts, screens.visits.of(name))
    answer = screens.page(await _drawn(screens, stage, whole_page))
    _give(answer, cookie)
    return answer


def _give(answer: Response, cookie: str) -> None:
    answer.set_cookie(COOKIE, cookie, max_age=_YEAR, httponly=True, samesite="strict", path="/")


def _gone() -> Response:
    return Response(status_code=403, headers={**HEADERS, "HX-Refresh": "true"})
