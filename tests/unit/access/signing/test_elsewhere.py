# SPDX-License-Identifier: Apache-2.0
"""Signing in at an issuer, against a provider that answers real requests and signs with real keys."""

from __future__ import annotations

import json
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import jwt
import pytest
from unit.access.provider import CLIENT, EC, FOREIGN, RSA, SECRET, Claims, Provider, served
from unit.access.world import PASSWORD, SITE, World

from wayside.access import CredentialError, LimitError, SignInError, people, roles
from wayside.access.signing import Back, Elsewhere, Issuer, Step, credentials, identities, sessions
from wayside.access.signing.errand import Errand
from wayside.domain import UsageError
from wayside.record import StatedIssuer

VISIT, ADDRESS, TO = "the key of a cookie", "192.0.2.9", "http://localhost/sign-in/elsewhere/done"


@pytest.fixture
def provider(world: World) -> Iterator[Provider]:
    """A provider whose clock is the world's."""
    with served(world.clock) as made:
        yield made


def stated_for(provider: Provider, **more: Any) -> StatedIssuer:
    """What site.toml says of it."""
    return StatedIssuer(provider.address, CLIENT, "The authority", **{"second_factor_amr": ("otp",), **more})


def way(world: World, provider: Provider, **more: Any) -> Elsewhere:
    """The way in through it."""
    return Elsewhere(world.sign_in(), Issuer(stated_for(provider, **more), SECRET, world.clock))


def back_from(provider: Provider, to: str, visit: str | None = VISIT, **other: Any) -> Back:
    """What the browser brings back from there."""
    said = {**provider.visited(to), **other}
    return Back(said["state"], visit, said["code"], said["iss"], ADDRESS, TO)


def arrive(there: Elsewhere, provider: Provider, **other: Any) -> Step:
    """Goes and comes back."""
    return there.arrive(back_from(provider, there.leave(VISIT, ADDRESS, TO), **other))


def invited(world: World, name: str = "ivy") -> str:
    """An account that has never signed in."""
    with world.store.writing() as transaction:
        people.add(transaction, name, name.title(), SITE, by="adam")
        credentials.invite(transaction, name, by="adam")
    return name


def known_as(world: World, step: Step) -> tuple[str, bool]:
    """Whose session it is, and whether with two factors."""
    assert step.session is not None
    with world.store.reading() as connection:
        found = sessions.find(connection, step.session, world.now_ms, sessions.SessionLimits())
    assert found is not None
    return found.person, found.second_factor


def test_whoever_was_invited_signs_in_and_is_known_from_then_on(world: World, provider: Provider) -> None:
    """By what the issuer never calls another: a new name there changes nothing, and the invitation is over."""
    there = way(world, provider)
    invited(world)
    assert known_as(world, arrive(there, provider)) == ("ivy", True)
    provider.who["preferred_username"] = "eve"
    assert known_as(world, arrive(there, provider)) == ("ivy", True)
    provider.who = {"sub": "4711", "preferred_username": "ivy"}
    with pytest.raises(SignInError, match="nobody here"):
        arrive(there, provider)
    assert "issuer connected" in world.deeds()
    with world.store.writing() as transaction, pytest.raises(CredentialError, match="signed in before"):
        credentials.invite(transaction, "ivy", by="adam")


def test_nobody_gets_an_account_by_themselves_unless_the_site_says_so(world: World, provider: Provider) -> None:
    """And then without a role."""
    with pytest.raises(SignInError, match="nobody here"):
        arrive(way(world, provider), provider)
    with world.store.reading() as connection:
        assert people.find(connection, "ivy") is None
    assert known_as(world, arrive(way(world, provider, make_accounts=True), provider)) == ("ivy", True)
    with world.store.reading() as connection:
        assert roles.roles_of(connection, "ivy") == {}
        assert people.known(connection, "ivy").shown_as == "Ivy Marsh"


def test_an_account_that_is_in_use_is_not_taken_over_by_a_name(world: World, provider: Provider) -> None:
    """Its own person connects it, signed in."""
    there = way(world, provider, make_accounts=True)
    world.person("ivy", "investigator")
    with pytest.raises(SignInError, match="nobody here"):
        arrive(there, provider)
    back = back_from(provider, there.leave(VISIT, ADDRESS, TO, "ivy"))
    assert there.connects(back) == "ivy"
    with pytest.raises(SignInError):
        there.connect(back, "eve")
    there.connect(back, "ivy")
    assert known_as(world, arrive(there, provider)) == ("ivy", True)
    again = back_from(provider, there.leave(VISIT, ADDRESS, TO, "ivy"))
    with pytest.raises(CredentialError, match="belongs to an account"):
        there.connect(again, "ivy")
    with world.store.writing() as transaction:
        identities.disconnect(transaction, "ivy")
    with pytest.raises(SignInError):
        arrive(there, provider)


