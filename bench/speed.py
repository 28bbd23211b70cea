# SPDX-License-Identifier: Apache-2.0
"""Frames a second and memory of `wayside watch` on 1080p, with vehicles in view and on an empty road.

The clips are made from what is at hand: the demo's clip and a real traffic clip enlarged to 1920 × 1080, and one
frame of the demo's road with fresh noise for every frame. Enlarging changes what is seen, not what it costs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from bench.pack import PACK

SIZE = (1920, 1080)
DEMO = Path(__file__).parents[1] / "demo" / "gate.mp4"
SECONDS = 20
FPS = 25

MEASURE = """
import sys, time
from wayside.cli import main
began = time.perf_counter()
sys.argv = ["wayside", "watch", sys.argv[1], "--data", sys.argv[2]]
try:
    main()
except SystemExit as end:
    status = end.code or 0
else:
    status = 0
seconds = time.perf_counter() - began
# not getrusage: its peak starts with that of the process that started this one
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("MEASURED", seconds, peak, status)
"""


def enlarged(source: Path, out: Path) -> int:
    """Write `source` at 1920 × 1080; returns its frames."""
    capture = cv2.VideoCapture(str(source))
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), FPS, SIZE)
    frames = 0
    while frames < SECONDS * FPS:
        there, frame = capture.read()
        if not there:
            break
        writer.write(cv2.resize(frame, SIZE, interpolation=cv2.INTER_CUBIC))
        frames += 1
    writer.release()
    return frames


def empty_road(source: Path, out: Path) -> int:
    """Write the median of the clip's frames (the road without vehicles) with sensor noise; returns its frames."""
    capture = cv2.VideoCapture(str(source))
    step = max(1, int(capture.get(cv2.CAP_PROP_FRAME_COUNT)) // 25)
    held = []
    while capture.grab():
        if int(capture.get(cv2.CAP_PROP_POS_FRAMES)) % step == 0:
            held.append(capture.retrieve()[1])
    road = np.median(np.stack(held), axis=0)
    road = cv2.resize(road.astype(np.float32), SIZE)
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 2.5, (SIZE[1] + 64, SIZE[0] + 64, 1)).astype(np.float32)
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), FPS, SIZE)
    for _ in range(SECONDS * FPS):
        y, x = rng.integers(64, size=2)
        frame = road + noise[y : y + SIZE[1], x : x + SIZE[0]]
        writer.write(np.clip(frame, 0, 255).astype(np.uint8))
    writer.release()
    return SECONDS * FPS


def measure(clip: Path, frames: int) -> dict[str, float]:
    """Run `wayside watch` in its own process; frames/s over the whole run and while it watches, peak memory in MB."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-c", MEASURE, str(clip), data]
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        whole = time.perf_counter() - began
    line = next((ln for ln in done.stdout.splitlines() if ln.startswith("MEASURED")), None)
    if line is None:
        raise RuntimeError(f"wayside watch ended without a result: {done.stderr[-500:]}")
    _, seconds, peak, status = line.split()
    if status != "0":
        raise RuntimeError(f"wayside watch failed: {done.stderr[-500:]}")
    return {"frames_per_s": frames / float(seconds), "whole_process": frames / whole, "peak_mb": int(peak) / 1024}


def run() -> dict[str, dict[str, float]]:
    """All clips that can be made here."""
    report = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clip.mp4"
        report["1080p, simulator, vehicles in view"] = measure(out, enlarged(DEMO, out))
        if (PACK / "traffic" / "ahmet.mp4").exists():
            report["1080p, real traffic, vehicles in view"] = measure(
                out, enlarged(PACK / "traffic" / "ahmet.mp4", out)
            )
        report["1080p, empty road"] = measure(out, empty_road(DEMO, out))
    return report


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
