# SPDX-License-Identifier: Apache-2.0
"""Signed notes (c2sp.org/signed-note) with Ed25519: text that anyone can read, with lines that say who stands by it.

Keys are written as the Go module `golang.org/x/mod/sumdb/note` writes them: `NAME+KEYID+BASE64` for the public one,
`PRIVATE+KEY+NAME+KEYID+BASE64` for the one that signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wayside.record.journal import base64text
from wayside.record.journal.errors import MalformedError, SignatureError

ED25519 = b"\x01"
"""The signature type of c2sp.org/signed-note."""
KEY_BYTES, KEY_ID_BYTES = 32, 4
PRIVATE = "PRIVATE+KEY+"
LEAD = "— "
MOST_BYTES = 2**20
MOST_SIGNATURES = 100
"""More than any witness network needs (at least 16 must be taken), few enough to be checked at once."""


def check_name(name: str) -> str:
    """A key's name; raises MalformedError where a note could not carry it."""
    if not name or "+" in name or any(letter.isspace() or not letter.isprintable() for letter in name):
        raise MalformedError("a key's name is not empty and has no space, plus sign or control character in it")
    return name


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that tell keys of one name apart."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:KEY_ID_BYTES]


def _read_key(text: str, what: str) -> tuple[str, bytes, bytes]:
    """Name, key id and 32 bytes of key; raises MalformedError."""
    name, *rest = text.split("+", 2)
    if len(rest) != 2 or len(rest[0]) != 2 * KEY_ID_BYTES or set(rest[0]) - set("0123456789abcdef"):
        raise MalformedError(f"{what} is not of the form NAME+KEYID+BASE64")
    data = base64text.decode(rest[1], what, 1 + KEY_BYTES)
    if not data.startswith(ED25519):
        raise MalformedError(f"{what} is not an Ed25519 key, the only kind that is known here")
    return check_name(name), bytes.fromhex(rest[0]), data[1:]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A named key that signatures are checked with."""

    name: str
    public: bytes
    """32 bytes, as RFC 8032 encodes them."""

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Reads `NAME+KEYID+BASE64`; raises MalformedError."""
        name, identifier, public = _read_key(vkey, "the public key")
        if identifier != key_id(name, public):
            raise MalformedError("the public key does not have the key id that stands before it")
        return cls(name, public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64text.encode(ED25519 + self.public)}"

    @property
    def id(self) -> bytes:
        """Four bytes."""
        return key_id(self.name, self.public)

    @property
    def fingerprint(self) -> str:
        """What two people compare over the telephone: SHA-256 of the 32 bytes, in groups of four hexadecimal digits."""
        digits = sha256(self.public).hexdigest()
        return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))

    def verifies(self, signature: bytes, text: str) -> bool:
        """Whether a signature of this text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A named key that signs."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey(check_name(name), private.public_key().public_bytes_raw())

    @classmethod
    def make(cls, name: str) -> Self:
        """A new one; raises MalformedError for a name that no note can carry."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, skey: str) -> Self:
        """Reads `PRIVATE+KEY+NAME+KEYID+BASE64`; raises MalformedError."""
        if not skey.startswith(PRIVATE):
            raise MalformedError("the signing key does not begin with PRIVATE+KEY+")
        name, identifier, seed = _read_key(skey.removeprefix(PRIVATE), "the signing key")
        key = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if identifier != key.public.id:
            raise MalformedError("the signing key does not have the key id that stands before it")
        return key

    def secret(self) -> str:
        """The form that `parse` reads: for the key's file and nowhere else."""
        key = base64text.encode(ED25519 + self._private.private_bytes_raw())
        return f"{PRIVATE}{self.public.name}+{self.public.id.hex()}+{key}"

    def sign(self, text: str) -> bytes:
        """64 bytes over a note's text."""
        return self._private.sign(text.encode())


class Signature(NamedTuple):
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{LEAD}{self.name} {base64text.encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was written: nothing in it may be believed before `open_note`."""

    text: str
    """With its last newline."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


@dataclass(frozen=True, slots=True)
class SignedText:
    """What was signed, and by which of the keys that we know."""

    text: str
    by: tuple[PublicKey, ...]


def sign_note(text: str, keys: Sequence[SigningKey]) -> str:
    """A note over `text`; raises MalformedError where no note can hold it."""
    signatures = tuple(Signature(key.public.name, key.public.id, key.sign(text)) for key in keys)
    note = str(Note(text, signatures))
    parse_note(note)
    return note


def parse_note(note: str) -> Note:
    """Reads a note without believing it; raises MalformedError."""
    if len(note.encode(errors="surrogatepass")) > MOST_BYTES:
        raise MalformedError(f"a note of more than {MOST_BYTES} bytes")
    if any((letter < " " and letter != "\n") or "\ud800" <= letter <= "\udfff" for letter in note):
        raise MalformedError("a note has a control character, or is not UTF-8")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise MalformedError("a note has a text, an empty line, and then lines of signatures")
    signatures = tuple(_read_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise MalformedError(f"a note has more than {MOST_SIGNATURES} signatures")
    return Note(text + "\n", signatures)


def _read_signature(line: str) -> Signature:
    """Reads `— NAME BASE64`; raises MalformedError."""
    name, space, encoded = line.removeprefix(LEAD).partition(" ")
    if not line.startswith(LEAD) or not space:
        raise MalformedError("a signature line is not of the form “— NAME BASE64”")
    data = base64text.decode(encoded, "a signature")
    if len(data) <= KEY_ID_BYTES:
        raise MalformedError("a signature is empty")
    return Signature(check_name(name), data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def open_note(note: str, keys: Iterable[PublicKey]) -> SignedText:
    """The text of a note that at least one of `keys` signed; signatures of keys that we do not know are ignored.

    Raises MalformedError; SignatureError where none of `keys` signed, or where one is said to have signed and did not.
    """
    read, known = parse_note(note), {(key.name, key.id): key for key in keys}
    by: dict[PublicKey, None] = {}
    for one in read.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        if not key.verifies(one.signature, read.text):
            raise SignatureError(f"the signature of {key.name}+{key.id.hex()} is false: text or signature was changed")
        by[key] = None
    if not by:
        raise SignatureError("no key that is known here has signed")
    return SignedText(read.text, tuple(by))
