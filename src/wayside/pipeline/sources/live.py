# SPDX-License-Identifier: Apache-2.0
"""Streams and webcams as sources: a thread keeps up with the camera, and the newest frame waits for the pipeline."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from wayside.domain import SourceError
from wayside.pipeline.sources.decoder import Decoder, Picture
from wayside.pipeline.sources.frame import MAX_PIXELS, Frame
from wayside.pipeline.sources.video import checked_first

_log = logging.getLogger(__name__)

PATIENCE_S = 60.0
"""How long a stream that stopped is tried again before it counts as lost."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
GLANCE_S = 0.2
"""How often a waiting thread looks whether it should end: a signal handler may not take locks."""


class Mailbox:
    """Holds the newest frame for one reader; a frame that nobody took in time is dropped and counted."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._ended = False
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        """Leaves a frame, in place of the one that may still lie there."""
        with self._changed:
            self.dropped += self._frame is not None
            self._frame = frame
            self._changed.notify()

    def end(self) -> None:
        """Says that no further frame will come."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def take(self, closing: Callable[[], bool]) -> Frame | None:
        """Waits for a frame; None at the end, or once `closing` says so."""
        with self._changed:
            while self._frame is None and not self._ended and not closing():
                self._changed.wait(GLANCE_S)
            frame, self._frame = self._frame, None
            return frame


class Live:
    """Frames of a camera that does not wait; see `FrameSource`. Its times are those of arrival."""

    live = True
    frame_total = None

    def __init__(
        self,
        name: str,
        connect: Callable[[], Decoder | None],
        *,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`connect` opens the camera or says None.

        Raises SourceError where it cannot be opened now, or gives no picture.
        """
        decoder = connect()
        if decoder is None:
            raise SourceError(f"{name}: cannot be opened")
        self.name = name
        first = checked_first(name, decoder)
        self.size: tuple[int, int] = (first.image.shape[1], first.image.shape[0])
        self.began_at = datetime.now(UTC)
        self.fingerprint = hashlib.sha256(f"{name}\n{self.began_at.isoformat()}".encode()).hexdigest()
        self._connect, self._patience_s, self._clock, self._sleep = connect, patience_s, clock, sleep
        self._decoder: Decoder | None = decoder
        self._mailbox = Mailbox()
        self._closing = False
        self._lost: SourceError | None = None
        self._started_s = clock()
        self._number = 0
        self._skipped = 0
        self._deliver(first)
        threading.Thread(target=self._pump, name=f"decode {name}", daemon=True).start()

    @property
    def dropped(self) -> int:
        return self._mailbox.dropped + self._skipped

    def close(self) -> None:
        self._closing = True

    def frames(self) -> Iterator[Frame]:
        while not self._closing and (frame := self._mailbox.take(lambda: self._closing)) is not None:
            yield frame
        if self._lost is not None:
            raise self._lost

    def _deliver(self, picture: Picture) -> None:
        """Stamps a picture with its time of arrival and leaves it for the reader."""
        self._mailbox.put(Frame(self._number, self._clock() - self._started_s, picture.image))
        self._number += 1

    def _pump(self) -> None:
        """The decoder thread: reads until the camera is lost for good or nobody wants more."""
        while not self._closing and self._decoder is not None:
            picture = self._decoder.read()
            if picture is not None and picture.image.shape[0] * picture.image.shape[1] <= MAX_PIXELS:
                self._deliver(picture)
            elif not self._closing:
                self._let_go()
                self._decoder = self._reconnect()
        self._let_go()
        self._mailbox.end()

    def _let_go(self) -> None:
        if self._decoder is not None:
            self._skipped += self._decoder.skipped
            self._decoder.close()
            self._decoder = None

    def _reconnect(self) -> Decoder | None:
        """Tries again with growing pauses; None once patience is at its end."""
        lost_s, pause_s = self._clock(), FIRST_PAUSE_S
        _log.warning("%s: the stream stopped; trying again for %.0f s", self.name, self._patience_s)
        while not self._closing and self._clock() - lost_s < self._patience_s:
            self._wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            decoder = self._connect()
            if decoder is not None:
                _log.warning("%s: the stream is back after %.0f s", self.name, self._clock() - lost_s)
                return decoder
        if not self._closing:
            self._lost = SourceError(
                f"{self.name}: the stream stopped and did not come back within {self._patience_s:.0f} s; "
                "check the camera and the network (what came before is kept)"
            )
        return None

    def _wait(self, seconds: float) -> None:
        """Sleeps in glances, so that closing does not have to wait for a long pause."""
        until_s = self._clock() + seconds
        while not self._closing and (left_s := until_s - self._clock()) > 0:
            self._sleep(min(GLANCE_S, left_s))
