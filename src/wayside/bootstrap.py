# SPDX-License-Identifier: Apache-2.0
"""The only place that names concrete classes and wires them: sources, models, pipeline and record."""

from __future__ import annotations

import os
import pwd
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Self, TypeVar

import cv2

from wayside.access import (
    Binding,
    PurposeError,
    Purposes,
    active_people,
    second_factor_waived,
    settings_of,
    tidying,
)
from wayside.access import Settings as AccessSettings
from wayside.access.signing import Elsewhere, Issuer, Seal, SignIn
from wayside.config import LONGEST_NAME, CameraPlan, check_gates
from wayside.domain import Passage, Purpose, RecordError, SourceError, UsageError
from wayside.intake import SightingError
from wayside.intake import forget_plate as forget_in_briefs
from wayside.intake import tidy as tidy_briefs
from wayside.pipeline import CameraSettings, Doubt, Finished, watch
from wayside.pipeline.sources import (
    Frame,
    FrameSource,
    Image,
    LocalPath,
    decode_picture,
    list_pictures,
    load_picture,
    open_source,
    parse_address,
)
from wayside.plates import PlateError, normalise
from wayside.record import CameraPlace, Lines, Store, learn_camera, let_in, passage_document
from wayside.record.retention import Manner, Report, daily, erase_due, erase_plate
from wayside.record.search import PlateMatch, PlateQuery
from wayside.setup import Command, SiteCameras, Supervisor
from wayside.vision import (
    ModelError,
    Models,
    Still,
    StillPlate,
    covered_jpeg,
    read_crop,
    read_still,
    scenery_jpeg,
    without_people,
)
from wayside.watch import entries, keep_watched, watching

T = TypeVar("T")

__all__ = [
    "Camera",
    "Finished",
    "Frame",
    "FrameSource",
    "Keeper",
    "ModelError",
    "Models",
    "Photographs",
    "PlateError",
    "Services",
    "Still",
    "StillPlate",
    "StillReader",
    "account",
    "erase_registration",
    "erase_what_is_due",
    "erasing_daily",
    "is_live",
    "list_pictures",
    "load_models",
    "normalise",
    "open_camera",
    "open_for_passages",
    "open_record",
    "open_services",
    "plate_query",
    "purpose_under",
    "recorded",
    "scenery_of",
    "share_cores",
    "watch",
    "watching",
    "watching_cameras",
]


class Keeper:
    """Where finished passages go: the record, and a file of lines where one was asked for."""

    def __init__(self, data_dir: Path, output: Path | None) -> None:
        """Opens both; raises RecordError, UsageError."""
        with ExitStack() as opened:
            self._store = opened.enter_context(Store(data_dir))
            keep_watched(self._store)
            self._lines = opened.enter_context(Lines(output)) if output else None
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self._opened.close()

    def erasing_daily(self) -> AbstractContextManager[None]:
        """Erases what is due every day as long as a block lasts."""
        return erasing_daily(self._store)

    def learn(self, camera: CameraPlace) -> None:
        """Notes where a camera stands; raises RecordError."""
        learn_camera(self._store, camera)

    def note_doubt(self, camera: str, doubt: Doubt | None) -> None:
        """Tells the journal that a camera's picture can be trusted no longer, or again; raises RecordError."""
        self._store.together(
            lambda transaction: transaction.append(
                "gap", {"at": transaction.at, "person": None, "camera": camera, "doubt": doubt and doubt.value}
            )
        )

    def keep(self, passage: Passage, pictures: Mapping[str, bytes]) -> bool | None:
        """Stores a passage and writes its line; False where the record had it already.

        None where the site keeps nothing of it but the counts of its hour: then it must be written nowhere.
        Raises RecordError, UsageError where the list of what is kept cannot be read.
        """
        new = self._store.add(passage, pictures)
        if not self._store.keeps(passage):
            return None
        if self._lines is not None:
            self._lines.write(passage_document(passage))
        return new


