"""The zoo of bad evidence: one function per way to be wrong, named after it.

Each spoils a good package in place, or gives other trust roots to judge it by.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.evidence.builders import MEDIA, fixed_key, roots, sealed, violation_with
from tests.evidence.forgery import (
    edit_envelope,
    edit_statement,
    envelope_of,
    seal_as_is,
    sign_payload,
    statement_in,
)

from xunjie.evidence import envelope, statement, violation
from xunjie.evidence.canonical import render
from xunjie.evidence.errors import Reason, Step
from xunjie.evidence.paths import ENVELOPE, MAX_FILES
from xunjie.evidence.trust import TrustRoots

Spoil = Callable[[Path], TrustRoots | None]
ZOO: dict[str, tuple[Spoil, Step, Reason]] = {}
CLIP = "data/clip.mp4"
RECORD = "data/violation.json"


def wrong(step: Step, reason: Reason) -> Callable[[Spoil], Spoil]:
    """Enters a function into the zoo with the step and reason that must answer it."""

    def enter(spoil: Spoil) -> Spoil:
        ZOO[spoil.__name__] = (spoil, step, reason)
        return spoil

    return enter


# 1 folder ------------------------------------------------------------------------------------


@wrong(Step.FOLDER, Reason.NOT_A_FOLDER)
def package_is_a_link(package: Path) -> None:
    package.rename(package.with_name("elsewhere"))
    package.symlink_to("elsewhere")


@wrong(Step.FOLDER, Reason.NOT_A_FOLDER)
def package_is_a_file(package: Path) -> None:
    package.rename(package.with_name("elsewhere"))
    package.write_bytes(b"zip")


# 2 entries -----------------------------------------------------------------------------------


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


# 3 envelope ----------------------------------------------------------------------------------


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


# 4 key ---------------------------------------------------------------------------------------


@wrong(Step.KEY, Reason.NO_TRUST)
def empty_trust_roots(package: Path) -> TrustRoots:
    return TrustRoots(())


@wrong(Step.KEY, Reason.UNKNOWN_KEY)
def signed_by_a_rogue_key(package: Path) -> None:
    edit_statement(package, lambda s: None, key=fixed_key(66))


@wrong(Step.KEY, Reason.REVOKED_KEY)
def key_revoked_later(package: Path) -> TrustRoots:
    return TrustRoots((replace(roots().keys[0], revoked="2026-06-01T00:00:00Z"),))


# 5 signature ---------------------------------------------------------------------------------


@wrong(Step.SIGNATURE, Reason.BAD_SIGNATURE)
def rogue_signature_under_a_trusted_key_id(package: Path) -> None:
    edit_statement(package, lambda s: None, key=fixed_key(66))
    edit_envelope(package, lambda e: e["signatures"][0].update(keyid=fixed_key().key_id))


@wrong(Step.SIGNATURE, Reason.BAD_SIGNATURE)
def statement_changed_without_signing(package: Path) -> None:
    payload = statement_in(package)
    payload["predicate"]["created_utc"] = "2026-05-16T03:00:00Z"
    text = base64.b64encode(render(payload)).decode()
    edit_envelope(package, lambda e: e.update(payload=text))


@wrong(Step.SIGNATURE, Reason.BAD_SIGNATURE)
def signature_over_the_bare_payload(package: Path) -> None:
    payload = render(statement_in(package))
    sig = base64.b64encode(fixed_key().sign(payload)).decode()
    edit_envelope(package, lambda e: e["signatures"][0].update(sig=sig))


# 7 authority ---------------------------------------------------------------------------------


@wrong(Step.AUTHORITY, Reason.WRONG_DEVICE)
def key_of_another_device(package: Path) -> TrustRoots:
    return roots(device_id="pole-18")


@wrong(Step.AUTHORITY, Reason.KEY_NOT_VALID_THEN)
def created_just_before_the_key_was_valid(package: Path) -> TrustRoots:
    return TrustRoots((replace(roots().keys[0], valid_from="2026-05-16T02:10:00.2501Z"),))


@wrong(Step.AUTHORITY, Reason.KEY_NOT_VALID_THEN)
def created_at_the_end_of_the_key(package: Path) -> TrustRoots:
    return TrustRoots((replace(roots().keys[0], valid_to="2026-05-16T02:10:00.25Z"),))


# 8 to 10 files -------------------------------------------------------------------------------


@wrong(Step.FILE_SET, Reason.MISSING_FILE)
def clip_removed(package: Path) -> None:
    (package / CLIP).unlink()


@wrong(Step.FILE_SET, Reason.MISSING_FILE)
def tag_manifest_removed(package: Path) -> None:
    (package / "tagmanifest-sha256.txt").unlink()


@wrong(Step.FILE_SET, Reason.MISSING_FILE)
def clip_renamed(package: Path) -> None:
    (package / CLIP).rename(package / "data/film.mp4")


@wrong(Step.FILE_SET, Reason.EXTRA_FILE)
def extra_file_in_data(package: Path) -> None:
    (package / "data/more.jpg").write_bytes(b"more")


@wrong(Step.FILE_SET, Reason.EXTRA_FILE)
def extra_file_beside_data(package: Path) -> None:
    (package / "timestamp.tsr").write_bytes(b"more")


@wrong(Step.FILE_SET, Reason.MISSING_FILE)
def envelope_of_another_package_of_the_device(package: Path) -> None:
    files = {"data/other.jpg": b"other"}
    other = sealed(
        package.parent, package_id="p-2", files=files, violation=violation_with(media=())
    )
    (other.path / ENVELOPE).replace(package / ENVELOPE)


@wrong(Step.SIZES, Reason.WRONG_SIZE)
def clip_cut_short(package: Path) -> None:
    (package / CLIP).write_bytes((package / CLIP).read_bytes()[:-1])


@wrong(Step.SIZES, Reason.WRONG_SIZE)
def byte_appended_to_the_record(package: Path) -> None:
    (package / RECORD).write_bytes((package / RECORD).read_bytes() + b" ")


@wrong(Step.DIGESTS, Reason.WRONG_DIGEST)
def stills_swapped(package: Path) -> None:
    scene, onset = package / MEDIA[1], package / MEDIA[2]
    contents = scene.read_bytes(), onset.read_bytes()
    onset.write_bytes(contents[0])
    scene.write_bytes(contents[1])


@wrong(Step.DIGESTS, Reason.WRONG_DIGEST)
def one_bit_of_the_clip_flipped(package: Path) -> None:
    content = bytearray((package / CLIP).read_bytes())
    content[1000] ^= 1
    (package / CLIP).write_bytes(content)


# 11 to 13: signed by an insider --------------------------------------------------------------


@wrong(Step.BAG, Reason.BAD_BAG)
def signed_manifest_that_leaves_a_file_out(package: Path) -> None:
    lines = (package / "manifest-sha256.txt").read_bytes().splitlines(keepends=True)
    (package / "manifest-sha256.txt").write_bytes(b"".join(lines[1:]))
    seal_as_is(package, renders_bag=False)


@wrong(Step.BAG, Reason.BAD_BAG)
def signed_bag_info_with_another_size(package: Path) -> None:
    info = (package / "bag-info.txt").read_bytes()
    (package / "bag-info.txt").write_bytes(info.replace(b"Oxum: ", b"Oxum: 1"))
    seal_as_is(package, renders_bag=False)


@wrong(Step.RECORD, Reason.BAD_RECORD)
def signed_record_with_an_unknown_member(package: Path) -> None:
    text = (package / RECORD).read_bytes().replace(b'{"box', b'{"a":1,"box', 1)
    (package / RECORD).write_bytes(text)
    seal_as_is(package)


@wrong(Step.RECORD, Reason.BAD_RECORD)
def signed_record_of_another_format(package: Path) -> None:
    text = (package / RECORD).read_bytes().replace(violation.FORMAT.encode(), b"else/1")
    (package / RECORD).write_bytes(text)
    seal_as_is(package)


@wrong(Step.RECORD, Reason.BAD_RECORD)
def signed_record_too_large(package: Path) -> None:
    (package / RECORD).write_bytes(b"x" * (violation.MAX_BYTES + 1))
    seal_as_is(package)


@wrong(Step.RECORD, Reason.RECORD_MISMATCH)
def signed_record_of_another_violation(package: Path) -> None:
    (package / RECORD).write_bytes(violation_with(violation_id="v-0002").to_json_bytes())
    seal_as_is(package)


@wrong(Step.MEDIA, Reason.MISSING_MEDIA)
def signed_record_that_names_a_still_not_there(package: Path) -> None:
    media = (*MEDIA, "data/stills/04.jpg")
    (package / RECORD).write_bytes(violation_with(media=media).to_json_bytes())
    seal_as_is(package)


# 6 statement: properly signed, so only a broken or captured device makes these ----------------


def _statement(name: str, reason: Reason, edit: Callable[[dict[str, Any]], object]) -> None:
    def spoil(package: Path) -> None:
        edit_statement(package, edit)

    ZOO[f"statement_{name}"] = (spoil, Step.STATEMENT, reason)


def _first(value: dict[str, Any], **changes: Any) -> None:
    value["subject"][0].update(changes)


def _renamed(value: dict[str, Any], path: str, old: str = CLIP) -> None:
    sizes = value["predicate"]["sizes"]
    sizes[path] = sizes.pop(old)
    for item in value["subject"]:
        if item["name"] == old:
            item["name"] = path
    value["subject"].sort(key=lambda item: item["name"])


_X = {"status": "x", "reason": "y"}
_ODD = {"status": "none", "reason": "é"}

for _name, _reason, _members in (
    ("of_a_later_version", Reason.UNKNOWN_VERSION, {"format_version": 2}),
    ("of_version_true", Reason.UNKNOWN_VERSION, {"format_version": True}),
    ("with_unknown_member", Reason.BAD_STATEMENT, {"note": "hello"}),
    ("with_unknown_timestamp", Reason.UNKNOWN_VERSION, {"timestamp": _X}),
    ("with_odd_timestamp_reason", Reason.BAD_STATEMENT, {"timestamp": _ODD}),
    ("with_day_that_is_not", Reason.BAD_STATEMENT, {"created_utc": "2026-02-30T00:00:00Z"}),
    ("with_offset_time", Reason.BAD_STATEMENT, {"created_utc": "2026-02-20T00:00:00+08:00"}),
    ("with_odd_device", Reason.BAD_STATEMENT, {"device_id": "pole 17"}),
    ("with_package_id_that_is_a_path", Reason.BAD_STATEMENT, {"package_id": "a/b"}),
    ("with_negative_seq", Reason.BAD_STATEMENT, {"seq": -1}),
    ("with_seq_true", Reason.BAD_STATEMENT, {"seq": True}),
    ("with_seq_without_prev", Reason.BAD_STATEMENT, {"seq": 1}),
    ("with_prev_at_seq_0", Reason.BAD_STATEMENT, {"prev": "0" * 64}),
    ("with_upper_case_prev", Reason.BAD_STATEMENT, {"seq": 1, "prev": "A" * 64}),
    ("without_sizes", Reason.BAD_STATEMENT, {"sizes": {}}),
    ("with_sizes_as_list", Reason.BAD_STATEMENT, {"sizes": []}),
    ("with_null_algorithms", Reason.UNKNOWN_ALGORITHM, {"algorithms": None}),
):  # fmt: skip
    _statement(_name, _reason, lambda s, m=_members: s["predicate"].update(m))  # type: ignore[misc]

for _label, _path in (
    ("parent", "data/../x"),
    ("absolute", "/etc/passwd"),
    ("beside_data", "other.txt"),
    ("upper_case_twin", "data/Context.json"),
    ("under_a_file", "data/violation.json/x"),
    ("ending_in_a_dot", "data/clip."),
    ("led_by_a_dash", "data/-rf"),
    ("too_deep", "data/a/b/c/d"),
    ("data_itself", "data"),
    ("no_envelope", ENVELOPE),
):
    _statement(
        f"path_{_label}",
        Reason.BAD_STATEMENT,
        lambda s, p=_path: _renamed(s, p),  # type: ignore[misc]
    )

_statement(
    "with_md5",
    Reason.UNKNOWN_ALGORITHM,
    lambda s: s["predicate"]["algorithms"].update(digest="md5"),
)
_statement("of_another_type", Reason.UNKNOWN_VERSION, lambda s: s.update(_type="x"))
_statement("of_another_predicate", Reason.UNKNOWN_VERSION, lambda s: s.update(predicateType="x"))
_statement("out_of_order", Reason.BAD_STATEMENT, lambda s: s["subject"].reverse())
_statement(
    "with_a_file_twice", Reason.BAD_STATEMENT, lambda s: s["subject"].append(s["subject"][0])
)
_statement(
    "without_the_record", Reason.BAD_STATEMENT, lambda s: _renamed(s, "data/zzz.json", RECORD)
)
_statement("with_subject_as_object", Reason.BAD_STATEMENT, lambda s: s.update(subject={}))
_statement("with_subject_of_texts", Reason.BAD_STATEMENT, lambda s: s.update(subject=["data/x"]))
_statement("with_predicate_as_text", Reason.BAD_STATEMENT, lambda s: s.update(predicate="x"))
_statement("with_short_digest", Reason.BAD_STATEMENT, lambda s: _first(s, digest={"sha256": "00"}))
_statement(
    "with_two_digests",
    Reason.BAD_STATEMENT,
    lambda s: _first(s, digest={"sha256": "0" * 64, "md5": "0"}),
)
_statement(
    "with_a_huge_size",
    Reason.BAD_STATEMENT,
    lambda s: s["predicate"]["sizes"].update({CLIP: statement.MAX_FILE_BYTES + 1}),
)
_statement(
    "with_a_size_of_a_half",
    Reason.BAD_STATEMENT,
    lambda s: s["predicate"]["sizes"].update({CLIP: 0.5}),
)


@wrong(Step.STATEMENT, Reason.BAD_STATEMENT)
def statement_with_too_many_files(package: Path) -> None:
    def edit(value: dict[str, Any]) -> None:
        for n in range(MAX_FILES):
            value["predicate"]["sizes"][f"data/{n:03}"] = 0
            value["subject"].append({"name": f"data/{n:03}", "digest": {"sha256": "0" * 64}})
        value["subject"].sort(key=lambda item: item["name"])

    edit_statement(package, edit)


@wrong(Step.STATEMENT, Reason.BAD_STATEMENT)
def statement_too_large(package: Path) -> None:
    sign_payload(package, b'{"a":"' + b"x" * statement.MAX_BYTES + b'"}')


@wrong(Step.STATEMENT, Reason.BAD_STATEMENT)
def statement_with_spaces(package: Path) -> None:
    sign_payload(package, render(statement_in(package)).replace(b'":', b'": ', 1))


@wrong(Step.STATEMENT, Reason.BAD_STATEMENT)
def statement_with_a_duplicate_key(package: Path) -> None:
    payload = render(statement_in(package))
    sign_payload(package, payload.replace(b'"seq":0', b'"seq":0,"seq":0'))


@wrong(Step.STATEMENT, Reason.BAD_STATEMENT)
def statement_with_a_number_beyond_2_to_53(package: Path) -> None:
    payload = render(statement_in(package))
    sign_payload(package, payload.replace(b'"seq":0', b'"seq":9007199254740992'))


@wrong(Step.STATEMENT, Reason.BAD_STATEMENT)
def statement_that_is_not_utf8(package: Path) -> None:
    sign_payload(package, render(statement_in(package)).replace(b"pole", b"p\xff\xfee"))


@wrong(Step.STATEMENT, Reason.BAD_STATEMENT)
def statement_nested_without_end(package: Path) -> None:
    sign_payload(package, b"[" * 100_000 + b"]" * 100_000)


@wrong(Step.ENVELOPE, Reason.BAD_ENVELOPE)
def envelope_in_another_key_order(package: Path) -> None:
    value = envelope_of(render(statement_in(package)), fixed_key())
    parts = [f'"{name}":{render(value[name]).decode()}' for name in reversed(value)]
    (package / ENVELOPE).write_text("{" + ",".join(parts) + "}")
