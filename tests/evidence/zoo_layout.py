"""Bad evidence, steps 1 to 3: folder, entries, envelope."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.evidence.builders import fixed_key
from tests.evidence.forgery import (
    edit_envelope,
    envelope_of,
    statement_in,
)
from tests.evidence.zoo_register import CLIP, wrong
from xunjie.evidence import envelope
from xunjie.evidence.canonical import render
from xunjie.evidence.errors import Reason, Step
from xunjie.evidence.paths import ENVELOPE, MAX_FILES


@wrong(Step.FOLDER, Reason.NOT_A_FOLDER)
def package_is_a_link(package: Path) -> None:
    package.rename(package.with_name("elsewhere"))
    package.symlink_to("elsewhere")


@wrong(Step.FOLDER, Reason.NOT_A_FOLDER)
def package_is_a_file(package: Path) -> None:
    package.rename(package.with_name("elsewhere"))
    package.write_bytes(b"zip")


@wrong(Step.ENTRIES, Reason.NOT_A_PLAIN_FILE)
def clip_is_a_link_to_the_same_content(package: Path) -> None:
    (package / CLIP).rename(package.parent / "clip.mp4")
    (package / CLIP).symlink_to(package.parent / "clip.mp4")


@wrong(Step.ENTRIES, Reason.NOT_A_PLAIN_FILE)
def folder_is_a_link_to_the_same_content(package: Path) -> None:
    (package / "data/stills").rename(package.parent / "stills")
    (package / "data/stills").symlink_to(package.parent / "stills")


@wrong(Step.ENTRIES, Reason.NOT_A_PLAIN_FILE)
def dangling_link_beside(package: Path) -> None:
    (package / "data/nothing").symlink_to("nowhere")


@wrong(Step.ENTRIES, Reason.NOT_A_PLAIN_FILE)
def clip_is_a_fifo(package: Path) -> None:
    (package / CLIP).unlink()
    os.mkfifo(package / CLIP)


@wrong(Step.ENTRIES, Reason.HARD_LINK)
def clip_has_a_second_name(package: Path) -> None:
    os.link(package / CLIP, package.parent / "other-name")


@wrong(Step.ENTRIES, Reason.EMPTY_FOLDER)
def empty_folder_inside(package: Path) -> None:
    (package / "data/more").mkdir()


@wrong(Step.ENTRIES, Reason.BAD_NAME)
def hidden_file(package: Path) -> None:
    (package / ".hidden").write_bytes(b"")


@wrong(Step.ENTRIES, Reason.BAD_NAME)
def name_with_a_line_break(package: Path) -> None:
    (package / "data/a\nb").write_bytes(b"")


@wrong(Step.ENTRIES, Reason.BAD_NAME)
def name_with_a_backslash(package: Path) -> None:
    (package / "data/..\\b").write_bytes(b"")


@wrong(Step.ENTRIES, Reason.BAD_NAME)
def name_not_in_ascii(package: Path) -> None:
    (package / "data/摊.jpg").write_bytes(b"")


@wrong(Step.ENTRIES, Reason.BAD_NAME)
def name_that_is_not_text(package: Path) -> None:
    Path(os.fsdecode(os.fsencode(package) + b"/data/\xff")).write_bytes(b"")


@wrong(Step.ENTRIES, Reason.TOO_MANY_FILES)
def folders_too_deep(package: Path) -> None:
    (package / "data/a/b/c").mkdir(parents=True)
    (package / "data/a/b/c/file").write_bytes(b"")


@wrong(Step.ENTRIES, Reason.TOO_MANY_FILES)
def too_many_files(package: Path) -> None:
    for n in range(MAX_FILES + 2):
        (package / f"data/stills/{n}").write_bytes(b"")


@wrong(Step.ENVELOPE, Reason.NO_ENVELOPE)
def envelope_removed(package: Path) -> None:
    (package / ENVELOPE).unlink()


@wrong(Step.ENVELOPE, Reason.TOO_LARGE)
def envelope_too_large(package: Path) -> None:
    (package / ENVELOPE).write_bytes(b" " * (envelope.MAX_BYTES + 1))


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_cut_short(package: Path) -> None:
    (package / ENVELOPE).write_bytes((package / ENVELOPE).read_bytes()[:-1])


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_empty(package: Path) -> None:
    (package / ENVELOPE).write_bytes(b"")


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_with_a_final_line_break(package: Path) -> None:
    (package / ENVELOPE).write_bytes((package / ENVELOPE).read_bytes() + b"\n")


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_with_a_nul_at_the_end(package: Path) -> None:
    (package / ENVELOPE).write_bytes((package / ENVELOPE).read_bytes() + b"\0")


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_with_a_duplicate_key(package: Path) -> None:
    data = (package / ENVELOPE).read_bytes()
    (package / ENVELOPE).write_bytes(data.replace(b'{"payload"', b'{"payload":"e30=","payload"', 1))


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_with_an_unknown_member(package: Path) -> None:
    edit_envelope(package, lambda e: e.update(note="hello"))


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def signature_with_an_unknown_member(package: Path) -> None:
    edit_envelope(package, lambda e: e["signatures"][0].update(cert="none"))


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_without_a_signature(package: Path) -> None:
    edit_envelope(package, lambda e: e["signatures"].clear())


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_with_a_second_signature(package: Path) -> None:
    edit_envelope(package, lambda e: e["signatures"].append(e["signatures"][0]))


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def signature_with_spare_base64_bits(package: Path) -> None:
    def edit(value: dict[str, Any]) -> None:
        sig = value["signatures"][0]["sig"]
        spare = {"A": "B", "Q": "R", "g": "h", "w": "x"}[sig[85]]
        value["signatures"][0]["sig"] = f"{sig[:85]}{spare}=="

    edit_envelope(package, edit)


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def payload_not_in_base64_groups(package: Path) -> None:
    edit_envelope(package, lambda e: e.update(payload="A"))


@wrong(Step.ENVELOPE, Reason.UNKNOWN_PAYLOAD_TYPE)
def unknown_payload_type(package: Path) -> None:
    edit_envelope(package, lambda e: e.update(payloadType="text/plain"))


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_in_another_key_order(package: Path) -> None:
    value = envelope_of(render(statement_in(package)), fixed_key())
    parts = [f'"{name}":{render(value[name]).decode()}' for name in reversed(value)]
    (package / ENVELOPE).write_text("{" + ",".join(parts) + "}")
