# SPDX-License-Identifier: Apache-2.0
"""Measures the `plates` room: `python -m bench.plates.measure [PART…]` writes `bench/results/plates.json`.

decode, vote, index: times as CPU time of this process, so that other work on the machine counts little.
strict: what syntax makes of machine reads of real European crops. classes: class and country of real plates.
misread: British plates with one character exchanged. No plate of the data pack is written anywhere.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from bench.pack import PACK
from wayside.domain import Box, PlateClass, PlateRead
from wayside.plates import PlateIndex, agreed_class, decode, strict, vote
from wayside.plates.notation import Form
from wayside.plates.tables import authorities, series_by_rule
from wayside.plates.text import ALPHABET, normalise

RESULTS = Path(__file__).parents[1] / "results" / "plates.json"
INDEXED = 10_000_000
QUESTIONS = 2_000
MISREAD = 10_000
TWINS = str.maketrans("OI", "01")
EUROPE = {
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
}
BRITISH_CIVIL = ("gb/current", "gb/prefix", "gb/suffix", "gb/dateless", "gb/northern-ireland")
BRITISH_MISSIONS = ("gb/diplomatic", "gb/diplomatic-staff")

Row = dict[str, str]
Figures = dict[str, float]


def microseconds(calls: Iterable[Callable[[], object]]) -> Figures:
    """CPU time of each call."""
    taken = []
    for call in calls:
        began = time.process_time_ns()
        call()
        taken.append((time.process_time_ns() - began) / 1000)
    return {
        "mean_us": round(float(np.mean(taken)), 1),
        "p50_us": round(float(np.percentile(taken, 50)), 1),
        "p95_us": round(float(np.percentile(taken, 95)), 1),
        "calls": len(taken),
    }


def measure_decode() -> Figures:
    """Every worked example of the shipped tables, without a country, after one warming round."""
    file = resources.files("wayside.plates") / "data" / "examples.csv"
    texts = [row["text"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    for text in texts:
        decode(text)
    return microseconds(lambda text=text: decode(text) for text in texts)  # type: ignore[misc]


def looks(chance: random.Random) -> list[PlateRead]:
    """Twenty reads of one made-up vehicle: three in four right, the rest with a character changed, lost or added."""
    plate = drawn(chance.choice(series_by_rule()["gb/current"].forms), chance)
    reads = []
    for _ in range(20):
        place, stray = chance.randrange(len(plate)), chance.choice(ALPHABET)
        damaged = (plate[:place] + stray, plate[:place], plate[:place] + stray + plate[place])
        text = plate if chance.random() < 0.75 else chance.choice(damaged) + plate[place + 1 :]
        positions = []
        for character in text:
            sure = chance.uniform(0.5, 0.99)
            other = chance.choice(ALPHABET.replace(character, ""))
            positions.append(((character, sure), (other, (1 - sure) / 2)))
        reads.append(PlateRead(tuple(positions), Box(0, 0, 100, 20), 0.5))
    return reads


def measure_vote() -> Figures:
    """Twenty reads of each of three hundred made-up vehicles."""
    chance = random.Random(1)
    vehicles = [looks(chance) for _ in range(300)]
    for reads in vehicles[:20]:
        vote(reads)
    return microseconds(lambda reads=reads: vote(reads) for reads in vehicles)  # type: ignore[misc]


def random_codes(number: int) -> np.ndarray:
    """That many distinct made-up plates of seven characters as the index keeps them, sorted."""
    chance = np.random.default_rng(1)
    rest = np.unique(chance.integers(0, 36**7, size=number + number // 50, dtype=np.uint64))
    rest = rest[np.sort(chance.permutation(len(rest))[:number])]
    codes = np.zeros(number, dtype=np.uint64)
    for place in range(7):
        rest, value = np.divmod(rest, np.uint64(36))
        codes += (value + np.uint64(1)) * np.uint64(37 ** (5 + place))
    return np.sort(codes)


def measure_index() -> Figures:
    """Plates within one error of plates that are there, one character exchanged in each question."""
    from wayside.plates.index import decode_code

    index = PlateIndex(random_codes(INDEXED))
    chance = random.Random(2)
    asked = []
    for code in chance.sample(range(INDEXED), QUESTIONS):
        text = decode_code(int(index.codes[code]))
        place = chance.randrange(len(text))
        asked.append(text[:place] + chance.choice(ALPHABET) + text[place + 1 :])
    figures = microseconds(lambda text=text: index.within_one_error(text) for text in asked)  # type: ignore[misc]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures | {"plates": len(index), "index_mib": round(index.codes.nbytes / 2**20), "peak_mib": round(peak_mib)}


def pack_rows(split: str) -> list[Row]:
    """One-line plates of the data pack that a person checked and could read."""
    with (PACK / "plates" / "plates.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split and row["verified"] == "1"]
    return [row for row in rows if "?" not in row["text"] and row["kind"] != "other"]


def measure_strict() -> dict[str, Figures]:
    """Machine reads of European crops as they are and after `strict`, without and with the country."""
    found = {}
    for split in ("train", "val"):
        rows = [
            row for row in pack_rows(split) if row["lines"] == "1" and row["region"] in EUROPE and row["machine_text"]
        ]
        for known in (False, True):
            named = f"{split}, country {'given' if known else 'not given'}"
            found[named] = lifted([(r["text"], r["machine_text"], r["region"] if known else None) for r in rows])
    return found


def lifted(reads: Sequence[tuple[str, str, str | None]]) -> Figures:
    """Exact and merged (O=0, I=1) accuracy before and after, and how many right reads were spoiled."""
    settled = [(plate, read, strict(read, country=country)[0].text) for plate, read, country in reads]
    exact = [plate == read for plate, read, _ in settled]
    merged = [plate.translate(TWINS) == read.translate(TWINS) for plate, read, _ in settled]
    after = [plate == text for plate, _, text in settled]
    after_merged = [plate.translate(TWINS) == text.translate(TWINS) for plate, _, text in settled]
    spoiled = sum(was and not is_now for was, is_now in zip(exact, after, strict=True))
    spoiled_merged = sum(was and not is_now for was, is_now in zip(merged, after_merged, strict=True))
    return {
        "reads": len(settled),
        "exact_before": share(exact),
        "merged_before": share(merged),
        "exact_after": share(after),
        "merged_after": share(after_merged),
        "right_reads_spoiled": round(spoiled / max(1, sum(exact)), 4),
        "right_reads_spoiled_merged": round(spoiled_merged / max(1, sum(merged)), 4),
    }


def share(marks: Sequence[bool]) -> float:
    return round(sum(marks) / len(marks), 4)


def measure_classes() -> Figures:
    """Class, and the country among the first two where at most two countries issue such a text."""
    rows = {(r["text"], r["region"]): r for split in ("train", "val") for r in pack_rows(split)}
    known = [r for r in rows.values() if r["region"] in {a.country for a in authorities()}]
    found = [(row, decode(row["text"])) for row in known]
    told = [(row, [x.country for x in regs][:2]) for row, regs in found if tellable(row["text"])]
    return {
        "plates": len(known),
        "countries": len({row["region"] for row in known}),
        "class_right": share([regs[0].plate_class == row["kind"] for row, regs in found]),
        "syntax_can_tell": len(told),
        "country_among_first_two": share([row["region"] in countries for row, countries in told]),
        "country_first_of_all": share([regs[0].country == row["region"] for row, regs in found]),
    }


def tellable(text: str) -> bool:
    """Whether the tables have the text as a plate of one or two countries."""
    plain = normalise(text)
    issuers = {s.country for s in series_by_rule().values() if any(form.fits(plain) for form in s.forms)}
    return 1 <= len(issuers) <= 2


def drawn(form: Form, chance: random.Random) -> str:
    """One text of a form."""
    text = [chance.choice(sorted(place)) for place in form.places]
    for part in form.lists:
        text[part.start : part.end] = chance.choice(sorted(part.codes))
    return "".join(text)


def measure_misread() -> dict[str, Figures]:
    """What is reported of British plates at a British camera with one character exchanged for any other."""
    found = {}
    for named, rules in (("diplomatic", BRITISH_MISSIONS), ("civil", BRITISH_CIVIL)):
        chance = random.Random(1926)
        reported = {kind.value: 0.0 for kind in PlateClass}
        for _ in range(MISREAD // 2):
            text = drawn(chance.choice(series_by_rule()[chance.choice(rules)].forms), chance)
            place = chance.randrange(len(text))
            seen = text[:place] + chance.choice(ALPHABET.replace(text[place], "")) + text[place + 1 :]
            reported[agreed_class(decode(seen, country="GB"), country="GB").value] += 1
        found[named] = {kind: number for kind, number in reported.items() if number}
    return found


PARTS: dict[str, Callable[[], object]] = {
    "decode": measure_decode,
    "vote": measure_vote,
    "index": measure_index,
    "strict": measure_strict,
    "classes": measure_classes,
    "misread": measure_misread,
}


def main(wanted: Sequence[str]) -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results["machine"] = {"cores": os.cpu_count(), "python": platform.python_version(), "arch": platform.machine()}
    for part in wanted or PARTS:
        results[part] = {"load_average": round(os.getloadavg()[0], 1), "figures": PARTS[part]()}
        print(part, json.dumps(results[part]), flush=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
