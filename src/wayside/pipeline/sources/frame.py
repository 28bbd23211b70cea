# SPDX-License-Identifier: Apache-2.0
"""What a source of frames is to the rest of the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Height x width x 3, blue, green, red, 0–255."""

MAX_PIXELS = 80_000_000
"""Larger pictures are refused before they are decoded: 8K video has 33 million, a 100-megapixel one takes 300 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source; `number` counts from 0, `time_s` are seconds since the first frame."""

    number: int
    time_s: float
    image: Image


class FrameSource(Protocol):
    """A camera as the pipeline sees it: a file, a folder of pictures, a stream or a webcam."""

    @property
    def name(self) -> str:
        """What messages call it; never holds a password."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of the first frame."""

    @property
    def frame_total(self) -> int | None:
        """How many frames there are, where that is known; an estimate for some containers."""

    @property
    def live(self) -> bool:
        """Whether frames come at their own pace, and are dropped where nobody takes them in time."""

    @property
    def fingerprint(self) -> str:
        """The same for the same content, whatever its name: 64 hexadecimal digits."""

    @property
    def began_at(self) -> datetime:
        """When the first frame was taken, as far as the source can tell; aware UTC."""

    @property
    def dropped(self) -> int:
        """Frames so far that nobody took in time, that could not be decoded, or that went back in time."""

    def frames(self) -> Iterator[Frame]:
        """The frames in order of time.

        Raises SourceError where they end before they should, after the last frame that there was.
        """

    def close(self) -> None:
        """Lets `frames` end soon; may be called at any time, from any thread or signal handler."""
