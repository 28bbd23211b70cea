# SPDX-License-Identifier: Apache-2.0
"""Scripts and style sheets come in one piece, compressed where that is taken, each form under an etag of its own."""

from __future__ import annotations

import gzip
import re

import pytest
from unit.web.house import House

from wayside.web.assets import LARGEST_JOINED, MOST_JOINED, address_of, assets, find, squeezed
from wayside.web.rendering import environment
from wayside.web.warming import warm_behind

SCRIPT, PICTURE = "vendor/htmx/htmx.min.js", "report/icon-512.png"


@pytest.mark.parametrize("accepted", ["gzip, deflate, br, zstd", "gzip;q=0.8, identity", "GZIP"])
def test_a_script_is_sent_compressed_where_that_is_taken(house: House, accepted: str) -> None:
    """It is the same once it is opened, and not sent again to whoever has it."""
    answer = house.call("GET", address_of(SCRIPT), headers={"Accept-Encoding": accepted})
    body = assets()[SCRIPT].body
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert gzip.decompress(answer.body) == body
    assert len(answer.body) < len(body) / 2
    known = {"Accept-Encoding": accepted, "If-None-Match": answer.headers["etag"]}
    assert house.call("GET", address_of(SCRIPT), headers=known).status == 304


@pytest.mark.parametrize(
    ("path", "accepted"), [(SCRIPT, ""), (SCRIPT, "br"), (SCRIPT, "gzip;q=0"), (PICTURE, "gzip"), (SCRIPT, "notgzip")]
)
def test_everything_else_is_sent_as_it_is(house: House, path: str, accepted: str) -> None:
    """Pictures are small already."""
    answer = house.call("GET", address_of(path), headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.body == assets()[path].body
    assert answer.headers["etag"] == assets()[path].etag


def test_style_sheets_come_in_one_piece(house: House) -> None:
    """In the order of their names, under an address that changes with any of them and is kept for ever."""
    answer = house.call("GET", address_of("wayside.css", "screens.css"))
    assert answer.body == b"".join(assets()[name].body + b"\n" for name in ("wayside.css", "screens.css"))
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "Cookie" not in answer.headers["vary"]
    assert address_of("wayside.css", "screens.css") != address_of("screens.css", "wayside.css")


def test_scripts_in_one_piece_run_by_themselves() -> None:
    """What one declares is not there for the next, and where one fails the next still runs."""
    found = find("live.js+hits.js")
    assert found is not None
    assert found.body.count(b"\n} catch (error) { reportError(error); }\n") == 2
    assert found.body.startswith(b"try {\n")


JOINED = re.compile(r"scripts\(([^{}]*)\)")


def test_scripts_that_pages_join_neither_import_nor_export() -> None:
    """In a piece with others that would be no script at all."""
    joined = {"wayside.js"}
    for name in environment().list_templates():
        source = environment().loader.get_source(environment(), name)[0]  # type: ignore[union-attr]
        joined |= {script for call in JOINED.findall(source) for script in re.findall(r"'([\w.]+\.js)'", call)}
    assert len(joined) > 10
    for script in joined:
        assert not re.search(rb"^\s*(import\s+[^(]|import\s*\{|export\b)", assets()[script].body, re.MULTILINE), script


@pytest.mark.parametrize(
    "path",
    [
        "wayside.css+nothing.css",
        "wayside.css+wayside.js",
        "wayside.css+wayside.css",
        "wayside.css+",
        "+",
        "report/icon-192.png+report/icon-512.png",
        "vendor/maplibre/maplibre-gl.mjs+wayside.js",
        "+".join(sorted(name for name in assets() if name.endswith(".js"))[: MOST_JOINED + 1]),
    ],
)
def test_nothing_else_is_joined(house: House, path: str) -> None:
    """What is not there, is of another kind, twice there, too many or too large."""
    assert house.call("GET", f"/static/{path}").status == 404
    assert len(assets()["vendor/maplibre/maplibre-gl.mjs"].body) > LARGEST_JOINED
    with pytest.raises(KeyError):
        address_of(*path.split("+"))


def test_what_the_first_visitor_would_wait_for_is_made_ready(house: House) -> None:
    """Compressed files among it; the thread ends by itself."""
    squeezed.cache_clear()
    warm_behind(house.world.store).join(60)
    ready = squeezed.cache_info().currsize
    assert squeezed(SCRIPT) is not None
    assert squeezed.cache_info().currsize == ready > 10
