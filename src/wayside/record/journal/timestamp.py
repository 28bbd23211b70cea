# SPDX-License-Identifier: Apache-2.0
"""Time stamps (RFC 3161) over checkpoints: a third party's word that a checkpoint existed at a time.

Needs the extra `timestamp`. Answers are checked offline; the only address that is ever asked is the one given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wayside.domain import UsageError
from wayside.record.journal.errors import JournalError, MalformedError, SignatureError

if TYPE_CHECKING:
    from http.client import HTTPConnection

    from cryptography.x509 import Certificate

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
MOST_BYTES = 2**16
TIMEOUT_S = 10.0


def build_request(note: str) -> bytes:
    """What an authority is asked (DER): the SHA-256 of the signed note, a nonce, and its certificate; no content.

    Raises UsageError where the extra is missing.
    """
    try:
        from rfc3161_client import TimestampRequestBuilder
    except ModuleNotFoundError as error:
        raise _missing() from error
    return TimestampRequestBuilder().data(note.encode()).build().as_bytes()


def check_response(note: str, response: bytes, roots: Sequence[Certificate]) -> datetime:
    """The time (UTC) that an authority below one of `roots` put on a signed note.

    Raises MalformedError for what is no answer, SignatureError where it does not vouch for this note, UsageError.
    """
    try:
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ModuleNotFoundError as error:
        raise _missing() from error
    try:
        answer = decode_timestamp_response(response)
        stated = answer.tst_info.gen_time
    except ValueError as error:
        raise MalformedError("the time stamp cannot be read, or the authority refused it") from error
    try:
        VerifierBuilder(roots=list(roots)).build().verify_message(answer, note.encode())
    except (VerificationError, ValueError) as error:
        raise SignatureError(f"the time stamp does not vouch for this checkpoint ({error})") from error
    return stated.astimezone(UTC)


def fetch(address: str, request: bytes, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """Sends a request to the authority at `address` (https, or http within one's own network); its answer, unchecked.

    No redirection is followed. Raises UsageError for another kind of address, JournalError where there is no answer.
    """
    import http.client  # here, because few commands send anything

    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise UsageError("the address of the time stamp authority must be http:// or https:// and name a host only")
    connection = _connection(parts.scheme, parts.hostname, parts.port, timeout_s)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, request, {"Content-Type": QUERY, "Accept": REPLY})
        reply = connection.getresponse()
        body = reply.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise JournalError(f"the time stamp authority at {parts.hostname} does not answer; try again later") from error
    finally:
        connection.close()
    if reply.status != http.client.OK or reply.headers.get_content_type() != REPLY or len(body) > MOST_BYTES:
        raise JournalError(
            f"the time stamp authority at {parts.hostname} answered with something else than a time stamp"
        )
    return body


def _connection(scheme: str, host: str, port: int | None, timeout_s: float) -> HTTPConnection:
    import http.client
    import ssl

    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=timeout_s)
    return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())


def _missing() -> UsageError:
    return UsageError("time stamps need the extra: install wayside[timestamp]")
