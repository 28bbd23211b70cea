# SPDX-License-Identifier: Apache-2.0
"""Style sheets and scripts, and the sign of life: what a stranger may fetch besides the page for signing in."""

from __future__ import annotations

from fastapi import HTTPException, Request, Response

from wayside.web.assets import PREFIX, assets
from wayside.web.guard import Routes
from wayside.web.things import anywhere

routes = Routes(more={"include_in_schema": False})
KEPT = "public, max-age=31536000, immutable"
"""For addresses that change with what is there."""
ASKED_AGAIN = "no-cache"


@routes.get(PREFIX + "{path:path}", may="read asset", at=anywhere("asset"))
async def static(request: Request, path: str) -> Response:
    """A style sheet, script, font or drawing."""
    found = assets().get(path)
    if found is None:
        raise HTTPException(404)
    headers = {"ETag": found.etag, "Cache-Control": KEPT if request.url.query == found.etag[1:9] else ASKED_AGAIN}
    if request.headers.get("if-none-match") == found.etag:
        return Response(None, 304, headers)
    return Response(found.body, 200, headers, found.media_type)


@routes.get("/healthz", may="read health", at=anywhere("health"))
async def health() -> Response:
    """Says that the program runs, and nothing else."""
    return Response("ok\n", media_type="text/plain")