def test_the_only_way_in_is_not_taken_away(world: World, provider: Provider) -> None:
    """Nor what is not there."""
    arrive(way(world, provider, make_accounts=True), provider)
    with world.store.writing() as transaction, pytest.raises(CredentialError, match="no other way"):
        identities.disconnect(transaction, "ivy")
    world.person("eve")
    with world.store.writing() as transaction, pytest.raises(CredentialError, match="to no issuer"):
        identities.disconnect(transaction, "eve")


def test_a_disabled_or_reset_account_is_not_opened(world: World, provider: Provider) -> None:
    """Whatever the issuer says."""
    there = way(world, provider)
    invited(world)
    arrive(there, provider)
    with world.store.writing() as transaction:
        credentials.reset(transaction, "ivy", by="adam")
        assert identities.of_person(transaction.connection, "ivy") == []
    arrive(there, provider)
    with world.store.writing() as transaction:
        people.disable(transaction, "ivy", by="adam")
    with pytest.raises(SignInError, match="nobody here"):
        arrive(there, provider)


@pytest.mark.parametrize(
    ("settings", "methods", "two"),
    [
        ({}, {"amr": ["pwd", "otp"]}, True),
        ({}, {"amr": ["pwd"]}, False),
        ({}, {"amr": "otp"}, False),
        ({}, {}, False),
        ({"second_factor_amr": ()}, {"amr": ["otp"]}, False),
        ({"second_factor_acr": ("gold",)}, {"acr": "gold"}, True),
        ({"second_factor_acr": ("gold",)}, {"acr": "silver"}, False),
    ],
)
def test_two_factors_are_those_that_the_site_believes(
    world: World, provider: Provider, settings: Claims, methods: Claims, two: bool
) -> None:
    """By the words of `acr` and `amr` in its settings."""
    invited(world)
    provider.methods = methods
    assert known_as(world, arrive(way(world, provider, **settings), provider)) == ("ivy", two)


def test_a_second_factor_of_ones_own_is_asked_for_where_the_issuer_states_none(
    world: World, provider: Provider
) -> None:
    """And no session before it."""
    there = way(world, provider)
    world.person("ivy", "investigator")
    there.connect(back_from(provider, there.leave(VISIT, ADDRESS, TO, "ivy")), "ivy")
    provider.methods = {}
    step = arrive(there, provider)
    assert (step.session, step.second_step is not None) == (None, True)


def test_an_account_without_a_password_needs_no_second_factor_here(world: World, provider: Provider) -> None:
    """For a role, or to serve beyond this machine: the issuer states two, or the session does little."""
    arrive(way(world, provider, make_accounts=True), provider)
    with world.store.writing() as transaction:
        roles.check_grant(transaction.connection, "ivy", SITE, "monitor", by="adam")
        roles.enter(transaction, "ivy", SITE, "monitor", by="adam", request=None)
        assert roles.without_second_factor(transaction.connection) == []
        credentials.set_password(transaction, "ivy", world.hasher.hash(PASSWORD))
        assert roles.without_second_factor(transaction.connection) == ["ivy"]


def signed_with(key: Any, algorithm: str, **header: Any) -> Callable[[Claims], str]:
    """Signs otherwise."""
    return lambda claims: jwt.encode(claims, key, algorithm, header)


def unsigned(claims: Claims) -> str:
    """A token that says that it needs no signature."""
    parts = [json.dumps(one).encode() for one in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts), ""])


def with_public_key_as_secret(claims: Claims) -> str:
    """What somebody signs who takes the published key for a shared one."""
    return jwt.encode(claims, RSA[1]["n"], "HS256", {"kid": "rsa"})


BENT: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": lambda claims: {**claims, "nonce": "x"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "a nonce that is no text": lambda claims: {**claims, "nonce": 7},
    "another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "another audience": lambda claims: {**claims, "aud": "south"},
    "several audiences, for nobody": lambda claims: {**claims, "aud": [CLIENT, "south"]},
    "several audiences, for another": lambda claims: {**claims, "aud": [CLIENT, "south"], "azp": "south"},
    "over": lambda claims: {**claims, "exp": claims["iat"] - 120},
    "over for good": lambda claims: {**claims, "exp": None},
    "of yesterday": lambda claims: {**claims, "iat": claims["iat"] - 86_400},
    "of tomorrow": lambda claims: {**claims, "iat": claims["iat"] + 86_400},
    "not yet": lambda claims: {**claims, "nbf": claims["iat"] + 600},
    "nobody": lambda claims: {**claims, "sub": ""},
    "somebody without a name": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
}


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT)
def test_what_is_not_signed_for_this_sign_in_opens_nothing(
    world: World, provider: Provider, bend: Callable[[Claims], Claims]
) -> None:
    """Nonce, issuer, audience and times, each by itself."""
    invited(world)
    provider.bend = bend
    with pytest.raises(SignInError, match="not meant for this sign-in"):
        arrive(way(world, provider), provider)
    assert "sign-in failed" in world.deeds()
    assert "signed in" not in world.deeds()