@dataclass(frozen=True, slots=True)
class Camera:
    """An opened source with its settings, ready to be watched."""

    source: FrameSource
    settings: CameraSettings
    place: CameraPlace

    def passages(
        self,
        models: Models,
        keeper: Keeper,
        stop: Callable[[], bool],
        on_frame: Callable[[Frame], None],
        on_finished: Callable[[Finished], None] = lambda finished: None,
    ) -> Iterator[tuple[Passage, bool]]:
        """Each passage as it closes and is kept, with whether the record did not have it yet; none that is not kept.

        `on_finished` is told of each vehicle that has gone past, kept or not.
        Raises SourceError after the last passage of a source that ended before it should, RecordError.
        """
        keeper.learn(self.place)
        for finished in watch(self.source, self.settings, models, stop, on_frame):
            new = keeper.keep(finished.passage, finished.pictures)
            on_finished(finished)
            if new is not None:
                yield finished.passage, new


def camera_name(source: FrameSource) -> str:
    """What a camera is called when nobody named it: after its file, its folder or its host."""
    if "://" in source.name:
        name = source.name.split("://", 1)[1].split("/", 1)[0]
    else:
        name = Path(source.name).stem or Path(source.name).absolute().name
    return "".join(character if character.isprintable() else "_" for character in name)[:LONGEST_NAME] or "camera"


def open_camera(plan: CameraPlan, *, rate: float | None = None, patience_s: float | None = None) -> Camera:
    """Opens the source of a plan and checks its gates against the picture.

    `rate`: pictures per second of a folder; `patience_s`: how long a lost stream is tried again.
    Raises SourceError, UsageError.
    """
    asked = {"rate": rate, "patience_s": patience_s}
    source = open_source(plan.source, **{name: value for name, value in asked.items() if value is not None})
    check_gates(plan.gates, source.size, source.name)
    name = plan.name or camera_name(source)
    settings = CameraSettings(
        name=name,
        started_at=plan.started_at or source.began_at,
        gates=plan.gates,
        bearing_deg_true=plan.bearing_deg_true,
        country=plan.country,
        privacy_blur=plan.privacy_blur,
    )
    latitude, longitude = plan.position or (None, None)
    return Camera(source, settings, CameraPlace(name, plan.place, latitude, longitude, plan.bearing_deg_true))


def load_models(threads: int | None = None) -> Models:
    """The shipped models; raises ModelError."""
    return Models.load(threads)


def share_cores(threads: int) -> None:
    """Lets what prepares pictures use so many cores and no more, where cameras share them."""
    cv2.setNumThreads(threads)


def scenery_of(frame: Frame) -> bytes:
    """A frame as a JPEG file in which vehicles, people and plates cannot be made out; raises ModelError."""
    return scenery_jpeg(frame.image, load_models(1))


def is_live(plan: CameraPlan) -> bool:
    """Whether a plan names a stream or a webcam rather than something on this machine's disk."""
    try:
        return not isinstance(parse_address(plan.source), LocalPath)
    except SourceError:
        return False


def recorded(data_dir: Path, limit: int, camera: str | None) -> list[Passage]:
    """What the record of a data directory holds, newest first; raises RecordError."""
    with Store(data_dir, writing=False) as store:
        return store.passages(limit, camera)


def open_record(data_dir: Path) -> Store:
    """A record that is there already, for what writes to its journal; raises RecordError where there is none."""
    let_in(data_dir)
    with Store(data_dir, writing=False):
        pass
    return open_for_passages(data_dir)


def open_for_passages(data_dir: Path) -> Store:
    """A record, made where there is none, that keeps what the site keeps and what its watch lists ask for.

    Raises RecordError, UsageError.
    """
    store = Store(data_dir)
    keep_watched(store)
    return store


def account() -> str:
    """Who runs this program, by the system's own account."""
    return pwd.getpwuid(os.getuid()).pw_name


def plate_query(text: str) -> PlateQuery | None:
    """A plate as people search for it: `LD?? X*` is a pattern, `~LD23ABC` allows one error; None for "" and "-".

    Raises UsageError for what no plate can be.
    """
    if text.strip() in {"", "-"}:
        return None
    plain = "".join(one if one in "?*" else normalise(one) for one in text)
    if not plain:
        raise UsageError("the plate to search for has neither a letter nor a digit; write it as LD23 ABC")
    if text.strip().startswith("~"):
        return PlateQuery(plain, PlateMatch.NEAR)
    return PlateQuery(plain, PlateMatch.PATTERN if set(plain) & {"?", "*"} else PlateMatch.EXACT)


