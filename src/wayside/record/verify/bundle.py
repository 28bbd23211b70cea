# SPDX-License-Identifier: Apache-2.0
"""Checks an evidence bundle with the very code that strangers run, and reports it as a record is reported."""

from __future__ import annotations

from pathlib import Path

from wayside.domain import RecordError
from wayside.record.journal import KeyList
from wayside.record.verify.report import Finding, Report
from wayside.record.verify.standalone import FALSE, check_bundle


def verify_bundle(path: Path, keys: KeyList | None = None) -> Report:
    """Checks a bundle; `keys`: the site's public keys, None: those in the bundle, which somebody must then compare.

    Raises RecordError where the file cannot be read.
    """
    report = Report("bundle", keys=[] if keys is None else [str(one.key) for one in keys.keys])
    try:
        manifest = check_bundle(path, None if keys is None else str(keys))
    except Exception as error:  # whatever a forger puts into the file, it is not a sound bundle
        if isinstance(error, OSError) and error.errno not in FALSE:
            raise RecordError(f"{path}: cannot be read ({error.strerror}); name the bundle's file") from error
        told = (
            str(error) if isinstance(error, ValueError) else f"is not in the form of a bundle ({type(error).__name__})"
        )
        report.add([Finding("bundle-damaged", detail=told)])
        return report
    report.origin, report.entries = manifest["origin"], manifest["size"]
    report.checked.update(passages=len(manifest["passages"]), files=len(manifest["files"]))
    return report
