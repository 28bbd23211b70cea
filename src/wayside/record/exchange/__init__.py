# SPDX-License-Identifier: Apache-2.0
"""Passages out of the record and into it: exports that leave a trace, evidence bundles, and imports line by line."""

from wayside.record.exchange.exporting import (
    FORMATS,
    Done,
    Order,
    export_kept,
    export_to_file,
    export_to_stream,
    makeable,
)
from wayside.record.exchange.importing import is_record, rehearse, take_in
from wayside.record.exchange.kept import (
    FOLDER,
    MANIFEST_SUFFIX,
    KeptExport,
    altered,
    forget,
    holding,
    listed,
    remove,
    strays,
)
from wayside.record.exchange.mark import Mark
from wayside.record.exchange.report import Report
from wayside.record.exchange.selection import Selection

__all__ = [
    "FOLDER",
    "FORMATS",
    "MANIFEST_SUFFIX",
    "Done",
    "KeptExport",
    "Mark",
    "Order",
    "Report",
    "Selection",
    "altered",
    "export_kept",
    "export_to_file",
    "export_to_stream",
    "forget",
    "holding",
    "is_record",
    "listed",
    "makeable",
    "rehearse",
    "remove",
    "strays",
    "take_in",
]
