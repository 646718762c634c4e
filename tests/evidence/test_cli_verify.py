"""``xunjie verify`` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.evidence.builders import copied, roots, sealed
from xunjie.cli.verify import verify
from xunjie.evidence.errors import Step

app = typer.Typer()
app.command()(verify)


@pytest.fixture
def trust(tmp_path: Path) -> str:
    """A trust file that accepts the builders' key."""
    roots().save(tmp_path / "trust.json")
    return str(tmp_path / "trust.json")


def _run(*words: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def test_good_package_prints_the_steps_and_its_digest(tmp_path: Path, trust: str) -> None:
    package = sealed(tmp_path)
    code, out, err = _run(package.path, "--trust", trust)
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == " 1 ok  package is a folder"
    assert len(lines) == len(Step) + 1
    assert lines[-1] == f"VERIFIED {package.digest} {package.path}"


def test_bad_package_prints_one_line_with_step_and_reason(tmp_path: Path, trust: str) -> None:
    package = copied(tmp_path)
    (package / "data/clip.mp4").write_bytes(b"")
    code, out, _ = _run(package, "--trust", trust)
    assert code == 1
    assert out == (
        f"REFUSED {package}: step 9 (file sizes): wrong_size: "
        "data/clip.mp4: expected 3072 bytes, found 0\n"
    )


def test_folder_of_packages_is_judged_one_by_one(tmp_path: Path, trust: str) -> None:
    ready = tmp_path / "ready"
    (ready / ".p-3.0000.tmp").mkdir(parents=True)
    sealed(ready, package_id="p-1")
    sealed(ready, package_id="p-2")
    (ready / "p-2/data/clip.mp4").unlink()
    code, out, _ = _run(ready, "--trust", trust)
    assert code == 1
    assert [line.split()[0] for line in out.splitlines()] == ["VERIFIED", "REFUSED", "2"]
    assert out.endswith("2 packages: 1 verified, 1 refused\n")


def test_json_has_a_line_for_each_package(tmp_path: Path, trust: str) -> None:
    good = sealed(tmp_path, package_id="p-1")
    bad = sealed(tmp_path, package_id="p-2")
    (bad.path / "bagit.txt").unlink()
    code, out, _ = _run(good.path, bad.path, "--trust", trust, "--json")
    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 1
    assert first["verified"] is True
    assert (first["digest"], first["seq"], first["prev"]) == (good.digest, 0, None)
    assert len(first["steps"]) == len(Step)
    assert second == {
        "package": str(bad.path),
        "verified": False,
        "step": 8,
        "reason": "missing_file",
        "detail": "bagit.txt: the statement names it, it is not there",
    }


def test_package_stripped_of_its_envelope_is_not_taken_for_a_folder_of_packages(
    tmp_path: Path, trust: str
) -> None:
    package = copied(tmp_path)
    (package / "envelope.dsse.json").unlink()
    code, out, _ = _run(package, "--trust", trust)
    assert code == 1
    assert "step 3" in out


def test_empty_folder_link_and_file_are_refused(tmp_path: Path, trust: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(copied(tmp_path))
    for name in ("empty", "link", "trust.json"):
        code, out, _ = _run(tmp_path / name, "--trust", trust)
        assert code == 1
        assert out.startswith("REFUSED")


def test_names_cannot_send_escape_sequences_to_the_terminal(tmp_path: Path, trust: str) -> None:
    (tmp_path / "batch/\x1b[2Jevil").mkdir(parents=True)
    code, out, _ = _run(tmp_path / "batch", "--trust", trust)
    assert code == 1
    assert "\x1b" not in out


@pytest.mark.parametrize("content", [None, b"{}"])
def test_unreadable_trust_file_is_wrong_usage(content: bytes | None, tmp_path: Path) -> None:
    package = copied(tmp_path)
    if content is not None:
        (tmp_path / "t.json").write_bytes(content)
    code, out, err = _run(package, "--trust", tmp_path / "t.json")
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {tmp_path}/t.json: ")
    assert err.count("\n") == 1


def test_package_that_is_not_there_and_missing_options_are_wrong_usage(
    tmp_path: Path, trust: str
) -> None:
    assert _run(tmp_path / "gone", "--trust", trust)[0] == 2
    assert _run(tmp_path)[0] == 2
    assert _run("--trust", trust)[0] == 2
