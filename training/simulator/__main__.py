# SPDX-License-Identifier: Apache-2.0
"""The simulator's front door: `python -m training.simulator frames|clip`."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.simulator.frames import write_stills


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.simulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    frames = commands.add_parser("frames", help="single pictures with boxes, to train detectors on")
    frames.add_argument("--out", type=Path, required=True)
    frames.add_argument("--count", type=int, required=True)
    frames.add_argument("--seed", type=int, default=0)
    frames.add_argument("--workers", type=int, default=1)
    return parser


def main() -> None:
    """Run one command."""
    options = _parser().parse_args()
    write_stills(options.out, options.count, options.seed, options.workers)


if __name__ == "__main__":
    main()
