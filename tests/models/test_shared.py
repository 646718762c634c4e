"""The shipped model on real pictures and a real street camera."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from xunjie.models.detect import find_images
from xunjie.models.images import read_image
from xunjie.models.session import Session
from xunjie.models.training.evaluate import false_alarms, report
from xunjie.models.training.measured import measure

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def seconds_of(clip: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """One RGB picture a second."""
    pictures, due = [], 0.0
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            if frame.time >= due:
                pictures.append(frame.to_ndarray(format="rgb24").astype(np.uint8))
                due += 1.0
    return pictures


def test_people_on_a_plaza_are_seen(session: Session, shared: Path) -> None:
    person = session.entry.classes.index("person")
    pictures = seconds_of(shared / "videos" / "people_plaza.mp4")
    people = [int((found.class_id == person).sum()) for found in session.infer(pictures)]
    assert np.mean(people) >= 8


@pytest.mark.parametrize("clip", ["people_plaza.mp4", "dashcam_highway.mp4"])
def test_nothing_to_report_stays_in_place_on_quiet_clips(
    session: Session, shared: Path, clip: str
) -> None:
    alarming = {"stall", "garbage", "outdoor_goods", "outdoor_seating", "billboard", "banner"}
    places: dict[tuple[str, int, int], int] = {}
    for found in session.infer(seconds_of(shared / "videos" / clip)):
        for class_id, box in zip(found.class_id, found.xyxy, strict=True):
            name = session.entry.classes[class_id]
            if name in alarming:
                key = name, int(box[[0, 2]].mean() // 100), int(box[3] // 100)
                places[key] = places.get(key, 0) + 1
    assert max(places.values(), default=0) <= 2


def test_quiet_streets_raise_at_most_one_alarm_in_ten_pictures(
    session: Session, shared: Path
) -> None:
    measured = measure(session, shared / "data" / "stalls_street" / "negatives")
    assert false_alarms(measured, session.entry.thresholds)["together"] <= 0.1


def test_the_registry_tells_the_truth_about_signs(session: Session, shared: Path) -> None:
    measured = measure(session, shared / "data" / "facade_spb" / "val")
    stated = session.entry.metrics["sets"]["facade_spb/val"]["signboard"]["ap50"]
    found = report(measured, session.entry.thresholds)["signboard"]["ap50"]
    assert found == pytest.approx(stated, abs=0.01)


def test_every_shared_picture_can_be_read(shared: Path) -> None:
    for path in find_images([shared / "data" / "stalls_street" / "val"]):
        assert read_image(path).ndim == 3
