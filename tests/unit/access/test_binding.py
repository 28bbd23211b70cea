# SPDX-License-Identifier: Apache-2.0
"""Where the pages may be served: this machine freely, the network only encrypted and with second factors."""

from __future__ import annotations

import pytest

from wayside.access.binding import Binding, check_binding, is_local, second_factor_waived
from wayside.domain import UsageError

LOCAL = ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost"]
AWAY = ["0.0.0.0", "::", "", "192.168.1.7", "10.0.0.1", "gate.example", "localhost.example", "2001:db8::1", "0"]


@pytest.mark.parametrize("host", LOCAL)
def test_this_machine_may_serve_itself(host: str) -> None:
    """Without TLS and without second factors."""
    assert is_local(host)
    check_binding(Binding(host), ["owner"])


@pytest.mark.parametrize("host", AWAY)
def test_the_network_is_refused_without_tls(host: str) -> None:
    """Every address of the machine is the network too; the refusal names three ways out."""
    assert not is_local(host)
    with pytest.raises(UsageError, match=r"certificate.*proxy.*127\.0\.0\.1"):
        check_binding(Binding(host), [])


@pytest.mark.parametrize("binding", [Binding("0.0.0.0", certificate="gate.pem"), Binding("::", proxies=("192.0.2.7",))])
def test_the_network_is_served_encrypted_and_with_second_factors(binding: Binding) -> None:
    """By a certificate of our own or a declared proxy; one account without a second factor refuses it."""
    check_binding(binding, [])
    with pytest.raises(UsageError, match=r"1 of the accounts.*passkey or a code generator"):
        check_binding(binding, ["mary"])


def test_a_proxy_in_front_of_loopback_is_the_network() -> None:
    """What it passes on comes from elsewhere."""
    with pytest.raises(UsageError, match="second factor"):
        check_binding(Binding("127.0.0.1", proxies=("127.0.0.1",)), ["mary"])


def test_no_refusal_names_a_person() -> None:
    """It is printed where others may read it."""
    with pytest.raises(UsageError) as told:
        check_binding(Binding("0.0.0.0", certificate="gate.pem"), ["mary-canary"])
    assert "mary-canary" not in str(told.value)


@pytest.mark.parametrize("proxy", ["", "proxy.example", "0.0.0.0/0", "::/0", "*", "192.0.2.300"])
def test_a_proxy_is_an_address_and_not_everybody(proxy: str) -> None:
    """Or everybody could say who they are."""
    with pytest.raises(UsageError, match=r"name|write"):
        check_binding(Binding("0.0.0.0", proxies=(proxy,)), [])


def test_only_who_works_alone_on_this_machine_needs_no_second_factor() -> None:
    """A second account, a proxy or an address on the network ends it."""
    assert second_factor_waived(Binding(), ["owner"])
    assert not second_factor_waived(Binding(), [])
    assert not second_factor_waived(Binding(), ["owner", "mary"])
    assert not second_factor_waived(Binding("0.0.0.0", certificate="gate.pem"), ["owner"])
    assert not second_factor_waived(Binding(proxies=("127.0.0.1",)), ["owner"])
