# SPDX-License-Identifier: Apache-2.0
"""A Wayside without eyes: real sources, record and commands around a pipeline that finds what it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from factories import full_passage

from wayside import bootstrap
from wayside.cli.app import run
from wayside.domain import (
    Box,
    Detection,
    Occupants,
    OccupantStatus,
    Passage,
    Track,
    TrackPoint,
    VehicleKind,
)
from wayside.pipeline import CameraSettings, Finished
from wayside.pipeline.sources import Frame, FrameSource, Image
from wayside.vision import Still, StillPlate

STOOD = Track(1, (TrackPoint(0.0, Detection(VehicleKind.CAR, 0.9, Box(0, 0, 10, 10))),))
"""What the blind pipeline tells of every vehicle's way."""


@dataclass
class BlindPipeline:
    """Stands for `wayside.pipeline.watch`: one passage at every tenth frame, and one when it ends."""

    settings: list[CameraSettings] = field(default_factory=list)
    at_frame: Callable[[Frame], None] = lambda frame: None

    def __call__(
        self,
        source: FrameSource,
        settings: CameraSettings,
        models: Any,
        stop: Callable[[], bool],
        on_frame: Callable[[Frame], None],
    ) -> Iterator[Finished]:
        self.settings.append(settings)
        number = 0
        for frame in source.frames():
            number = frame.number
            on_frame(frame)
            self.at_frame(frame)
            if number % 10 == 9:
                yield self.finished(settings, source, number)
            if stop():
                break
        yield self.finished(settings, source, number + 1)

    def finished(self, settings: CameraSettings, source: FrameSource, number: int) -> Finished:
        """A passage that depends on nothing but the source and the frame."""
        passage, pictures = full_passage(number)
        identity = f"{int(source.fingerprint[:8], 16):08x}{number:024x}"
        return Finished(replace(passage, id=identity, camera=settings.name), pictures, STOOD, ())


ABOARD = Occupants(OccupantStatus.COUNTED, 1, 1, 2, 0.91, "front seats through the windscreen")


def still_of(image: Image, models: Any, country: str | None) -> Still:
    """Stands for `read_still`: a plate and a car that fill the picture."""
    return Still((crop_of(image, models, country),), (Detection(VehicleKind.CAR, 0.9, whole(image)),), (ABOARD,))


def crop_of(image: Image, models: Any, country: str | None) -> StillPlate:
    """Stands for `read_crop`."""
    passage = full_passage()[0]
    return StillPlate(passage.plate, whole(image), passage.registration)


def whole(image: Image) -> Box:
    """The box of the whole picture."""
    return Box(0, 0, image.shape[1], image.shape[0])


@pytest.fixture(autouse=True)
def pipeline(monkeypatch: pytest.MonkeyPatch) -> BlindPipeline:
    """Puts the blind pipeline in the place of the real one."""
    blind = BlindPipeline()
    monkeypatch.setattr(bootstrap, "watch", blind)
    monkeypatch.setattr(bootstrap, "load_models", lambda threads=None: None)
    monkeypatch.setattr(bootstrap, "read_still", still_of)
    monkeypatch.setattr(bootstrap, "read_crop", crop_of)
    return blind


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The sentences of complaint."""
        return [line for line in self.err.splitlines() if line.startswith("wayside: ")]


@pytest.fixture
def wayside(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Runs a command in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WAYSIDE_DATA", raising=False)

    def command(*arguments: object) -> Said:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        return Said(code, *capfd.readouterr())

    return command


def pictures_below(folder: Path) -> Mapping[str, bytes]:
    """The evidence files of a data directory by their digests."""
    return {path.stem: path.read_bytes() for path in folder.rglob("*.jpg")}


def by_id(passages: list[Passage]) -> list[str]:
    """The ids, sorted."""
    return sorted(passage.id for passage in passages)
