# SPDX-License-Identifier: Apache-2.0
"""Bounds what a request may bring along, before and while it is read."""

from __future__ import annotations

from fastapi import HTTPException, Request
from starlette.types import Message, Receive


def limited(request: Request, most: int) -> Receive:
    """Receives the same, but no more than so many bytes of body; raises HTTPException (413) for more."""
    stated = request.headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > most:
        raise HTTPException(413)
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most:
            raise HTTPException(413)
        return message

    return receive
