"""What is only read: alarms."""

from fastapi import APIRouter
from fastapi.responses import Response

from backoffice_service.http.desk import Desk, desk_of
from backoffice_service.http.office import Office
from backoffice_service.pages.runbooks import help_with
from tillday_contracts.alarm_messages import AlarmList, Alarms


def report_routes(office: Office) -> APIRouter:
    """Return the routes of what is only read."""
    router = APIRouter(include_in_schema=False)
    of_alarms = desk_of(office, "see_alarms")

    @router.get("/stores/{store}/alarms")
    async def alarms(desk: Desk = of_alarms) -> Response:
        answer = await desk.ask(Alarms(store=desk.store, cleared=True), AlarmList)
        return desk.draw("alarms.html", "alarms", {"alarms": answer.alarms, "help_with": help_with})

    return router
