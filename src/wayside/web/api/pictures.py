# SPDX-License-Identifier: Apache-2.0
"""Pictures of passages, asked for by passage and role and never by path; marked with who gets to see them."""

from __future__ import annotations

from fastapi import Request, Response

from wayside.access import Watermark, stamp
from wayside.domain import Evidence, EvidenceRole, RecordError
from wayside.record import Kept, find_passage
from wayside.web.api.forms import Id, api
from wayside.web.guard import Gate, Granted
from wayside.web.looking import told
from wayside.web.things import absent, passage_in_path

routes = api("/passages/{passage_id}/pictures", "pictures")
one_picture = passage_in_path("picture")
JPEG = {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}, "description": "The picture."}
told_as = {"response_class": Response, "response_model": None, "responses": {200: JPEG}}


def found(gate: Granted, passage_id: str, role: EvidenceRole) -> tuple[Kept, Evidence]:
    """The passage and what it says of its picture; raises RefusalError where it has none in this role."""
    with gate.services.store.reading() as connection:
        kept = find_passage(connection, passage_id)
    if kept is not None:
        for one in kept.passage.evidence:
            if one.role is role:
                return kept, one
    raise absent()


def file_of(gate: Granted, evidence: Evidence) -> bytes:
    """The stored picture; raises RefusalError where it was never taken in or is gone, RecordError."""
    try:
        return gate.services.store.picture_path(evidence).read_bytes()
    except FileNotFoundError:
        raise absent() from None
    except OSError as error:
        raise RecordError(f"the picture cannot be read ({error.strerror}); check the disk") from None


def jpeg(data: bytes) -> Response:
    """A picture that is shown where it was asked for, and stored nowhere."""
    return Response(data, media_type="image/jpeg", headers={"Content-Disposition": "inline"})


def seen(gate: Granted, passage_id: str, role: EvidenceRole) -> Response:
    """A picture with its plate, marked with who sees it, once the journal has been told."""
    kept, evidence = found(gate, passage_id, role)
    data = file_of(gate, evidence)
    entry = told(gate, kept)
    return jpeg(stamp(data, Watermark(str(gate.actor.person), gate.services.store.now(), f"entry {entry}")))


@routes.get("/{role}", may="read picture", at=one_picture, **told_as)
def read_picture(gate: Gate, passage_id: Id, role: EvidenceRole) -> Response:
    """A picture of a passage that was found; the look is journalled."""
    return seen(gate, passage_id, role)


@routes.post("/{role}/reveal", may="reveal picture", at=one_picture, **told_as)
def reveal_picture(gate: Gate, passage_id: Id, role: EvidenceRole) -> Response:
    """A picture, with its plate, of a passage that went past within the last day; the look is journalled."""
    return seen(gate, passage_id, role)


@routes.get("/{role}/covered", may="watch picture", at=one_picture, **told_as)
def covered_picture(request: Request, gate: Gate, passage_id: Id, role: EvidenceRole) -> Response:
    """A picture with its plates covered; the close picture of a plate is shown to nobody in this way."""
    if role is EvidenceRole.PLATE:
        raise absent()
    _, evidence = found(gate, passage_id, role)
    etag = f'"{evidence.sha256[:32]}-covered"'
    if request.headers.get("if-none-match") == etag:
        return Response(None, 304, {"ETag": etag})
    answer = jpeg(gate.services.covers.covered(evidence.sha256, file_of(gate, evidence)))
    answer.headers["ETag"] = etag
    return answer