SIGNED: dict[str, Callable[[Claims], Any]] = {
    "not at all": unsigned,
    "with a shared secret": lambda claims: jwt.encode(claims, SECRET.ljust(64), "HS256"),
    "with the public key as secret": with_public_key_as_secret,
    "with a foreign key": signed_with(FOREIGN[0], "RS256", kid="rsa"),
    "with a key that is not published": signed_with(FOREIGN[0], "RS256", kid="other"),
    "with the key of another kind": signed_with(EC[0], "ES256", kid="rsa"),
    "by nobody in particular": lambda claims: "x.y.z",
    "with nothing": lambda claims: None,
}


@pytest.mark.parametrize("sign", SIGNED.values(), ids=SIGNED)
def test_what_the_issuer_did_not_sign_opens_nothing(
    world: World, provider: Provider, sign: Callable[[Claims], Any]
) -> None:
    """Neither `none` nor a secret that others know too."""
    invited(world)
    provider.sign = sign
    with pytest.raises(SignInError, match="not meant for this sign-in"):
        arrive(way(world, provider), provider)


@pytest.mark.parametrize(
    "sign", [signed_with(RSA[0], "PS256", kid="rsa"), signed_with(EC[0], "ES256", kid="ec")], ids=["PS256", "ES256"]
)
def test_other_good_signatures_are_taken(world: World, provider: Provider, sign: Callable[[Claims], str]) -> None:
    """Of keys that are published, by their name."""
    invited(world)
    provider.sign = sign
    assert known_as(world, arrive(way(world, provider), provider))[0] == "ivy"


