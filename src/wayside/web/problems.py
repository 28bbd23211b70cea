# SPDX-License-Identifier: Apache-2.0
"""What went wrong, told to a program as problem+json (RFC 9457) and to a person as a page; never with what was sent."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from wayside.access import (
    CredentialError,
    LimitError,
    PersonError,
    PurposeError,
    RefusalError,
    RequestError,
    SignInError,
    Why,
)
from wayside.domain import AccessError, RecordError, UsageError, WaysideError
from wayside.intake import BriefError
from wayside.web.errors import ForeignPageError
from wayside.web.rendering import render

log = logging.getLogger("wayside.web")

API = "/api/"
SIGN_IN = "/sign-in"
PROBLEM_JSON = "application/problem+json"
STATUS_OF_WHY = {Why.NOT_SIGNED_IN: 401, Why.NOT_HERE: 404, Why.GONE: 410}
"""All other refusals are 403."""
STATUS_OF_ERROR: tuple[tuple[type[WaysideError], str, int], ...] = (
    (ForeignPageError, "foreign-page", 403),
    (PurposeError, "purpose", 422),
    (SignInError, "sign-in", 403),
    (CredentialError, "credential", 422),
    (LimitError, "limit", 429),
    (RequestError, "approval", 409),
    (PersonError, "person", 422),
    (AccessError, "access", 403),
    (BriefError, "brief", 409),
    (UsageError, "usage", 422),
    (RecordError, "record", 503),
)
"""The first that fits holds."""
FREE = frozenset({"certainty"})
"""Fields whose own keys are chosen by whoever sends them."""
UNEXPECTED = "something went wrong that should not; it is noted in the log under the number below"


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure, before it is told in either way."""

    status: int
    type: str
    """A word of `docs/reference/http-api.md`."""
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The meaning of the status."""
        return HTTPStatus(self.status).phrase

    def document(self) -> dict[str, Any]:
        """As JSON."""
        stated = {"type": f"urn:wayside:problem:{self.type}", "title": self.title, "status": self.status}
        return {**stated, "detail": self.detail, **self.more}


def problem_of(error: Exception) -> Problem:
    """What an error is to whoever asked; one that nobody foresaw is noted in the log and says nothing."""
    if isinstance(error, RefusalError):
        return of_refusal(error)
    if isinstance(error, HTTPException):
        meaning = HTTPStatus(error.status_code).description
        return Problem(error.status_code, "http", meaning, {}, dict(error.headers or {}))
    if isinstance(error, RequestValidationError):
        return of_validation(error)
    for kind, name, status in STATUS_OF_ERROR:
        if isinstance(error, kind):
            headers = {"Retry-After": str(error.wait_s)} if isinstance(error, LimitError) else {}
            return Problem(status, name, without_path(str(error)), {}, headers)
    return unexpected(error)


def without_path(sentence: str) -> str:
    """The sentence without the place on the disk that it begins with: that is for whoever runs the program."""
    where, colon, rest = sentence.partition(": ")
    return rest if colon and "/" in where else sentence


def of_refusal(error: RefusalError) -> Problem:
    """What the policy refused."""
    why = error.decision.why
    assert why is not None
    status = STATUS_OF_WHY.get(why, 403)
    headers = {"WWW-Authenticate": 'Bearer realm="wayside"'} if status == 401 else {}
    return Problem(status, why.value.replace("_", "-"), error.decision.reason, {}, headers)


def of_validation(error: RequestValidationError) -> Problem:
    """Where a request does not have its form; what stands there is not repeated."""
    faults = [{"at": place_of(one["loc"], one["type"]), "fault": str(one["type"])} for one in error.errors()]
    return Problem(422, "form", "the request has not the form that it should; see `faults`", {"faults": faults})


def place_of(parts: Sequence[int | str], fault: str) -> str:
    """Where a form is wrong; a name that was made up by whoever sent it is not repeated, for it may be a plate."""
    free = {at + 1 for at, part in enumerate(parts) if part in FREE}
    made_up = free | ({len(parts) - 1} if fault == "extra_forbidden" else set())
    shown = ("?" if at in made_up else part for at, part in enumerate(parts))
    return ".".join(map(str, shown))


def unexpected(error: Exception) -> Problem:
    """Notes where an error arose, without its message: that may hold what somebody typed."""
    number = uuid4().hex
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))
    log.error("unexpected %s, number %s, at %s", type(error).__name__, number, where)
    return Problem(500, "unexpected", UNEXPECTED, {"number": number})


def answer(request: Request, error: Exception) -> Response:
    """The response to a request that failed."""
    problem = problem_of(error)
    if request.url.path.startswith(API):
        headers = dict(problem.headers)
        return JSONResponse(problem.document(), problem.status, headers, media_type=PROBLEM_JSON)
    if problem.status == 401 and request.method == "GET" and "hx-request" not in request.headers:
        return RedirectResponse(SIGN_IN, 303)
    return render(request, "error.html", status=problem.status, headers=dict(problem.headers), problem=problem)
