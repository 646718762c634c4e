"""Renders training pictures (`train`) or the demo clip with its truth and zones (`clip`)."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.scene_kit.pictures import write_set  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="labelled pictures in YOLO folders")
    train.add_argument("--out", type=Path, required=True)
    train.add_argument("--count", type=int, default=700)
    train.add_argument("--first", type=int, default=0, help="number of the first picture")
    train.add_argument("--seed", type=int, default=1)
    clip = commands.add_parser("clip", help="the demo clip, its truth, zones and permits")
    clip.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    began = time.monotonic()
    if options.command == "train":
        numbers = range(options.first, options.first + options.count)
        labels = write_set(options.out, numbers, options.seed)
        took = time.monotonic() - began
        print(f"{len(numbers)} pictures, {labels} labels, {took / max(len(numbers), 1):.2f} s each")


if __name__ == "__main__":
    main()
