"""Errors as problem documents (RFC 9457): what is wrong, and what to do."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import JSONResponse

from terminal_agent.core.refusal import Refusal

MEDIA_TYPE: Final = "application/problem+json"
_STATUS: Final[Mapping[str, int]] = {
    "not_signed_in": 401,
    "wrong_pin": 401,
    "no_token": 401,
    "right_missing": 403,
    "approval_right_missing": 403,
    "own_count": 403,
    "blind_count": 403,
    "foreign_host": 403,
    "foreign_origin": 403,
    "not_found": 404,
    "unknown_receipt": 404,
    "too_large": 413,
    "invalid_request": 422,
    "key_missing": 400,
    "key_reused": 422,
    "wait": 429,
    "journal": 503,
    "disk_full": 507,
    "offline": 503,
    "no_answer": 504,
}


def problem(refusal: Refusal, *, status: int | None = None) -> JSONResponse:
    """Return the document of a refusal."""
    code = status or _STATUS.get(refusal.code, 409)
    content: dict[str, Any] = {
        "type": f"urn:tillday:problem:{refusal.code}",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": refusal.text,
        "code": refusal.code,
        **refusal.details,
    }
    headers = {"Retry-After": str(refusal.details["seconds"])} if "seconds" in refusal.details else None
    return JSONResponse(content, status_code=code, media_type=MEDIA_TYPE, headers=headers)
