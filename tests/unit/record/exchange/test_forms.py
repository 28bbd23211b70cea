# SPDX-License-Identifier: Apache-2.0
"""Forms of export: what a parser of each finds in them."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from factories import bare_passage, full_passage, passages
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.record.exchange.helpers import MARK, NORTH, written
from wayside.domain import Passage, Travel, UsageError
from wayside.record import passage_document
from wayside.record.exchange.forms import COLUMNS, FORMS
from wayside.record.exchange.forms.comma_separated import safe
from wayside.record.exchange.forms.geojson import geometry
from wayside.record.exchange.forms.parquet import ROWS

REFERENCE = Path(__file__).parents[4] / "docs" / "reference" / "export-formats.md"
FULL, BARE = full_passage(1)[0], bare_passage(2)
DANGEROUS = "=+-@\t\r\n\0＝＋－＠"


def rows_of(data: bytes) -> list[dict[str, str]]:
    """A CSV file as a strict parser reads it."""
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate, in a locale whatever."""
    return any(part[:1] in set(DANGEROUS) - {""} for part in re.split("[;,\t\r\n]", text) if part)


def test_a_csv_file_has_a_line_of_names_and_one_a_passage() -> None:
    """With the export's id on every line, and empty cells for what is not known."""
    full, bare = rows_of(written("csv", [FULL, BARE]))
    assert list(full) == ["export_id", *(column.name for column in COLUMNS)]
    assert {full["export_id"], bare["export_id"]} == {MARK.export_id}
    assert (full["plate"], full["occupants_best"], full["began_at"]) == ("101D234", "2", "2026-11-22T12:00:01.000Z")
    assert (bare["plate"], bare["reason_unread"], bare["occupants_best"]) == ("", "no_plate_found", "")


def test_a_csv_file_ends_its_lines_as_rfc_4180_says() -> None:
    """CR LF, the last line too."""
    data = written("csv", [FULL])
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert data.endswith(b"\r\n")


@given(passages())
def test_every_cell_of_a_csv_file_says_what_the_passage_says(passage: Passage) -> None:
    """Whatever is in the names: quotes, line breaks, commas."""
    (row,) = rows_of(written("csv", [passage]))
    assert row["camera"] == safe(passage.camera)
    assert row["plate"] == safe(passage.plate.text or "")
    assert row["id"] == passage.id


@given(st.text(), st.sampled_from([*DANGEROUS, *(f";{one}" for one in "=+-@"), "a,=", "a\t="]))
def test_no_cell_can_be_taken_for_a_formula(text: str, lead: str) -> None:
    """ASVS 1.2.10: what begins as a formula gets an apostrophe, behind separators of other locales too."""
    row = rows_of(written("csv", [replace(FULL, camera=lead + text)]))[0]
    assert not any(begins_formula(cell) for cell in row.values())


@given(st.text(st.characters(blacklist_characters=DANGEROUS)))
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    """The apostrophe is for formulas only."""
    assert safe(text) == text


@given(st.text())
def test_safe_text_can_be_had_back(text: str) -> None:
    """Only apostrophes are added, so nothing is lost by them."""
    kept = iter(safe(text))
    assert all(letter in kept for letter in text)
    assert set(safe(text)) <= {*text, "'"}


def test_json_lines_are_those_of_watch_and_nothing_else() -> None:
    """The reference of `watch --output` is the reference of this form."""
    lines = written("jsonl", [FULL, BARE]).decode().splitlines()
    assert [json.loads(line) for line in lines] == [passage_document(FULL), passage_document(BARE)]


def test_geojson_puts_a_passage_where_its_camera_stands() -> None:
    """Longitude first, as RFC 7946 has it; the watermark is a member that readers pass over."""
    found = json.loads(written("geojson", [FULL, BARE], cameras={"gate": NORTH}))
    assert found["type"] == "FeatureCollection"
    assert found["wayside"]["id"] == MARK.export_id
    first = found["features"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [-0.125, 51.5]}
    assert (first["id"], first["properties"]["plate"]) == (FULL.id, "101D234")
    assert first["properties"]["place"] == "North gate"


def test_geojson_of_a_camera_without_a_position_has_no_geometry() -> None:
    """Also where the half of a position is known."""
    (feature,) = json.loads(written("geojson", [FULL]))["features"]
    assert feature["geometry"] is None
    assert geometry(replace(NORTH, latitude=None)) is None


@pytest.mark.parametrize("form", ["geojson", "fiware"])
def test_nothing_exported_is_still_json(form: str) -> None:
    """An empty collection, an empty array."""
    found = json.loads(written(form, []))
    assert (found["features"] if form == "geojson" else found) == []


