"""Failures of the API: problem+json with a sentence, and nothing of how it came about."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse

from backoffice_service.pages.speech import Speech
from tillday_contracts.field_faults import faults_of

API: Final = "/api/"
MEDIA_TYPE: Final = "application/problem+json"
WHOLE: Final = "the request"
"""What is wrong as a whole, where no field of it is."""
SCHEMA: Final = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "Which rule said no; stable."},
        "details": {"type": "object", "description": "What the rule has to say besides."},
        "reference": {"type": "string", "description": "Names this failure in the log."},
    },
}
ANSWERS: Final[Mapping[int | str, dict[str, Any]]] = {
    "default": {
        "description": "Not done. 401: nobody is signed in; 403: no right to it; 404: no such thing; 409: a "
        "rule says no; 422: something makes no sense, each field is named; 503: a part does not "
        "answer, and the same key may be sent again.",
        "content": {MEDIA_TYPE: {"schema": SCHEMA}},
    }
}


def is_api(request: Request) -> bool:
    """Whether a request is one of a program, not of a page."""
    return request.url.path.startswith(API)


def problem(status: int, detail: str, **more: object) -> JSONResponse:
    """Return a failure; of `more` what is not empty."""
    told = {name: value for name, value in more.items() if value}
    content = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **told}
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE)


def faulty(errors: Iterable[Mapping[str, Any]], speech: Speech) -> JSONResponse:
    """Return what is wrong with a request, field by field."""
    whole = speech.text(WHOLE)
    said = "; ".join(fault.said(whole) for fault in faults_of(errors, speech.text))
    return problem(422, f"{said[:1000]}.")
