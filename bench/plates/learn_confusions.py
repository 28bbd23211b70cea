# SPDX-License-Identifier: Apache-2.0
"""Learns how often one plate character is read as another, and writes it as data of the `plates` room.

Run from the repository root: `python -m bench.plates.learn_confusions`. Only rows whose licence lets us
ship what is learned from them (openlpr: Apache-2.0, Open Images: CC BY) are counted, `train` only. The
result holds counts of character pairs and rates, no plate.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

DATA = Path(os.environ.get("WAYSIDE_DATA_PACK", "../shared/data")) / "plates" / "plates.csv"
TARGET = Path("src/wayside/plates/data/confusions.toml")
SHIPPABLE = {"openlpr", "openimages_unknowncz"}
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMOOTHING = 2.0
"""Pseudo-count of errors per read character, spread over all others: the pack is small."""
KEEP_ABOVE = 0.002


def rows() -> Iterator[tuple[str, str]]:
    """Pairs (truth, reading) of one-line plates that a person checked."""
    with DATA.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            wanted = row["split"] == "train" and row["verified"] == "1" and row["lines"] == "1"
            if wanted and row["source"] in SHIPPABLE and row["kind"] != "other" and "?" not in row["text"]:
                yield row["text"], row["machine_text"]


def aligned(truth: str, read: str) -> list[tuple[str, str]] | None:
    """Pairs of characters along the cheapest alignment; None where the two differ by more than half."""
    cost = [[i + j if i * j == 0 else 0 for j in range(len(read) + 1)] for i in range(len(truth) + 1)]
    for i, t in enumerate(truth, 1):
        for j, r in enumerate(read, 1):
            cost[i][j] = min(cost[i - 1][j - 1] + (t != r), cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    if cost[-1][-1] * 2 > len(truth):
        return None
    pairs, i, j = [], len(truth), len(read)
    while i and j:
        if cost[i][j] == cost[i - 1][j - 1] + (truth[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((truth[i], read[j]))
        elif cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return pairs


def learn() -> tuple[int, Counter[tuple[str, str]]]:
    """Number of plates used and how often each (truth, read) pair of characters stood together."""
    used, counts = 0, Counter[tuple[str, str]]()
    for truth, read in rows():
        pairs = aligned(truth, read)
        if pairs is not None:
            used += 1
            counts.update(pairs)
    return used, counts


def rates(counts: Counter[tuple[str, str]], read: str) -> dict[str, float]:
    """Share of each true character behind one read character, smoothed, the rare ones left out."""
    total = sum(n for (_, r), n in counts.items() if r == read) + SMOOTHING
    floor = SMOOTHING / (len(ALPHABET) - 1)
    shares = {t: (counts[t, read] + (floor if t != read else 0.0)) / total for t in ALPHABET}
    kept = {t: share for t, share in shares.items() if share >= KEEP_ABOVE and (counts[t, read] or t == read)}
    return dict(sorted(kept.items(), key=lambda item: -item[1]))


def shares(counts: Counter[tuple[str, str]]) -> dict[str, float]:
    """Share of each true character among all."""
    total = sum(counts.values())
    return {true: sum(n for (t, _), n in counts.items() if t == true) / total for true in ALPHABET}


def main() -> None:
    used, counts = learn()
    lines = [
        "# Learned by bench/plates/learn_confusions.py; do not edit by hand.",
        "# For each character as read: how often each character truly stood on the plate.",
        'source = "readings of PP-OCRv6 on openlpr (Apache-2.0) and Open Images (CC BY) crops, train, checked by eye"',
        f"plates = {used}",
        f"characters = {sum(counts.values())}",
        "",
        "[true_given_read]",
    ]
    for read in ALPHABET:
        body = ", ".join(f"{t} = {share:.4f}" for t, share in rates(counts, read).items())
        lines.append(f"{read} = {{ {body} }}")
    lines += ["", "# How often each character stands on the plates at all.", "[share]"]
    lines += [f"{true} = {share:.4f}" for true, share in shares(counts).items()]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