def test_fiware_entities_have_the_models_attributes() -> None:
    """`AnprFlowObserved` 0.0.2: each attribute says what it is, and nothing is null."""
    (entity,) = json.loads(written("fiware", [FULL], cameras={"gate": NORTH}))
    assert entity["id"] == f"urn:ngsi-ld:AnprFlowObserved:{FULL.id}"
    assert entity["type"] == "AnprFlowObserved"
    assert entity["dateObserved"]["value"] == {"@type": "DateTime", "@value": "2026-11-22T12:00:01.000Z"}
    assert entity["location"]["type"] == "GeoProperty"
    assert entity["vehiclePlateNotRead"]["value"] is False
    assert entity["observedVehicle"]["value"] == {
        "direction": "towards",
        "licensePlate": {"identifier": "101D234", "confidence": 0.97},
        "country": {"code": "GB", "confidence": 0.9},
    }
    assert {image["imageType"] for image in entity["refImages"]["value"]} == {"overview", "anpr", "plate"}
    assert MARK.notice == entity["description"]["value"]


def test_fiware_keeps_passages_whose_plate_was_not_read() -> None:
    """And leaves out what is not known, since NGSI-LD has no null."""
    (entity,) = json.loads(written("fiware", [replace(BARE, direction=replace(BARE.direction, travel=Travel.LEFT))]))
    assert entity["vehiclePlateNotRead"]["value"] is True
    assert entity["observedVehicle"]["value"] == {}
    assert not {"location", "refImages", "name"} & entity.keys()


@given(passages())
def test_fiware_entities_never_hold_a_null(passage: Passage) -> None:
    """In no depth, for any passage."""
    (entity,) = json.loads(written("fiware", [passage]))
    assert None not in list(leaves(entity))
    assert re.fullmatch(r"urn:ngsi-ld:Device:[A-Za-z0-9%._~-]+", entity["observedBy"]["object"])


def leaves(value: Any) -> Iterator[Any]:
    """Everything that stands in a JSON value, in any depth."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


def parquet_of(data: bytes) -> Any:
    """A Parquet file as a table."""
    parquet = pytest.importorskip("pyarrow.parquet")
    return parquet.read_table(io.BytesIO(data))


def test_parquet_has_types_and_the_watermark() -> None:
    """Times are UTC to the millisecond, counts whole numbers, and the metadata say who exported."""
    table = parquet_of(written("parquet", [FULL, BARE]))
    types = {field.name: str(field.type) for field in table.schema}
    assert types["began_at"] == "timestamp[ms, tz=UTC]"
    assert (types["occupants_best"], types["plate_probability"], types["plate"]) == ("int32", "double", "string")
    assert json.loads(table.schema.metadata[b"wayside.export"])["id"] == MARK.export_id
    full, bare = table.to_pylist()
    assert full["began_at"].astimezone(UTC) == FULL.began_at
    assert (bare["plate"], bare["occupants_best"]) == (None, None)


def test_parquet_without_passages_has_its_columns() -> None:
    """So that whoever reads many files finds them alike."""
    table = parquet_of(written("parquet", []))
    assert table.num_rows == 0
    assert table.column_names == ["export_id", *(column.name for column in COLUMNS)]


def test_parquet_goes_on_beyond_one_row_group() -> None:
    """Nothing is lost between groups."""
    table = parquet_of(written("parquet", itertools.repeat(BARE, ROWS + 1)))
    assert table.num_rows == ROWS + 1


def test_without_pyarrow_parquet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra of 170 MB."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match="`parquet` extra"):
        written("parquet", [FULL])


class Sink(io.RawIOBase):
    """Takes bytes and keeps none."""

    def write(self, data: Any) -> int:
        return len(memoryview(data).cast("B"))


@pytest.mark.parametrize("form", ["jsonl", "csv", "geojson", "fiware"])
def test_memory_does_not_grow_with_the_export(form: str) -> None:
    """Twenty times as many passages need no more of it."""
    from wayside.record.exchange.forms import Context

    def peak(count: int) -> int:
        tracemalloc.start()
        FORMS[form].write(itertools.repeat(FULL, count), Sink(), Context(MARK))  # type: ignore[arg-type]
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(4000) < peak(200) + 100_000


def test_every_column_and_form_is_in_the_reference() -> None:
    """What is not documented does not exist."""
    page = REFERENCE.read_text("utf-8")
    missing = {word for word in [*(column.name for column in COLUMNS), *FORMS] if f"`{word}`" not in page}
    assert not missing
