# SPDX-License-Identifier: Apache-2.0
"""The record: passages with their pictures, the journal that proves them, and their form as JSON."""

from wayside.record.amendments import CORRECTABLE, Amendment, AmendmentKind, amend, amendments_of
from wayside.record.cameras import CAMERAS_FILE, CameraPlace, cameras, learn_camera, place_camera
from wayside.record.counts import crossings_by_way, passages_by, passages_by_hour, reads_by_camera
from wayside.record.document import (
    Document,
    alternatives_document,
    occupants_document,
    passage_document,
    read_passage,
    registration_document,
    share,
    unpublished_document,
)
from wayside.record.entries import JournalEntry, entries
from wayside.record.evidence import evidence_for
from wayside.record.lines import STANDARD_OUTPUT, Lines
from wayside.record.looking import (
    Kept,
    between,
    find_passage,
    following,
    gates_and_ways,
    last_number,
    neighbours,
    newest,
)
from wayside.record.proving import latest_checkpoint, proof_of_entry
from wayside.record.rows import milliseconds, moment
from wayside.record.sightings import (
    LinkKind,
    SightingLink,
    SightingVersion,
    VersionKind,
    add_link,
    add_version,
    keep_photo,
    links_of_passage,
    links_of_sighting,
    newest_sightings,
    photo_path,
    sighting_versions,
    standing,
)
from wayside.record.site_access import StatedIssuer
from wayside.record.stamps import read_roots, stamp
from wayside.record.store import Store, Transaction
from wayside.record.witnessing import keep_in, sign_now

__all__ = [
    "CAMERAS_FILE",
    "CORRECTABLE",
    "STANDARD_OUTPUT",
    "Amendment",
    "AmendmentKind",
    "CameraPlace",
    "Document",
    "JournalEntry",
    "Kept",
    "Lines",
    "LinkKind",
    "SightingLink",
    "SightingVersion",
    "StatedIssuer",
    "Store",
    "Transaction",
    "VersionKind",
    "add_link",
    "add_version",
    "alternatives_document",
    "amend",
    "amendments_of",
    "between",
    "cameras",
    "crossings_by_way",
    "entries",
    "evidence_for",
    "find_passage",
    "following",
    "gates_and_ways",
    "keep_in",
    "keep_photo",
    "last_number",
    "latest_checkpoint",
    "learn_camera",
    "links_of_passage",
    "links_of_sighting",
    "milliseconds",
    "moment",
    "neighbours",
    "newest",
    "newest_sightings",
    "occupants_document",
    "passage_document",
    "passages_by",
    "passages_by_hour",
    "photo_path",
    "place_camera",
    "proof_of_entry",
    "read_passage",
    "read_roots",
    "reads_by_camera",
    "registration_document",
    "share",
    "sighting_versions",
    "sign_now",
    "stamp",
    "standing",
    "unpublished_document",
]
