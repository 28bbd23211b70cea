# SPDX-License-Identifier: Apache-2.0
"""Addresses and passwords are put together and taken apart again, and what is shown holds no password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.domain import UsageError
from wayside.pipeline.sources import shown_source
from wayside.setup.source import Credentials, credentials_of, with_credentials

ADDRESS = "rtsp://192.0.2.10:554/stream1?channel=1"
words = some.text(some.characters(codec="utf-8"), min_size=1, max_size=30)


@given(user=words, password=words)
def test_they_come_apart_as_they_were_put_together(user: str, password: str) -> None:
    """Whatever the password is made of; what is shown is the address alone."""
    given_ = Credentials(user, password)
    source = with_credentials(ADDRESS, given_)
    assert credentials_of(source) == given_
    assert shown_source(source) == ADDRESS
    assert password not in repr(given_).replace("Credentials()", "")


@pytest.mark.parametrize("source", ["clip.mp4", "0", ADDRESS, "/clips/a@b.mp4"])
def test_what_has_no_password_stays_as_it_is(source: str) -> None:
    """Files and webcams have nobody to sign in."""
    assert credentials_of(source) is None
    assert with_credentials(source, None) == source
    assert shown_source(source) == source


def test_a_password_is_not_stated_twice() -> None:
    """Nor put into what is no address."""
    with pytest.raises(UsageError, match="already"):
        with_credentials("rtsp://a:b@192.0.2.10/", Credentials("c", "d"))
    with pytest.raises(UsageError, match="malformed"):
        with_credentials("rtsp://[::1/", Credentials("c", "d"))
    assert shown_source("gopher://u:secret@h/") == "…"
