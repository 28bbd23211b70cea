# SPDX-License-Identifier: Apache-2.0
"""Scripts and style sheets are sent compressed to whoever takes that, each form under an etag of its own."""

from __future__ import annotations

import gzip

import pytest
from unit.web.house import House

from wayside.web.assets import address_of, assets

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
