"""Picture files: what is read, what is refused and how it is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xunjie.models.errors import ModelError
from xunjie.models.images import read_image


def save(path: Path, wh: tuple[int, int] = (64, 48), exif: Image.Exif | None = None) -> Path:
    pixels = np.random.default_rng(1).integers(0, 255, (wh[1], wh[0], 3), np.uint8)
    Image.fromarray(pixels).save(path, exif=exif or Image.Exif())
    return path


def test_red_is_the_first_channel(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    Image.new("RGB", (4, 2), (255, 0, 0)).save(path)
    assert read_image(path)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16"])
def test_other_pixel_formats_become_three_channels_of_eight_bits(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "odd.png"
    Image.new(mode, (6, 4)).save(path)
    image = read_image(path)
    assert image.shape == (4, 6, 3)
    assert image.dtype == np.uint8


def test_the_exif_orientation_is_followed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert read_image(save(tmp_path / "turned.jpg", (64, 48), exif)).shape == (64, 48, 3)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"hello, this is a note\n", "text"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a zip archive"),
        (b"\x00\x00\x00\x18ftypisom", "a video or HEIF container"),
        (b"<html></html>", "markup text"),
        (b"\x00\x01\x02\x03\x04", "5 bytes starting 00 01 02 03"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "shop.jpg"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"shop\.jpg: not a picture, found {found}"):
        read_image(path)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_jpeg_that_was_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = save(tmp_path / "cut.jpg", (640, 480))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ModelError, match=r"cut\.jpg: the JPEG is cut off"):
        read_image(path)


def test_bytes_behind_the_end_of_a_jpeg_do_no_harm(tmp_path: Path) -> None:
    path = save(tmp_path / "tail.jpg")
    path.write_bytes(path.read_bytes() + b"trailer of a phone")
    assert read_image(path).shape == (48, 64, 3)


def test_a_png_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "cut.png", (640, 480))
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ModelError, match="a broken PNG"):
        read_image(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.jpg: cannot be read"):
        read_image(tmp_path / "none.jpg")
