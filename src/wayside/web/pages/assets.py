# SPDX-License-Identifier: Apache-2.0
"""Style sheets and scripts, and the sign of life: what a stranger may fetch besides the page for signing in."""

from __future__ import annotations

from fastapi import HTTPException, Request, Response

from wayside.web.assets import PREFIX, find, squeezed
from wayside.web.guard import Routes
from wayside.web.things import anywhere

routes = Routes(more={"include_in_schema": False})
KEPT = "public, max-age=31536000, immutable"
"""For addresses that change with what is there."""
ASKED_AGAIN = "no-cache"


@routes.get(PREFIX + "{path:path}", may="read asset", at=anywhere("asset"))
async def static(request: Request, path: str) -> Response:
    """A style sheet, script, font or drawing, or several of one kind in one piece."""
    found = find(path)
    if found is None:
        raise HTTPException(404)
    kept = KEPT if request.url.query == found.etag[1:9] else ASKED_AGAIN
    small = squeezed(path) if takes_gzip(request) else None
    etag = found.etag if small is None else f'{found.etag[:-1]}-gzip"'
    headers = {"ETag": etag, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(None, 304, headers)
    if small is None:
        return Response(found.body, 200, headers, found.media_type)
    return Response(small, 200, {**headers, "Content-Encoding": "gzip"}, found.media_type)


def takes_gzip(request: Request) -> bool:
    """Whether who asks says so; one that weighs its encodings is believed where it names this one."""
    said = request.headers.get("accept-encoding", "").replace(" ", "").lower().split(",")
    return "gzip" in said or any(one.startswith("gzip;q=") and one[7:] not in {"0", "0.0"} for one in said)


@routes.get("/healthz", may="read health", at=anywhere("health"))
async def health() -> Response:
    """Says that the program runs, and nothing else."""
    return Response("ok\n", media_type="text/plain")