def purpose_under(store: Store, reason: str, reference: str, person: str | None = None) -> Purpose:
    """The purpose that the one who runs this program states, as the site of a record accepts it.

    `person`: for whom, where one account runs it for several; the account stays beside. Raises UsageError.
    """
    who = account() if person is None else f"{person.strip()} (by {account()})"
    if person is not None and (not person.strip() or not person.isprintable() or len(person) > LONGEST_NAME):
        raise UsageError(f"the person is not of 1 to {LONGEST_NAME} printable characters; name who asks")
    try:
        return Purposes(**store.site.purposes.stated()).checked(reason, reference, who)
    except PurposeError as error:
        raise UsageError(str(error)) from None


def erase_what_is_due(store: Store, *, clock_is_right: bool, manner: Manner) -> Report:
    """What the site keeps no longer: of the record, and then what access need not keep. To be run once a day.

    Raises RecordError.
    """
    report = erase_due(store, person=account(), clock_is_right=clock_is_right, manner=manner)
    if not report.counts.stopped:
        tidying.tidy(store, settings_of(store).sessions)
        tidy_briefs(store)
    return report


def erasing_daily(store: Store) -> AbstractContextManager[None]:
    """Does that at once and then every day, as long as a block lasts, unless the site's policy says otherwise."""
    return daily.erasing_daily(
        store, lambda store, manner: erase_what_is_due(store, clock_is_right=False, manner=manner)
    )


def erase_registration(
    store: Store, plate: str, purpose: Purpose, *, identity_check: str | None, manner: Manner
) -> Report:
    """Everything that names a plate: requests and briefs first, so that the same run wipes their pages.

    Entries of watch lists that are over go too; one in force stays until it ends, for it rests on a case of its own.

    Raises RecordError, UsageError.
    """
    with store.writing() as transaction:
        tidying.forget_plate(transaction, normalise(plate))
        entries.forget_plate(transaction, normalise(plate))
        forget_in_briefs(transaction, normalise(plate))
    return erase_plate(store, plate, purpose, identity_check=identity_check, manner=manner)


class Photographs:
    """Reads and covers the photos that observers send; safe to use from several threads."""

    def __init__(self) -> None:
        """The models are loaded with the first photo."""
        self._models: Models | None = None
        self._turn = threading.Lock()

    def plates(self, photo: bytes) -> tuple[StillPlate, ...]:
        """The plates that a photo shows, the surest first; nothing is kept. Raises SightingError."""
        return self._with(photo, lambda picture, models: read_still(picture, models).plates)

    def covered(self, photo: bytes) -> bytes:
        """The JPEG that is kept of a photo: people unrecognisable, and none of what the phone wrote into it.

        Raises SightingError for what is no picture.
        """
        return self._with(photo, without_people)

    def _with(self, photo: bytes, do: Callable[[Image, Models], T]) -> T:
        try:
            picture = decode_picture(photo, "the photo")
        except SourceError as error:
            raise SightingError(str(error)) from None
        with self._turn:
            self._models = self._models or load_models(1)
            return do(picture, self._models)


@dataclass(frozen=True, slots=True)
class Services:
    """What the pages and the API work with; safe to use from several threads."""

    store: Store
    sign_in: SignIn
    settings: AccessSettings
    binding: Binding
    covers: Covers
    cameras: SiteCameras
    supervisor: Supervisor
    """Watches over the cameras while `watching_cameras` lasts; tries and studies them at any time."""
    names: tuple[str, ...]
    """The host names that the pages are served under."""
    elsewhere: Elsewhere | None = None
    """The way in through an issuer, where the site names one."""
    photographs: Photographs = field(default_factory=Photographs)

    @property
    def zone(self) -> tzinfo:
        """In which times are shown."""
        return self.settings.zone


