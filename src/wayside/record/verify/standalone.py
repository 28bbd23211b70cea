# SPDX-License-Identifier: Apache-2.0
"""Checks a Wayside evidence bundle with Python's standard library alone: python standalone.py BUNDLE [KEYS]

Every formula is here (docs/reference/bundle-format.md). KEYS: a text file with the site's public keys, had from
somewhere else than the bundle. Exit code 0: sound; 1: damaged or forged; 2: could not be checked.
"""

import base64
import json
import re
import sys
import zipfile
from datetime import datetime
from functools import partial
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

NUMBER = "(0|[1-9][0-9]{0,18})"
FIXED = r"bundle\.(json|note)|checkpoint|keys\.txt|passages\.jsonl|sheet\.pdf"
NAMES = re.compile(rf"{FIXED}|entries/{NUMBER}\.json|proofs/{NUMBER}\.tlog-proof|pictures/[0-9a-f]{{64}}\.jpg")
FALSE = {None, 22}  # errno where not the disk fails: what the archive says of itself cannot be unpacked, or found
Keys = dict[tuple[str, bytes], bytes]  # by name and key id
unbase64 = partial(base64.b64decode, validate=True)
# Ed25519 (RFC 8032, section 5.1): a point is (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]


def require(holds: bool, sentence: str) -> None:
    """Raises ValueError with the sentence where something does not hold."""
    if not holds:
        raise ValueError(sentence)


def plus(a: Point, b: Point) -> Point:
    """The sum of two points."""
    u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = v - u, d - c, d + c, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """A multiple of a point."""
    product = (0, 1, 1, 0)
    for bit in bin(scalar)[2:]:
        product = plus(product, product)
        product = plus(product, point) if bit == "1" else product
    return product


