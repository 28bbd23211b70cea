# SPDX-License-Identifier: Apache-2.0
"""What other pages, other names and other machines can do: nothing; and the headers that see to it."""

from __future__ import annotations

import pytest
from unit.web.house import HOST, ORIGIN, House
from unit.web.test_gate import concrete

from wayside.web.app import EVERYTHING
from wayside.web.csrf import token_of
from wayside.web.middleware import CSP, HEADERS

CHANGING = sorted({(one.method, one.path) for some in EVERYTHING for one in some if one.method != "GET"})
TLS = {"scheme": "https"}
SNAPSHOT = {
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; "
        "script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; media-src 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
    "vary": "Authorization, Cookie",
}
"""Written down a second time, so that a weaker header is a conscious change."""


@pytest.fixture(scope="module")
def key(shared_house: House) -> str:
    """The key of an investigator's session."""
    shared_house.world.person("ivy", "investigator")
    shared_house.world.under_purpose("ivy")
    return shared_house.world.session("ivy")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/healthz", "/nothing", "/api/v1/me", "/api/v1/nothing", "/purpose"])
def test_every_answer_carries_the_headers(shared_house: House, key: str, path: str) -> None:
    """To strangers and to people, on pages, the API and what is not there."""
    for session in (None, key):
        headers = shared_house.call("GET", path, session=session).headers
        assert {name: headers.get(name) for name in SNAPSHOT} == SNAPSHOT
        assert "strict-transport-security" not in headers
        assert "server" not in headers


def test_no_policy_lets_inline_code_run() -> None:
    """Neither scripts nor styles, and nothing that makes code from text."""
    assert "unsafe" not in CSP
    assert HEADERS["Content-Security-Policy"] == CSP


