"""From files and folders to lines of a detections file, and the command around it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from xunjie.cli.detect import detect
from xunjie.models.detect import detect_file, find_images
from xunjie.models.errors import ModelError
from xunjie.models.session import Session

app = typer.Typer()
app.command()(detect)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    return result.exit_code, result.stderr


def test_a_folder_yields_its_pictures_sorted_whatever_their_suffix_case(pictures: Path) -> None:
    names = [str(p.relative_to(pictures)) for p in find_images([pictures])]
    assert names == ["a.png", "b.jpg", "deeper/c.JPG"]


def test_a_picture_named_twice_is_taken_once(pictures: Path) -> None:
    assert len(find_images([pictures / "b.jpg", pictures, pictures / "b.jpg"])) == 3


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no pictures in it"):
        find_images([tmp_path])


def test_a_line_has_size_model_and_boxes_best_first(session: Session, pictures: Path) -> None:
    line = detect_file(session, pictures / "b.jpg", min_score=0.0)
    assert (line["width"], line["height"], line["model_id"]) == (160, 90, "street")
    assert line["image"] == str(pictures / "b.jpg")
    scores = [row["score"] for row in line["detections"]]
    assert scores == sorted(scores, reverse=True)
    assert set(line["detections"][0]) == {"class", "score", "xyxy"}


def test_the_command_writes_one_line_a_picture_in_order(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.jsonl"
    assert run(pictures, "--out", out) == (0, "")
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [Path(line["image"]).name for line in lines] == ["a.png", "b.jpg", "c.JPG"]


def test_a_bad_picture_is_named_on_one_line_and_the_others_are_written(
    pictures: Path, tmp_path: Path
) -> None:
    (pictures / "aa.jpg").write_text("not a picture at all")
    out = tmp_path / "found.jsonl"
    code, errors = run(pictures, "--out", out)
    assert code == 1
    assert errors.splitlines() == [f"{pictures / 'aa.jpg'}: not a picture, found text"]
    assert len(out.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["missing.jpg", "--out", "o.jsonl"], "missing.jpg: no such file or folder"),
        (["a.png", "--out", "o.jsonl", "--model", "large"], "no model 'large'; known: street"),
        (["a.png", "--out", "none/o.jsonl"], "none/o.jsonl: cannot be written"),
    ],
)
def test_wrong_usage_ends_with_two_and_one_line(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], reason: str
) -> None:
    monkeypatch.chdir(pictures)
    code, errors = run(*arguments)
    assert code == 2
    assert reason in errors
    assert len(errors.splitlines()) == 1


def test_a_score_above_one_is_wrong_usage(pictures: Path, tmp_path: Path) -> None:
    assert run(pictures, "--out", tmp_path / "o.jsonl", "--min-score", "1.5")[0] == 2