def test_a_new_key_is_fetched_once_a_minute(world: World, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """When something is signed with it; a flood of unknown names asks for nothing more."""
    there, provider.keys = way(world, provider), [EC[1]]
    invited(world)
    for _ in range(3):
        with pytest.raises(SignInError):
            arrive(there, provider)
    assert provider.asked.count("/keys") == 1
    provider.keys = [RSA[1]]
    monkeypatch.setattr("wayside.access.signing.issuer.KEYS_AGAIN_S", 0)
    assert known_as(world, arrive(there, provider))[0] == "ivy"
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_an_answer_is_good_once_and_in_its_own_browser(world: World, provider: Provider) -> None:
    """The state, and the code for whoever gets hold of it."""
    there = way(world, provider)
    invited(world)
    back = back_from(provider, there.leave(VISIT, ADDRESS, TO))
    for other in (replace(back, visit="another cookie"), replace(back, visit=None), replace(back, state="x")):
        with pytest.raises(SignInError, match="used, replaced or is over"):
            there.arrive(other)
    assert known_as(world, there.arrive(back))[0] == "ivy"
    with pytest.raises(SignInError, match="used, replaced or is over"):
        there.arrive(back)
    stolen = back_from(provider, there.leave("the thief's cookie", ADDRESS, TO), "the thief's cookie", code=back.code)
    with pytest.raises(SignInError, match="refused"):
        there.arrive(stolen)


def test_a_code_that_was_asked_for_elsewhere_is_worth_nothing_here(world: World, provider: Provider) -> None:
    """The thief has the code before it is used, but not the verifier."""
    there = way(world, provider)
    invited(world)
    victim = provider.visited(there.leave(VISIT, ADDRESS, TO))
    own = back_from(provider, there.leave("the thief's cookie", ADDRESS, TO), "the thief's cookie")
    with pytest.raises(SignInError, match="refused"):
        there.arrive(replace(own, code=victim["code"]))


def test_an_answer_is_good_for_ten_minutes(world: World, provider: Provider) -> None:
    """Then one begins again."""
    there = way(world, provider)
    back = back_from(provider, there.leave(VISIT, ADDRESS, TO))
    world.clock.forward(minutes=11)
    with pytest.raises(SignInError, match="begin again"):
        there.arrive(back)


def test_an_answer_of_another_issuer_or_without_a_code_is_refused(world: World, provider: Provider) -> None:
    """RFC 9207, and what an issuer says that lets nobody in."""
    there = way(world, provider)
    with pytest.raises(SignInError):
        arrive(there, provider, iss="https://evil.example")
    with pytest.raises(SignInError, match="did not let you in"):
        arrive(there, provider, code=None)


@pytest.mark.parametrize(
    ("describe", "says"),
    [
        ({"issuer": "https://evil.example"}, "calls itself something else"),
        ({"token_endpoint": "https://evil.example/token"}, "a host that the settings do not"),
        ({"jwks_uri": "http://192.0.2.1/keys"}, "without TLS"),
        ({"jwks_uri": "file:///etc/passwd"}, "without TLS"),
        ({"token_endpoint": None}, "does not say its token_endpoint"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "without TLS"),
        ({"token_endpoint": "http://me@127.0.0.1/token"}, "a host that the settings do not"),
    ],
)
def test_nobody_but_the_stated_issuer_is_asked(world: World, provider: Provider, describe: Claims, says: str) -> None:
    """Whatever its description names: the tests' own guard would notice a look at another machine."""
    invited(world)
    provider.describe = describe
    with pytest.raises(SignInError, match=says):
        arrive(way(world, provider), provider)


def test_nothing_is_asked_before_somebody_signs_in(world: World, provider: Provider) -> None:
    """And an issuer that does not answer is named, without what was sent."""
    there = way(world, provider)
    assert provider.asked == []
    there.leave(VISIT, ADDRESS, TO)
    assert provider.asked == ["/.well-known/openid-configuration"]
    gone = Elsewhere(there.sign_in, Issuer(StatedIssuer("http://127.0.0.1:9", CLIENT, "x"), None, world.clock))
    with pytest.raises(SignInError, match=r"127\.0\.0\.1 does not answer"):
        gone.leave(VISIT, ADDRESS, TO)


def test_a_wrong_secret_and_odd_answers_are_refused(world: World, provider: Provider) -> None:
    """By status, and by what is no JSON object."""
    invited(world)
    wrong = Elsewhere(world.sign_in(), Issuer(stated_for(provider), "guessed", world.clock))
    with pytest.raises(SignInError, match=r"refused \(401\)"):
        arrive(wrong, provider)
    provider.keys = [None, {"kty": "oct", "k": "AAAA", "kid": "rsa"}]
    with pytest.raises(SignInError):
        arrive(way(world, provider), provider)


NAMES = [
    ({"preferred_username": "Ivy"}, {}, True),
    ({"preferred_username": "ivy@gate.example"}, {"domain": "Gate.example"}, True),
    ({"preferred_username": "ivy@evil.example"}, {"domain": "gate.example"}, False),
    ({"preferred_username": "ivy"}, {"domain": "gate.example"}, False),
    ({"preferred_username": "ivy@gate.example"}, {}, False),
    ({"preferred_username": 7}, {}, False),
    ({"email": "ivy@gate.example", "email_verified": True}, {"name_claim": "email", "domain": "gate.example"}, True),
    ({"email": "ivy@gate.example"}, {"name_claim": "email", "domain": "gate.example"}, False),
]


@pytest.mark.parametrize(("said", "settings", "let_in"), NAMES)
def test_the_name_is_read_as_the_site_says(
    world: World, provider: Provider, said: Claims, settings: Claims, let_in: bool
) -> None:
    """Whole, of one domain only, and an address only where the issuer has checked it."""
    invited(world)
    provider.who = {"sub": "1", **said}
    there = way(world, provider, **settings)
    if let_in:
        assert known_as(world, arrive(there, provider))[0] == "ivy"
        return
    with pytest.raises(SignInError, match="nobody here"):
        arrive(there, provider)


def test_a_name_that_is_none_makes_no_account(world: World, provider: Provider) -> None:
    """Nor one that is nobody's own."""
    for name in ("ivy the great", "admin", ""):
        provider.who = {"sub": name or "x", "preferred_username": name}
        with pytest.raises(SignInError, match="nobody here"):
            arrive(way(world, provider, make_accounts=True), provider)


def test_going_to_the_issuer_is_counted(world: World, provider: Provider) -> None:
    """By address, like every attempt to sign in."""
    there = way(world, provider)
    with pytest.raises(LimitError):
        for _ in range(21):
            there.leave(VISIT, ADDRESS, TO)


def test_without_the_extra_the_site_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """When serving begins, and what to install."""
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(UsageError, match=r"wayside\[oidc\]"):
        Issuer(StatedIssuer("https://login.example", CLIENT, "x"), None)


def test_what_goes_out_tells_nothing_of_the_cookie() -> None:
    """Three words for three uses, none of which leads back to its key."""
    errand = Errand("once", VISIT)
    words = {errand.state, errand.nonce, errand.verifier, errand.challenge}
    assert len(words) == 4
    assert not any(VISIT in word for word in words)
    assert len(errand.verifier) == 43
