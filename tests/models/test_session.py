"""The onnxruntime session with the shipped weights."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xunjie.models.errors import ModelError
from xunjie.models.registry import ModelEntry
from xunjie.models.session import Session, open_session

GREY = np.full((360, 640, 3), 128, np.uint8)


def test_a_grey_picture_shows_nothing(session: Session) -> None:
    assert [len(found) for found in session.infer([GREY])] == [0]


def test_no_pictures_give_no_answers(session: Session) -> None:
    assert session.infer([]) == []


def test_the_answer_does_not_depend_on_what_was_seen_before(session: Session) -> None:
    picture = np.random.default_rng(5).integers(0, 255, (300, 500, 3), np.uint8)
    tall = np.zeros((900, 300, 3), np.uint8)
    first, _, again = session.infer([picture, tall, picture], min_score=0.001)
    assert np.array_equal(first.xyxy, again.xyxy)
    assert np.array_equal(first.score, again.score)


def test_a_lower_score_lets_more_through(session: Session) -> None:
    picture = np.random.default_rng(5).integers(0, 255, (300, 500, 3), np.uint8)
    (few,), (many,) = session.infer([picture]), session.infer([picture], min_score=0.0)
    assert len(many) > len(few)


def test_a_grey_plane_instead_of_a_picture_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match=r"expected uint8 \(H, W, 3\)"):
        session.infer([GREY[..., 0]])


def test_other_classes_than_the_file_states_are_refused(entry: ModelEntry) -> None:
    swapped = (entry.classes[1], entry.classes[0], *entry.classes[2:])
    with pytest.raises(ModelError, match=r"differ from the registry's 28 .* first at number 0"):
        open_session(replace(entry, classes=swapped))


def test_a_file_with_the_right_digest_that_is_no_onnx_is_refused(
    tmp_path: Path, entry: ModelEntry
) -> None:
    path = tmp_path / "text.onnx"
    path.write_bytes(b"not a network")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match="onnxruntime cannot load model 'street'"):
        open_session(replace(entry, file=path, sha256=digest))


def test_nought_threads_are_refused(entry: ModelEntry) -> None:
    with pytest.raises(ValueError, match="at least 1 thread"):
        open_session(entry, threads=0)
