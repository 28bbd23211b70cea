# SPDX-License-Identifier: Apache-2.0
"""What all parts of the API share: strict forms for what is sent, problems, cursors, and answers with their digest."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints, WithJsonSchema

from wayside.domain import UsageError
from wayside.web.guard import Routes

PREFIX = "/api/v1"
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)
REFUSALS = {
    400: "The body cannot be read at all.",
    401: "Nobody is signed in, or the token is not good.",
    403: "The policy refuses, or the request came from a foreign page; `detail` says what is missing.",
    404: "There is no such thing, or not for this person.",
    409: "It needs, or no longer has, an approval; or somebody was quicker.",
    410: "It is beyond the longest period of the site.",
    413: "The request brings more along than it may.",
    422: "The request has not its form, or asks for what cannot be.",
    429: "Too often; `Retry-After` says when again.",
    503: "The record cannot be read or written now.",
}
NOTHING: dict[str, Any] = {"status_code": 204, "response_model": None}
"""What FastAPI is told of a route that answers nothing."""
CURSOR = struct.Struct(">qq")


class Form(BaseModel):
    """What somebody sends: nothing but what is named, and nothing made to fit."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Answer(BaseModel):
    """What is answered: nothing but what is named."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Problem(Answer):
    """What went wrong (RFC 9457)."""

    type: str
    """`urn:wayside:problem:` and a word."""
    title: str
    status: int
    detail: str
    faults: list[dict[str, str]] = []
    """Where a form is wrong, and how; never what stood there."""
    number: str | None = None
    """Of the line in the log, where something went wrong that should not."""


def in_range(moment: datetime) -> datetime:
    """A time that the record can hold."""
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("a time between 1970 and 9998 is needed")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(in_range)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Limit = Annotated[int, Query(ge=1, le=500)]
Site = Annotated[str | None, Query(min_length=1, max_length=64, description="Another site than the one that serves.")]
PASSAGE = {"type": "object", "x-wayside": "passage"}
"""Stands in the schemas of answers for the published shape of a passage; `document.py` puts that in its place."""
PassageDocument = Annotated[dict[str, Any], WithJsonSchema(PASSAGE)]


def api(path: str, tag: str) -> Routes:
    """The routes of one subject, with the problems that each may answer."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {status: {"description": meaning, "content": content} for status, meaning in REFUSALS.items()}
    return Routes(PREFIX + path, {"tags": [tag]}, problems)


def cursor_of(*numbers: int) -> str:
    """Where a page ended, as an opaque word."""
    return base64.urlsafe_b64encode(CURSOR.pack(*numbers)).decode().rstrip("=")


def numbers_of(cursor: str | None) -> tuple[int, int] | None:
    """The inverse; raises UsageError."""
    if cursor is None:
        return None
    try:
        first, second = CURSOR.unpack(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (binascii.Error, struct.error, ValueError):
        raise UsageError("the cursor is damaged; begin with the first page anew") from None
    return first, second


def encoded(answer: BaseModel) -> Response:
    """An answer that is whole as it is: checked once when it was made, and written once."""
    return Response(answer.model_dump_json(), media_type="application/json")


def tagged(request: Request, answer: BaseModel) -> Response:
    """An answer with its digest, or none where the client has it already."""
    body = msgspec.json.encode(answer.model_dump(mode="json", by_alias=True))
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(None, 304, {"ETag": etag})
    return Response(body, 200, {"ETag": etag}, "application/json")