def test_under_tls_browsers_are_told_to_stay_there(shared_house: House) -> None:
    """For a year, with the names below ours."""
    headers = shared_house.call("GET", "/sign-in", **TLS).headers
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_only_what_changes_its_address_with_its_contents_is_kept_by_browsers(shared_house: House) -> None:
    """And only where the address names those contents."""
    page = shared_house.call("GET", "/sign-in").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert shared_house.call("GET", address).headers["cache-control"] == "public, max-age=31536000, immutable"
    bare = shared_house.call("GET", address.partition("?")[0])
    assert bare.headers["cache-control"] == "no-cache"
    again = shared_house.call("GET", address, headers={"if-none-match": bare.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_the_cookie_is_for_this_host_and_no_script(shared_house: House) -> None:
    """Under TLS by its very name."""
    plain = shared_house.call("GET", "/sign-in").headers["set-cookie"]
    assert plain.startswith("wayside=")
    assert plain.endswith("; HttpOnly; Path=/; SameSite=lax")
    safe = shared_house.call("GET", "/sign-in", **TLS).headers["set-cookie"]
    assert safe.startswith("__Host-wayside=")
    assert safe.endswith("; HttpOnly; Path=/; SameSite=lax; Secure")
    assert "Domain" not in safe


FOREIGN = {
    "another site": {"origin": "https://evil.example"},
    "no origin": {},
    "a null origin": {"origin": "null"},
    "another port": {"origin": f"{ORIGIN}:8081"},
    "another scheme": {"origin": f"https://{HOST}"},
    "a name that begins like ours": {"origin": f"{ORIGIN}.evil.example"},
    "ours, says a browser that knows better": {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    "a sister site": {"origin": ORIGIN, "sec-fetch-site": "same-site"},
}


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_no_other_page_can_change_anything(shared_house: House, key: str, method: str, path: str) -> None:
    """Wherever it lies, and though the browser sends the cookie and it knew the token."""
    for headers in FOREIGN.values():
        stated = {**headers, "x-csrf-token": token_of(key), "content-type": "text/plain"}
        answer = shared_house.call(method, concrete(path), session=key, headers=stated, own_page=False)
        assert answer.status in {401, 403, 404}, (headers, answer.text)


@pytest.mark.parametrize("token", ["", "0" * 64, "ü", "x" * 5000, token_of("another session")])
def test_a_form_needs_the_token_of_its_own_session(shared_house: House, key: str, token: str) -> None:
    """In a header or in a field, and no other token will do."""
    ours = {"origin": ORIGIN}
    as_header = shared_house.call(
        "POST", "/purpose/end", session=key, own_page=False, headers={**ours, "x-csrf-token": token}
    )
    as_field = shared_house.call(
        "POST", "/purpose/end", session=key, own_page=False, headers=ours, form={"csrf": token}
    )
    assert (as_header.status, as_field.status) == (403, 403)
    assert "not sent from a page" in as_header.text


def test_a_form_with_its_token_is_taken(house: House) -> None:
    """As the page sends it."""
    house.world.person("ivy", "investigator")
    house.world.under_purpose("ivy")
    own = house.world.session("ivy")
    form = {"csrf": token_of(own)}
    answer = house.call("POST", "/purpose/end", session=own, own_page=False, headers={"origin": ORIGIN}, form=form)
    assert (answer.status, answer.headers["location"]) == (303, "/purpose")


def test_a_token_in_the_authorization_header_needs_no_page(house: House) -> None:
    """No browser sends it by itself; and then no cookie counts."""
    house.world.person("ivy", "investigator")
    own = house.world.session("ivy")
    stated = {"authorization": "Bearer nonsense", "cookie": f"wayside={own}"}
    assert house.call("GET", "/api/v1/me", headers=stated).status == 401
    assert house.call("GET", "/api/v1/me", session=own).status == 200


HOSTS = ["evil.example", "localhost.evil.example", "evil.example:80", "", "127.0.0.1.nip.io", "[::2]", "localhost@evil"]


@pytest.mark.parametrize("host", HOSTS)
def test_no_foreign_name_can_be_pointed_at_the_pages(shared_house: House, key: str, host: str) -> None:
    """Which is how a page elsewhere would come to read ours (DNS rebinding)."""
    answer = shared_house.call("GET", "/api/v1/me", session=key, headers={"host": host})
    assert answer.status == 421
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:8080"])
def test_our_own_names_are_answered(shared_house: House, host: str) -> None:
    """With any port, in any case."""
    assert shared_house.call("GET", "/healthz", headers={"host": host}).status == 200


SPOOFED = {
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-original-url": "/api/v1/people",
    "x-rewrite-url": "/api/v1/people",
    "x-http-method-override": "DELETE",
    "remote-user": "adam",
    "x-remote-user": "adam",
    "forwarded": "for=127.0.0.1;proto=https",
}


@pytest.mark.parametrize("header", sorted(SPOOFED))
def test_what_a_client_says_of_itself_is_not_believed(shared_house: House, header: str) -> None:
    """Without a declared proxy, such headers are noise."""
    answer = shared_house.call("GET", "/api/v1/me", headers={header: SPOOFED[header]})
    assert answer.problem == "not-signed-in"
    assert "strict-transport-security" not in answer.headers


PROXIED = {"host": "gate.example", "x-forwarded-proto": "https", "x-forwarded-for": "198.51.100.9"}


def test_behind_a_proxy_only_the_proxy_is_answered(behind_proxy: House) -> None:
    """And only where it says that it spoke TLS."""
    assert behind_proxy.call("GET", "/healthz", headers=PROXIED, client="192.0.2.7").status == 200
    assert behind_proxy.call("GET", "/healthz", headers=PROXIED, client="198.51.100.9").status == 403
    plain = {**PROXIED, "x-forwarded-proto": "http"}
    assert behind_proxy.call("GET", "/healthz", headers=plain, client="192.0.2.7").status == 403
    assert behind_proxy.call("GET", "/healthz", headers={"host": "gate.example"}, client="192.0.2.7").status == 403


def test_behind_a_proxy_limits_hold_for_the_address_that_the_proxy_saw(behind_proxy: House) -> None:
    """Not for the proxy's own, nor for one that the client wrote before it."""
    page = behind_proxy.call("GET", "/sign-in", headers=PROXIED, client="192.0.2.7")
    key = page.headers["set-cookie"].partition("=")[2].partition(";")[0]
    stated = {
        **PROXIED,
        "origin": "https://gate.example",
        "cookie": f"__Host-wayside={key}",
        "x-csrf-token": token_of(key),
    }
    form = {"name": "ivy", "password": "wrong wrong wrong"}

    def tried(number: int, client: str) -> int:
        forwarded = {**stated, "x-forwarded-for": f"203.0.113.{number}, {client}"}
        named = {**form, "name": f"nobody{number}"}
        return behind_proxy.call(
            "POST", "/sign-in", headers=forwarded, form=named, client="192.0.2.7", own_page=False, scheme="http"
        ).status

    assert [tried(number, "198.51.100.9") for number in range(21)] == [403] * 20 + [429]
    assert tried(30, "198.51.100.10") == 403
