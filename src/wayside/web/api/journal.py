# SPDX-License-Identifier: Apache-2.0
"""The journal's signed heads and proofs, for whoever keeps a copy of them elsewhere; none holds what was entered."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from wayside.record import latest_checkpoint, proof_of_entry
from wayside.web.api.forms import api
from wayside.web.guard import Gate
from wayside.web.things import absent, at_site

routes = api("/journal", "journal")
TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "As text."}
told_as = {"response_class": Response, "response_model": None, "responses": {200: TEXT}}
here = at_site("journal")


@routes.get("/checkpoint", may="verify journal", at=here, **told_as)
def checkpoint(gate: Gate) -> Response:
    """The last signed head, a C2SP tlog-checkpoint."""
    with gate.services.store.reading() as connection:
        note = latest_checkpoint(connection)
    if note is None:
        raise absent()
    return Response(note, media_type="text/plain")


@routes.get("/proofs/{entry}", may="verify journal", at=here, **told_as)
def proof(gate: Gate, entry: Annotated[int, Path(ge=0, lt=2**62)]) -> Response:
    """That an entry is in the journal, a C2SP tlog-proof."""
    with gate.services.store.reading() as connection:
        return Response(proof_of_entry(connection, entry), media_type="text/plain")