COVERED_KEPT = 256
"""Covered pictures that stay in memory, of some 50 KB each."""
COVERED_AT_ONCE = 8
"""Requests that may wait for a covered picture: fewer than the threads of the pages, so that others get through."""
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@contextmanager
def open_services(
    data_dir: Path, binding: Binding, names: tuple[str, ...], worker: Command, *, watch_cameras: bool = True
) -> Iterator[Services]:
    """Opens a record, makes it where there is none, and all that serves its pages; raises RecordError, UsageError.

    `names`: host names beside those of this machine; `worker`: what is run as the process of a camera.
    """
    with open_for_passages(data_dir) as store:
        settings = settings_of(store)
        sign_in = SignIn(
            store,
            Seal(data_dir),
            settings.sessions,
            waived=lambda connection: second_factor_waived(binding, [one.name for one in active_people(connection)]),
        )
        known = (*LOCAL_NAMES, *names)
        cameras, supervisor = SiteCameras(store), Supervisor(data_dir, worker, watching=watch_cameras)
        cameras.on_change(supervisor.apply)
        elsewhere = elsewhere_of(sign_in)
        yield Services(store, sign_in, settings, binding, Covers(), cameras, supervisor, known, elsewhere)


def elsewhere_of(sign_in: SignIn) -> Elsewhere | None:
    """The way in through the issuer that the site names, None where it names none; raises UsageError."""
    stated = sign_in.store.site.oidc
    if stated is None:
        return None
    file = stated.client_secret_file
    secret = None if file is None else secret_in(sign_in.store.data_dir / file)
    return Elsewhere(sign_in, Issuer(stated, secret, sign_in.clock))


def secret_in(path: Path) -> str:
    """The secret of a file; raises UsageError where others may read it, or there is none."""
    try:
        if path.stat().st_mode & 0o077:
            raise UsageError(f"{path}: may be read by others on this machine; run chmod 600 on it")
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path}: cannot be read; put the secret of the client there, as [oidc] says") from None
    if not secret:
        raise UsageError(f"{path}: is empty; put the secret of the client there")
    return secret


@contextmanager
def watching_cameras(services: Services) -> Iterator[None]:
    """Watches the cameras that are set up while the block lasts; at its end what is open is closed and kept."""
    services.supervisor.start(services.cameras.plans())
    try:
        yield
    finally:
        services.supervisor.stop()


class Covers:
    """Covers the plates of pictures for those who may not see them; safe to use from several threads."""

    def __init__(self) -> None:
        """The models are loaded with the first picture."""
        self._models: Models | None = None
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(COVERED_AT_ONCE)
        self._done: OrderedDict[str, bytes] = OrderedDict()

    def covered(self, sha256: str, jpeg: bytes) -> bytes:
        """The covered copy of a picture, which its digest names.

        Raises RecordError for what is no picture, and where so many wait that whoever searches would wait with them.
        """
        if not self._places.acquire(blocking=False):
            raise RecordError("too many pictures are being covered at the moment; ask again in a second")
        try:
            return self._one(sha256, jpeg)
        finally:
            self._places.release()

    def _one(self, sha256: str, jpeg: bytes) -> bytes:
        with self._turn:
            if sha256 not in self._done:
                self._done[sha256] = self._cover(jpeg)
                if len(self._done) > COVERED_KEPT:
                    self._done.popitem(last=False)
            self._done.move_to_end(sha256)
            return self._done[sha256]

    def _cover(self, jpeg: bytes) -> bytes:
        self._models = self._models or load_models(1)
        try:
            return covered_jpeg(jpeg, self._models)
        except ValueError:
            raise RecordError("the picture is damaged; `wayside verify` tells which") from None


class StillReader:
    """Reads single pictures; the models are loaded with the first one."""

    def __init__(self, *, crops: bool, country: str | None) -> None:
        """`crops`: each picture is one plate already cut out; `country`: ISO code of most plates."""
        self._crops, self._country = crops, country
        self._models: Models | None = None

    def read(self, path: Path) -> Still:
        """What one picture shows; raises SourceError, ModelError."""
        image = load_picture(path)
        if self._models is None:
            self._models = load_models()
        if not self._crops:
            return read_still(image, self._models, self._country)
        plate = read_crop(image, self._models, self._country)
        return Still(() if plate is None else (plate,), (), ())
