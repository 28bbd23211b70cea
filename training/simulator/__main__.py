# SPDX-License-Identifier: Apache-2.0
"""The simulator's front door: `python -m training.simulator frames|clip|demo`."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.simulator.clip import write_clip
from training.simulator.frames import write_stills
from training.simulator.light import Condition
from training.simulator.scenes import chance_script, demo_script


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{text}' is no size; write it as 1280x720")
    return int(width), int(height)


def _steep(text: str) -> float:
    degrees = float(text)
    if not 40 < degrees <= 90:
        raise argparse.ArgumentTypeError(f"{text} degrees are not steep; from over 40 to 90, straight down")
    return degrees


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.simulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    frames = commands.add_parser("frames", help="single pictures with boxes, to train detectors on")
    frames.add_argument("--count", type=int, required=True, help="how many pictures")
    clip = commands.add_parser("clip", help="a clip of chance traffic at a gate, with its truth")
    clip.add_argument("--seconds", type=float, default=30.0)
    clip.add_argument("--size", type=_size, default=(1280, 720), help="width x height in pixels, as 1280x720")
    clip.add_argument("--fps", type=float, default=15.0)
    clip.add_argument("--condition", type=Condition, choices=list(Condition), default=Condition.DAY)
    clip.add_argument("--density", type=float, default=10.0, help="vehicles a minute, each way")
    clip.add_argument("--parked", type=int, default=0, help="cars that stand at the kerb throughout")
    clip.add_argument("--steep", type=_steep, metavar="DEGREES", help="look down so steeply, from nine metres")
    demo = commands.add_parser("demo", help="the clip that the project ships, with its truth")
    for command in (frames, clip):
        command.add_argument("--seed", type=int, default=0)
    for command in (frames, clip, demo):
        command.add_argument("--out", type=Path, required=True, help="folder to write to")
        command.add_argument("--workers", type=int, default=1, help="processes that render")
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Run one command."""
    options = _parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.command == "frames":
        write_stills(options.out, options.count, options.seed, options.workers)
        return
    if options.command == "demo":
        name, script = "gate", demo_script()
    else:
        name = f"clip_{options.seed:03d}"
        asked = options.seed, options.seconds, options.size, options.fps, options.condition, options.density
        script = chance_script(*asked, options.parked, options.steep)
    write_clip(script, options.out / f"{name}.mp4", options.out / f"{name}.truth.json", options.workers)


if __name__ == "__main__":
    main()
