# SPDX-License-Identifier: Apache-2.0
"""Signed notes: the published example byte for byte, several signers, and every mangling refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.record.journal import (
    MalformedError,
    PublicKey,
    SignatureError,
    SigningKey,
    open_note,
    parse_note,
    sign_note,
)

VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
EXAMPLE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"
"""The example of the reference implementation (golang.org/x/mod/sumdb/note, example_test.go)."""

PETER = PublicKey.parse(VKEY)
ALICE, BOB = SigningKey.make("example.com/alice"), SigningKey.make("example.com/bob")


def test_the_published_example() -> None:
    """Keys and note come out as the reference writes them, and are understood."""
    key = SigningKey.parse(SKEY)
    assert (str(key.public), key.secret(), key.public.id.hex()) == (VKEY, SKEY, "c74f20a3")
    assert sign_note(TEXT, [key]) == EXAMPLE
    assert open_note(EXAMPLE, [PETER]).text == TEXT


def test_several_sign_and_strangers_are_ignored() -> None:
    """Known signers are told; a stranger's signature counts neither for nor against."""
    note = sign_note("seen\n", [ALICE, SigningKey.make("stranger"), BOB])
    assert open_note(note, [BOB.public, ALICE.public, PETER]).by == (ALICE.public, BOB.public)
    assert open_note(note, [BOB.public]).by == (BOB.public,)
    with pytest.raises(SignatureError, match="no key that is known"):
        open_note(note, [PETER])


def test_the_same_signature_twice_is_one_signer() -> None:
    """Repeating oneself adds nothing."""
    note = sign_note("seen\n", [ALICE])
    assert open_note(note + note.split("\n\n")[1], [ALICE.public]).by == (ALICE.public,)


def test_a_known_keys_false_signature_spoils_the_note() -> None:
    """However many others signed rightly."""
    note = sign_note("seen\n", [ALICE, BOB])
    with pytest.raises(SignatureError, match="is false"):
        open_note(note.replace("seen", "unseen"), [ALICE.public])
    swapped = str(parse_note(note)).replace("/bob", "/alice")
    impostor = PublicKey("example.com/alice", BOB.public.public)
    with pytest.raises(SignatureError, match="is false"):
        open_note(f"{swapped}— {impostor.name} {base64.b64encode(impostor.id + bytes(64)).decode()}\n", [impostor])


def test_a_name_or_an_id_alone_makes_no_signer() -> None:
    """Both must be those of a known key."""
    namesake = SigningKey.make("PeterNeumann")
    with pytest.raises(SignatureError, match="no key"):
        open_note(sign_note(TEXT, [namesake]), [PETER])
    with pytest.raises(SignatureError, match="no key"):
        open_note(EXAMPLE.replace("— Peter", "— Paul"), [PETER])


@pytest.mark.parametrize("place", range(0, len(EXAMPLE) - 1))
def test_no_character_of_a_note_may_change(place: int) -> None:
    """Text, name, key id or signature."""
    changed = EXAMPLE[:place] + chr(ord(EXAMPLE[place]) ^ 1) + EXAMPLE[place + 1 :]
    with pytest.raises((MalformedError, SignatureError)):
        open_note(changed, [PETER])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        f"{TEXT}\n",
        EXAMPLE.rstrip("\n"),
        EXAMPLE.removeprefix(TEXT),
        EXAMPLE.replace("\n\n", "\n"),
        EXAMPLE.replace("\n", "\r\n"),
        f"{EXAMPLE}\n",
        f"{EXAMPLE}more\n",
        EXAMPLE.replace("problem", "prob\tlem"),
        EXAMPLE.replace("problem", "prob\x00lem"),
        EXAMPLE.replace("problem", "prob\udc80lem"),
        EXAMPLE.replace("— ", "- "),
        EXAMPLE.replace("— ", "—  "),
        EXAMPLE.replace("— PeterNeumann ", "— PeterNeumann"),
        EXAMPLE.replace("— PeterNeumann ", "— Peter Neumann "),
        EXAMPLE.replace("— PeterNeumann ", "— Peter+Neumann "),
        EXAMPLE.replace("— PeterNeumann ", "— Peter\u00a0Neumann "),
        EXAMPLE.replace("JnAM=", "JnAN="),
        EXAMPLE.replace("JnAM=", "JnAM"),
        EXAMPLE.replace("JnAM=", "JnAM= "),
        EXAMPLE.replace(SIGNATURE, "x08gow=="),
        EXAMPLE.replace(SIGNATURE, "x08g*w=="),
        EXAMPLE + "— a AAAAAAA=\n" * 100,
        "x" * 2**20 + EXAMPLE,
    ],
    ids=repr,
)
def test_malformed_notes_are_refused(note: str) -> None:
    """Before anything in them is looked at."""
    with pytest.raises(MalformedError):
        open_note(note, [PETER])


def test_an_empty_line_may_stand_in_the_text() -> None:
    """The last one parts text from signatures; so no text can pretend to be a signature."""
    text = "first\n\n— PeterNeumann x08gow==\n"
    assert open_note(sign_note(text, [ALICE]), [ALICE.public]).text == text
    with pytest.raises(SignatureError):
        open_note(sign_note(text, [ALICE]), [PETER])


@pytest.mark.parametrize("text", ["", "no line break", "bell\x07\n"])
def test_what_no_note_can_hold_is_not_signed(text: str) -> None:
    """It could not be read again."""
    with pytest.raises(MalformedError):
        sign_note(text, [ALICE])
    with pytest.raises(MalformedError):
        sign_note("nobody\n", [])


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=200))
def test_any_line_can_be_signed(line: str) -> None:
    """In any language."""
    assert open_note(sign_note(f"{line}\n", [ALICE]), [ALICE.public]).text == f"{line}\n"


def mangled(key: str) -> list[str]:
    """All its pieces, and the key with one character changed."""
    pieces = [key[begin:end] for begin in range(len(key)) for end in range(begin, len(key) + 1)]
    changed = [key[:place] + chr(ord(key[place]) + 1) + key[place + 1 :] for place in range(len(key))]
    return [one for one in pieces + changed if one != key]


def test_mangled_public_keys_are_refused() -> None:
    """As in the reference implementation's own tests; also a longer key and an unknown kind with matching ids."""
    bad = [
        *mangled(VKEY),
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        VKEY.replace("c74f", "C74F"),
    ]
    for one in bad:
        with pytest.raises(MalformedError):
            PublicKey.parse(one)


def test_mangled_signing_keys_are_refused() -> None:
    """A typing error must not make another key of it."""
    for one in mangled(SKEY):
        with pytest.raises(MalformedError):
            SigningKey.parse(one)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "tab\t", "line\n", "\u2003"])
def test_names_that_no_note_can_carry(name: str) -> None:
    """Are refused when the key is made."""
    with pytest.raises(MalformedError, match="key's name"):
        SigningKey.make(name)


def test_the_fingerprint_is_for_reading_out() -> None:
    """Sixteen groups of four digits, the same for the same key."""
    groups = PETER.fingerprint.split(" ")
    assert [len(group) for group in groups] == [4] * 16
    assert PublicKey.parse(VKEY).fingerprint == PETER.fingerprint != ALICE.public.fingerprint
