# SPDX-License-Identifier: Apache-2.0
"""A camera for tests: a small RTSP server on the loopback address that sends JPEG pictures over TCP.

RTSP 1.0 (RFC 2326) with interleaved RTP (its section 10.12); the pictures as RTP payload of RFC 2435.
"""

from __future__ import annotations

import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from typing import cast

import cv2
from clips import picture

RATE = 20.0
CHUNK = 1000
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track\r\n"


def jpeg_parts(number: int) -> tuple[bytes, bytes]:
    """Quantisation tables (two of 64 bytes) and scan data of a numbered picture, 4:2:0."""
    done, encoded = cv2.imencode(".jpg", picture(number % 16))
    assert done
    data, tables, at = bytes(encoded), b"", 2
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xDB:
            tables += data[at + 5 : at + 2 + length]
        at += 2 + length
    return tables, data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") : -2]


def packets(number: int, sequence: int) -> Iterator[bytes]:
    """The RTP packets of one picture of 64 x 48 pixels."""
    tables, scan = jpeg_parts(number)
    stamp = int(number * 90_000 / RATE)
    for offset in range(0, len(scan), CHUNK):
        last = offset + CHUNK >= len(scan)
        header = struct.pack(">BBHII", 0x80, 26 | 0x80 * last, sequence & 0xFFFF, stamp, 7)
        jpeg = struct.pack(">IBBBB", offset, 1, 255, 64 // 8, 48 // 8)
        quantisation = struct.pack(">BBH", 0, 0, len(tables)) + tables if offset == 0 else b""
        yield header + jpeg + quantisation + scan[offset : offset + CHUNK]
        sequence += 1


class Session(socketserver.StreamRequestHandler):
    """One viewer: answers its requests, then sends pictures until the viewer or the server has enough."""

    def handle(self) -> None:
        camera = cast("RtspCamera", self.server)
        while (request := self.rfile.readline().split()) and len(request) == 3:
            headers = self.read_headers()
            method = request[0].decode()
            self.answer(camera, method, headers.get("cseq", "0"))
            if method == "PLAY" and camera.password_taken:
                self.play(camera)
                return

    def read_headers(self) -> dict[str, str]:
        """The headers of a request by their lower-case names."""
        headers: dict[str, str] = {}
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return headers

    def answer(self, camera: RtspCamera, method: str, sequence: str) -> None:
        """Says yes, and what the method asks for."""
        more = {
            "OPTIONS": "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n",
            "SETUP": "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n",
            "PLAY": "Session: 1\r\n",
        }.get(method, "")
        body = SDP if method == "DESCRIBE" else ""
        if body:
            more = f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        status = "200 OK" if camera.password_taken else "401 Unauthorized"
        self.wfile.write(f"RTSP/1.0 {status}\r\nCSeq: {sequence}\r\n{more}\r\n{body}".encode())

    def play(self, camera: RtspCamera) -> None:
        """Sends pictures at their pace, at most as many as the camera gives to one viewer."""
        sequence = 0
        for number in range(camera.pictures):
            if camera.off.is_set():
                return
            for packet in packets(number, sequence):
                try:
                    self.wfile.write(b"$\0" + struct.pack(">H", len(packet)) + packet)
                except OSError:
                    return
                sequence += 1
            time.sleep(1 / RATE)


class RtspCamera(socketserver.ThreadingTCPServer):
    """The server; use it in a `with` statement."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0, *, pictures: int = 10_000, password_taken: bool = True) -> None:
        """`pictures`: how many one viewer gets before the connection drops; a port of 0 takes a free one."""
        super().__init__(("127.0.0.1", port), Session)
        self.pictures, self.password_taken = pictures, password_taken
        self.off = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"rtsp://admin:secret@127.0.0.1:{self.port}/live"

    def __exit__(self, *reason: object) -> None:
        self.off.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
