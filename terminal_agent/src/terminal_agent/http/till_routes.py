"""The routes of a till: its counts, its sales, the money that moves. They translate and nothing more."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from terminal_agent.core.commands import (
    Actor,
    Adjust,
    CancelCashUp,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    Move,
    OpenDrawer,
    Refund,
    Sell,
    StartCashUp,
    StartTill,
    Tendered,
    Wanted,
)
from terminal_agent.desk.answers import Figures
from terminal_agent.desk.desk import Request
from terminal_agent.desk.refused import refused
from terminal_agent.http.parts import Parts
from terminal_agent.http.requests import (
    AdjustmentWish,
    ApprovalWish,
    CloseWish,
    DrawerWish,
    Empty,
    InitialCount,
    MovementWish,
    OpenTerminal,
    RefundWish,
    SaleWish,
    TenderWish,
)


def till_routes(parts: Parts) -> APIRouter:
    """Return every route that changes the till or the terminal."""
    router = APIRouter(tags=["till"])
    _add_terminal(router, parts)
    _add_counts(router, parts)
    _add_receipts(router, parts)
    _add_money(router, parts)
    return router


def _add_terminal(router: APIRouter, parts: Parts) -> None:
    By = Annotated[Actor, Depends(parts.signed_in)]

    @router.post("/terminal/open")
    async def open_terminal(by: By, wish: OpenTerminal) -> Figures:
        return await parts.desk.open_terminal(by, wish.business_date)

    @router.post("/journal/new-epoch")
    async def new_epoch(wish: ApprovalWish) -> Figures:
        # A damaged journal takes no sign-in: the supervisor's PIN comes with the request.
        allowed = await parts.people.approver(wish.person, wish.pin, wish.reason)
        return await parts.desk.go_on_after_damage(allowed.actor, version=parts.version)


def _add_counts(router: APIRouter, parts: Parts) -> None:
    By = Annotated[Actor, Depends(parts.signed_in)]
    Once = Annotated[Request | None, Depends(parts.once)]
    act = parts.desk.act

    @router.post("/till/start")
    async def start(by: By, once: Once, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await act(StartTill(by, parts.book.world.random_bytes(16).hex()), once)

    @router.post("/till/initial-count")
    async def initial_count(by: By, once: Once, wish: InitialCount) -> Figures:
        approved = await parts.approver(wish.approval)
        leave = wish.float == "leave"
        return await act(CountFloat(by, wish.denominations, approved, dict(wish.foreign), leave), once)

    @router.post("/cash-up/start")
    async def cash_up_start(by: By, once: Once, _: Annotated[Empty | None, Body()] = None) -> Figures:
        started = await act(StartCashUp(by), once)
        return {**started, **await parts.sharing.try_to_count_guests(by)}

    @router.post("/cash-up/cancel")
    async def cash_up_cancel(by: By, once: Once, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await act(CancelCashUp(by), once)

    @router.post("/cash-up/tender")
    async def cash_up_tender(by: By, once: Once, wish: TenderWish) -> Figures:
        approved = await parts.approver(wish.approval)
        return await act(CountTender(by, wish.tender, wish.denominations, wish.counted, approved), once)

    @router.post("/cash-up/confirm")
    async def cash_up_confirm(
        by: By, once: Once, wish: Annotated[CloseWish | None, Body()] = None
    ) -> Figures:
        return await act(ConfirmCashUp(by, dict(wish.keep) if wish is not None else {}), once)


def _add_receipts(router: APIRouter, parts: Parts) -> None:
    By = Annotated[Actor, Depends(parts.signed_in)]
    Once = Annotated[Request | None, Depends(parts.once)]
    act = parts.desk.act

    @router.post("/sales")
    async def sales(by: By, once: Once, wish: SaleWish) -> Figures:
        key = _keyed(once, "Send an Idempotency-Key with a sale, so that a repeat sells nothing twice.")
        lines = tuple(Wanted(line.sku, line.quantity, line.discount, line.price) for line in wish.lines)
        payments = tuple(Tendered(part.tender, part.tendered) for part in wish.payments)
        allowed = await parts.allowing(wish.allowed_by)
        items = parts.book.memory.catalogue
        sell = Sell(by, lines, payments, items, wish.discount, allowed, wish.receipt)
        return await act(sell, key)

    @router.post("/refunds")
    async def refunds(by: By, once: Once, wish: RefundWish) -> Figures:
        key = _keyed(once, "Send an Idempotency-Key with a refund, so that a repeat pays nothing out twice.")
        command = Refund(
            by=by,
            items=parts.book.memory.catalogue,
            lines=tuple(Wanted(line.sku, line.quantity) for line in wish.lines),
            payments=tuple(Tendered(part.tender, part.amount) for part in wish.payments),
            of=wish.of,
            allowed_by=await parts.allowing(wish.allowed_by),
        )
        return await act(command, key)


def _keyed(once: Request | None, missing: str) -> Request:
    if once is None:
        raise refused("key_missing", missing)
    return once


def _add_money(router: APIRouter, parts: Parts) -> None:
    By = Annotated[Actor, Depends(parts.signed_in)]
    Once = Annotated[Request | None, Depends(parts.once)]
    act = parts.desk.act

    @router.post("/movements")
    async def movements(by: By, once: Once, wish: MovementWish) -> Figures:
        key = _keyed(once, "Send an Idempotency-Key with a movement, so that a repeat moves nothing twice.")
        command = Move(
            by=by,
            kind=wish.kind,
            tender=wish.tender,
            amount=wish.amount,
            reason=wish.reason,
            allowed_by=await parts.allowing(wish.allowed_by),
        )
        return await act(command, key)

    @router.post("/adjustments")
    async def adjustments(by: By, once: Once, wish: AdjustmentWish) -> Figures:
        key = _keyed(
            once, "Send an Idempotency-Key with an adjustment, so that a repeat settles nothing twice."
        )
        allowed = (await parts.people.approver(wish.allowed_by.person, wish.allowed_by.pin, None)).actor
        command = Adjust(
            by=by,
            corrects=wish.corrects,
            tender=wish.tender,
            amount=wish.amount,
            reason=wish.reason,
            allowed_by=allowed,
        )
        return await act(command, key)

    @router.post("/drawer/open")
    async def drawer_open(by: By, once: Once, wish: DrawerWish) -> Figures:
        return await act(OpenDrawer(by, wish.reason), once)