def point_from(data: bytes) -> Point:
    """Reads a point; raises ValueError where the 32 bytes are none, or another spelling of one."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    require(y < P and x * x % P == square and not (x == 0 and sign) and len(data) == 32, "not a point of the curve")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def signature_holds(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is that of this key over this text; raises ValueError where it is no signature."""
    key, r, s = point_from(public), point_from(signature[:32]), int.from_bytes(signature[32:], "little")
    require(len(signature) == 64 and s < L and times(8, key)[0] != 0, "not an Ed25519 signature")
    k = int.from_bytes(sha512(signature[:32] + public + text).digest(), "little") % L
    base = point_from((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    left, right = times(s, base), plus(r, times(k, key))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def read_keys(text: str) -> Keys:
    """Public keys (C2SP: NAME+KEYID+BASE64, one a line, # for remarks) by name and key id."""
    lines = [line.split(" until ")[0].split("+", 2) for line in text.splitlines() if line and line[0] != "#"]
    keys = {(name, sha256(f"{name}\n".encode() + unbase64(key)).digest()[:4]): unbase64(key) for name, _, key in lines}
    require(all(len(key) == 33 and key[0] == 1 for key in keys.values()), "a public key is not an Ed25519 key")
    return {place: key[1:] for place, key in keys.items()}


def signed_text(note: bytes, keys: Keys, what: str) -> str:
    """The text of a signed note (c2sp.org/signed-note) that one of the keys signed."""
    text, _, signatures = note.decode().rpartition("\n\n")
    lines = [line.split(" ") for line in signatures.removesuffix("\n").split("\n")]
    named = [(dash, (name, unbase64(data)[:4]), data) for dash, name, data in lines]
    known = [(keys[place], data) for dash, place, data in named if dash == "—" and place in keys]
    require(bool(known), f"{what}: no key that is trusted has signed it")
    for key, data in known:
        require(signature_holds(key, f"{text}\n".encode(), unbase64(data)[4:]), f"{what}: a signature is false")
    return f"{text}\n"


def root_from(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2); empty where its length is wrong."""
    here, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0 or len(sibling) != 32:
            return b""
        if here & 1 or here == last:
            root = sha256(b"\x01" + sibling + root).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            root = sha256(b"\x01" + root + sibling).digest()
        here, last = here >> 1, last >> 1
    return root if last == 0 and index < size else b""


def check_entry(texts: dict[str, bytes], seq: int, size: int, root: bytes) -> dict[str, Any]:
    """An entry of the journal whose proof leads to the signed root."""
    entry: dict[str, Any] = json.loads(texts[f"entries/{seq}.json"])
    told = b"wayside/v1\0" + bytes.fromhex(entry["salt"]) + sha256(entry["payload"].encode()).digest()
    leaf = sha256(b"\0" + seq.to_bytes(8, "big") + entry["kind"].encode() + b"\0" + sha256(told).digest()).digest()
    head, _, checkpoint = texts[f"proofs/{seq}.tlog-proof"].decode().partition("\n\n")
    first, index, *proof = head.split("\n")
    require([first, index] == ["c2sp.org/tlog-proof@v1", f"index {seq}"], f"entry {seq}: the proof is of another one")
    require(checkpoint.encode() == texts["checkpoint"], f"entry {seq}: the proof has another checkpoint")
    found = root_from(seq, size, leaf, [unbase64(one) for one in proof])
    require(entry["seq"] == seq and found == root, f"entry {seq}: is not the one that the journal holds")
    return entry


def agrees(line: dict[str, Any], row: list[Any]) -> bool:
    """Whether the line of a passage says what the payload of its entry says."""
    more, meant, crossed = json.loads(row[16]), line["registration"] or {}, line["direction"]["crossings"]
    times = [line["began_at"], line["ended_at"], *(one["at"] for one in crossed)]
    said: list[Any] = [round(datetime.fromisoformat(time).timestamp() * 1000) for time in times]
    said += [line["id"], line["camera"], line["vehicle"]["kind"], line["plate"]["text"]]
    said += [meant.get(key) for key in ("country", "class", "sender_code")]
    said += [line["occupants"][key] for key in ("status", "at_least", "best", "at_most")]
    said += [[one["gate"], one["way"]] for one in crossed] + [[one["role"], one["sha256"]] for one in line["evidence"]]
    stated = [*row[3:5], *(one[2] for one in more[4]), row[0], row[2], row[6], *row[8:16]]
    return said == stated + [one[:2] for one in more[4] + more[8]]


def check_files(path: Path, trusted: str | None) -> tuple[dict[str, bytes], dict[str, Any], bytes]:
    """The texts, the manifest and the signed root of a bundle whose files and signatures hold; nothing is unpacked."""
    texts, files = {}, {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            good = NAMES.fullmatch(info.filename) and info.filename not in files and info.file_size < 2**30
            require(bool(good), "the archive has a file that belongs to no bundle, or one file twice")
            data = archive.read(info)
            files[info.filename] = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
            texts[info.filename] = b"" if info.filename.endswith((".jpg", ".pdf")) else data
    keys = read_keys(texts["keys.txt"].decode() if trusted is None else trusted)
    digest, _ = files.pop("bundle.json")["sha256"], files.pop("bundle.note")
    named = signed_text(texts["bundle.note"], keys, "bundle.note") == f"wayside.bundle/v1\n{digest}\n"
    require(named, "bundle.json is not the one that was signed")
    said = json.loads(texts["bundle.json"])
    for name in sorted(files.keys() | said["files"].keys()):
        require(files.get(name) == said["files"].get(name), f"{name} is not the file that was signed, or is missing")
    origin, size, root = signed_text(texts["checkpoint"], keys, "checkpoint").split("\n")[:3]
    require([origin, size] == [said["origin"], str(said["size"])], "the checkpoint is of another journal or size")
    return texts, said, unbase64(root)


def check_bundle(path: Path, trusted: str | None = None) -> dict[str, Any]:
    """The manifest of a bundle that holds; `trusted`: the site's public keys, None: those in the bundle.

    Raises OSError, its errno none of FALSE, where no file can be read; anything else where it is no sound bundle.
    """
    texts, manifest, root = check_files(path, trusted)
    numbers = (int(name[8:-5]) for name in texts if name.startswith("entries/"))
    entries = {seq: check_entry(texts, seq, manifest["size"], root) for seq in numbers}
    export, said = json.loads(entries[manifest["entry"]]["payload"]), manifest["export"]
    same = export["export_id"] == said["id"] and entries[manifest["entry"]]["kind"] == "export"
    same &= all(export[key] == said[key] for key in ("at", "person", "reason", "reference"))
    require(same, "the journal tells of another export")
    lines = [json.loads(line) for line in texts["passages.jsonl"].decode().splitlines()]
    for line, one in zip(lines, manifest["passages"], strict=True):
        row, where = json.loads(entries[one["seq"]]["payload"]), f"passage {one['id']}"
        named = [[picture["role"], picture["sha256"]] for picture in one["pictures"]]
        same = [entries[one["seq"]]["kind"], row[0]] == ["passage", one["id"]]
        same &= named == [of[:2] for of in json.loads(row[16])[8]]
        require(same, f"{where}: its entry is of another passage or names other pictures")
        require(agrees(line, row), f"{where}: its line does not say what its entry says")
        there = [f"pictures/{picture['sha256']}.jpg" in texts for picture in one["pictures"]]
        require(there == [picture["held"] for picture in one["pictures"]], f"{where}: a picture is missing or too many")
    return manifest


def main(arguments: list[str]) -> int:
    """Checks the bundle that is named, and says what it is."""
    try:
        trusted = Path(arguments[1]).read_text("utf-8") if arguments[1:] else None
        manifest = check_bundle(Path(arguments[0]), trusted)
    except Exception as error:
        print(f"damaged, forged or not to be read: {error!r}")
        return 2 if getattr(error, "errno", None) not in FALSE else 1
    whose = "" if trusted else ", if the keys in keys.txt are the site's (compare them with what it has published)"
    print(f"sound{whose}: {len(manifest['passages'])} passages of {manifest['origin']}. {manifest['notice']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) in {2, 3} else f"{__doc__}")
