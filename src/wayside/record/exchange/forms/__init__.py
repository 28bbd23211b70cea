# SPDX-License-Identifier: Apache-2.0
"""The forms in which passages leave: each writes them as they come, in memory that does not grow."""

from wayside.record.exchange.forms.columns import COLUMNS, EXPORT_ID, Column, Kind
from wayside.record.exchange.forms.comma_separated import write_csv
from wayside.record.exchange.forms.context import Context, Form, Write
from wayside.record.exchange.forms.geojson import write_geojson
from wayside.record.exchange.forms.json_lines import write_lines
from wayside.record.exchange.forms.ngsi_ld import write_ngsi_ld
from wayside.record.exchange.forms.parquet import write_parquet

FORMS = {
    form.name: form
    for form in (
        Form("jsonl", ".jsonl", write_lines),
        Form("csv", ".csv", write_csv),
        Form("parquet", ".parquet", write_parquet),
        Form("geojson", ".geojson", write_geojson),
        Form("fiware", ".jsonld", write_ngsi_ld),
    )
}
"""By the name that `wayside export --format` takes."""

__all__ = ["COLUMNS", "EXPORT_ID", "FORMS", "Column", "Context", "Form", "Kind", "Write"]
