"""Renders training pictures (`train`) or the demo clip with its truth and zones (`clip`)."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.scene_kit.clip import encode, frames
from scripts.scene_kit.demo import build_demo
from scripts.scene_kit.demo_files import write_files
from scripts.scene_kit.pictures import write_set


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
    clip.add_argument("--no-video", action="store_true", help="only truth, zones and permits")
    options = parser.parse_args()
    began = time.monotonic()
    if options.command == "train":
        numbers = range(options.first, options.first + options.count)
        labels = write_set(options.out, numbers, options.seed)
        took = time.monotonic() - began
        print(f"{len(numbers)} pictures, {labels} labels, {took / max(len(numbers), 1):.2f} s each")
        return
    demo = build_demo()
    options.out.mkdir(parents=True, exist_ok=True)
    write_files(demo, options.out)
    if not options.no_video:
        count = encode(frames(), options.out / "street.mp4")
        print(f"{count} frames in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
