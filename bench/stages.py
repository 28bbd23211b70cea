# SPDX-License-Identifier: Apache-2.0
"""Where the time goes: milliseconds of each stage, on photographs and in a running camera."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.pack import PACK, PackMissingError, photographs, picture
from wayside.pipeline import CameraSettings, watch
from wayside.pipeline.sources import FrameSource, open_source
from wayside.vision import Models, read_still

Report = dict[str, dict[str, float]]
PHOTOGRAPHS = 120


class Clock:
    """Times of each stage, in seconds."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """`work`, each call of it noted."""

        def call(*values: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*values, **named)
            finally:
                self.times[stage].append(time.perf_counter() - began)

        return call

    def report(self, where: str) -> Report:
        """p50 and p95 in milliseconds, and how often each stage ran."""
        return {f"{where}: {stage}": _row(times) for stage, times in self.times.items()}


def _row(times: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(np.array(times) * 1000, [50, 95])
    return {"calls": len(times), "ms_p50": float(p50), "ms_p95": float(p95), "seconds": sum(times)}


class Timed:
    """Something with one of its methods timed; all else is passed on."""

    def __init__(self, inner: Any, method: str, stage: str, clock: Clock) -> None:
        self._inner = inner
        setattr(self, method, clock.timed(stage, getattr(inner, method)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def timed_models(models: Models, clock: Clock) -> Models:
    """The models with their work timed."""
    return Models(
        Timed(models.vehicles, "detect", "find vehicles in a frame", clock),  # type: ignore[arg-type]
        Timed(models.plates, "find", "find plates in a region", clock),  # type: ignore[arg-type]
        Timed(models.reader, "read", "read the cuts of a plate", clock),  # type: ignore[arg-type]
        Timed(models.cabins, "look", "look at the front seats of a vehicle", clock),  # type: ignore[arg-type]
    )


class TimedFrames:
    """A source of frames whose decoding is timed."""

    def __init__(self, source: FrameSource, clock: Clock) -> None:
        self._source, self._clock = source, clock

    def frames(self) -> Iterator[Any]:
        """The frames of the source."""
        frames = self._source.frames()
        step = self._clock.timed("decode a frame", lambda: next(frames, None))
        while (frame := step()) is not None:
            yield frame

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def stills(models: Models) -> Report:
    """The first photographs of the packs."""
    clock = Clock()
    one = clock.timed("everything", read_still)
    watched = timed_models(models, clock)
    for photograph in photographs()[:PHOTOGRAPHS]:
        one(picture(photograph.plate.file), watched)
    return clock.report("photograph")


def clip(path: Path, models: Models) -> Report:
    """One clip through a camera; "everything" is one value for the whole clip, in seconds."""
    clock = Clock()
    source = TimedFrames(open_source(str(path)), clock)
    settings = CameraSettings("bench", datetime(2026, 1, 1, tzinfo=UTC))
    everything = clock.timed("everything", lambda: list(watch(source, settings, timed_models(models, clock))))  # type: ignore[arg-type]
    everything()
    return clock.report(f"clip {path.stem}")


def run(models: Models) -> Report:
    """Photographs, a real clip and the demo's clip; raises PackMissingError."""
    real = PACK / "traffic" / "ahmet.mp4"
    if not real.exists():
        raise PackMissingError(f"{real.name} not found; set WAYSIDE_DATA_PACK to the folder of real pictures")
    demo = Path(__file__).parents[1] / "demo" / "gate.mp4"
    return stills(models) | clip(demo, models) | clip(real, models)
