"""Bad evidence, steps 4, 5 and 7 to 13: key, signature, authority, files, what files say."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

from tests.evidence.builders import MEDIA, fixed_key, roots, sealed, violation_with
from tests.evidence.forgery import (
    edit_envelope,
    edit_statement,
    seal_as_is,
    statement_in,
)
from tests.evidence.zoo_register import CLIP, RECORD, wrong
from xunjie.evidence import violation
from xunjie.evidence.canonical import render
from xunjie.evidence.errors import Reason, Step
from xunjie.evidence.paths import ENVELOPE
from xunjie.evidence.trust import TrustRoots


@wrong(Step.KEY, Reason.NO_TRUST)
def empty_trust_roots(package: Path) -> TrustRoots:
    return TrustRoots(())


@wrong(Step.KEY, Reason.UNKNOWN_KEY)
def signed_by_a_rogue_key(package: Path) -> None:
    edit_statement(package, lambda s: None, key=fixed_key(66))


@wrong(Step.KEY, Reason.REVOKED_KEY)
def key_revoked_later(package: Path) -> TrustRoots:
    return TrustRoots((replace(roots().keys[0], revoked="2026-06-01T00:00:00Z"),))


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


@wrong(Step.AUTHORITY, Reason.WRONG_DEVICE)
def key_of_another_device(package: Path) -> TrustRoots:
    return roots(device_id="pole-18")


@wrong(Step.AUTHORITY, Reason.KEY_NOT_VALID_THEN)
def created_just_before_the_key_was_valid(package: Path) -> TrustRoots:
    return TrustRoots((replace(roots().keys[0], valid_from="2026-05-16T02:10:00.2501Z"),))


@wrong(Step.AUTHORITY, Reason.KEY_NOT_VALID_THEN)
def created_at_the_end_of_the_key(package: Path) -> TrustRoots:
    return TrustRoots((replace(roots().keys[0], valid_to="2026-05-16T02:10:00.25Z"),))


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
