"""Packages taken in: the happy way, again, at the same time, and every way to be wrong."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.api.packages import DEVICE_ID, FILES, Device, offer, send_file, upload, violation
from xunjie.api.settings import Settings
from xunjie.evidence.keys import DeviceKey
from xunjie.evidence.trust import TrustedKey, TrustRoots, trust_for

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient


def test_whole_package_is_receipted_and_kept(
    client: TestClient, device: Device, settings: Settings
) -> None:
    sealed = device.seal(violation())
    first = offer(client, sealed)
    assert first.status_code == 202
    assert {item["path"] for item in first.json()["missing"]} == set(sealed.files)
    receipt = upload(client, sealed)
    assert (receipt["digest"], receipt["package_id"]) == (sealed.digest, "package-0000")
    kept = settings.data_dir / "packages" / sealed.digest
    for path, content in sealed.files.items():
        assert (kept / path).read_bytes() == content
    assert list((settings.data_dir / "pending").iterdir()) == []


def test_receipt_is_201_once_and_the_same_for_ever_after(
    client: TestClient, device: Device
) -> None:
    sealed = device.seal(violation())
    receipt = upload(client, sealed)
    for _ in range(3):
        again = offer(client, sealed)
        assert (again.status_code, again.json()["receipt"]) == (200, receipt)
    assert len(client.get("/api/cases").json()["cases"]) == 1


def test_upload_goes_on_where_it_stopped(client: TestClient, device: Device) -> None:
    sealed = device.seal(violation())
    offer(client, sealed)
    send_file(client, sealed, sealed.files["data/clip.mp4"])
    missing = {item["path"] for item in offer(client, sealed).json()["missing"]}
    assert missing == set(sealed.files) - {"data/clip.mp4"}


def test_two_paths_with_one_content_need_one_upload(client: TestClient, device: Device) -> None:
    same = {**FILES, "data/stills/02-onset.jpg": FILES["data/stills/03-decisive.jpg"]}
    sealed = device.seal(violation(), same)
    offer(client, sealed)
    send_file(client, sealed, sealed.files["data/stills/03-decisive.jpg"])
    missing = {item["path"] for item in offer(client, sealed).json()["missing"]}
    assert not missing & {"data/stills/02-onset.jpg", "data/stills/03-decisive.jpg"}
    assert upload(client, sealed)["case_id"] == 1


def test_file_sent_again_is_204_while_pending_and_when_complete(
    client: TestClient, device: Device
) -> None:
    sealed = device.seal(violation())
    offer(client, sealed)
    clip = sealed.files["data/clip.mp4"]
    assert [send_file(client, sealed, clip).status_code for _ in range(2)] == [204, 204]
    upload(client, sealed)
    assert send_file(client, sealed, clip).status_code == 204


def test_concurrent_duplicates_make_one_package_with_one_receipt(
    client: TestClient, device: Device
) -> None:
    sealed = device.seal(violation())
    offer(client, sealed)
    with ThreadPoolExecutor(8) as pool:
        contents = list(sealed.files.values()) * 3
        answers = pool.map(lambda content: send_file(client, sealed, content), contents)
        assert {answer.status_code for answer in answers} == {204}
        last = list(pool.map(lambda _: offer(client, sealed), range(8)))
    assert sorted(answer.status_code for answer in last) == [200] * 7 + [201]
    assert len({str(answer.json()) for answer in last}) == 1
    assert len(client.get("/api/cases").json()["cases"]) == 1


def test_several_packages_of_one_episode_join_one_case(client: TestClient, device: Device) -> None:
    first = upload(client, device.seal(violation(1)))
    second = upload(client, device.seal(violation(1, violation_id="v-1b", score=0.93)))
    other = upload(client, device.seal(violation(2)))
    assert first["case_id"] == second["case_id"] != other["case_id"]
    case = client.get(f"/api/cases/{first['case_id']}").json()
    assert [item["digest"] for item in case["packages"]] == [first["digest"], second["digest"]]
    assert (case["score"], case["version"]) == (0.93, 2)


def test_another_device_does_not_join_a_foreign_case(
    client: TestClient, device: Device, tmp_path: Path, settings: Settings
) -> None:
    key = DeviceKey.create(tmp_path / "other.key")
    keys = (*TrustRoots.load(settings.trust_path).keys, trust_for(key, "pole-18"))
    TrustRoots(keys).save(settings.trust_path)
    other = Device(key, tmp_path / "other", "pole-18")
    mine = upload(client, device.seal(violation(1)))
    theirs = upload(client, other.seal(violation(1)))
    assert mine["case_id"] != theirs["case_id"]


def chain_of(client: TestClient, digest: str) -> str:
    return str(client.get(f"/api/packages/{digest}").json()["chain"])


def test_chain_of_a_device_is_noted(client: TestClient, device: Device) -> None:
    packages = [device.seal(violation(n)) for n in range(4)]
    for n in (0, 1, 3, 2):
        upload(client, packages[n])
    states = [chain_of(client, sealed.digest) for sealed in packages]
    assert states == ["first", "linked", "linked", "gap"]


def test_reused_number_of_a_device_is_noted_and_logged(
    client: TestClient, device: Device, caplog: pytest.LogCaptureFixture
) -> None:
    upload(client, device.seal(violation(0)))
    device.seq, device.prev = 0, None
    twin = device.seal(violation(1))
    upload(client, twin)
    assert chain_of(client, twin.digest) == "reused_seq"
    assert "reused_seq" in caplog.text


def test_package_naming_another_predecessor_is_noted(client: TestClient, device: Device) -> None:
    upload(client, device.seal(violation(0)))
    device.prev = "0" * 64
    fork = device.seal(violation(1))
    upload(client, fork)
    assert chain_of(client, fork.digest) == "broken"


def refused(answer: object) -> tuple[int, str, str]:
    body = answer.json()  # type: ignore[attr-defined]
    assert body["detail"]
    return answer.status_code, body["error"], body["step"]  # type: ignore[attr-defined]


def nothing_is_kept(settings: Settings, client: TestClient) -> bool:
    folders = [settings.data_dir / name for name in ("packages", "pending", "trash")]
    is_empty = not any(list(folder.iterdir()) for folder in folders)
    return is_empty and client.get("/api/cases").json()["cases"] == []


def test_unknown_key_is_refused_before_anything_is_stored(
    client: TestClient, tmp_path: Path, settings: Settings
) -> None:
    stranger = Device(DeviceKey.create(tmp_path / "stranger.key"), tmp_path / "stranger")
    answer = offer(client, stranger.seal(violation()))
    assert refused(answer) == (403, "unknown_key", "envelope")
    assert nothing_is_kept(settings, client)


def test_revoked_key_is_refused_from_the_next_request_on(
    client: TestClient, device: Device, settings: Settings
) -> None:
    sealed = device.seal(violation())
    assert offer(client, sealed).status_code == 202
    known = trust_for(device.key, DEVICE_ID)
    revoked = TrustedKey(
        known.key_id, DEVICE_ID, known.public_key, known.valid_from, None, "2026-05-01T00:00:00Z"
    )
    TrustRoots((revoked,)).save(settings.trust_path)
    assert refused(offer(client, sealed)) == (403, "revoked_key", "envelope")
    clip = sealed.files["data/clip.mp4"]
    assert refused(send_file(client, sealed, clip)) == (403, "revoked_key", "envelope")


def test_broken_trust_file_refuses_everything_and_asks_to_come_again(
    client: TestClient, device: Device, settings: Settings
) -> None:
    settings.trust_path.write_text("{}", encoding="utf-8")
    answer = offer(client, device.seal(violation()))
    assert refused(answer) == (503, "trust_unreadable", "envelope")
    assert "Retry-After" in answer.headers


def test_body_of_another_digest_is_refused(
    client: TestClient, device: Device, settings: Settings
) -> None:
    sealed = device.seal(violation())
    sealed.envelope += b" "
    assert refused(offer(client, sealed)) == (422, "wrong_digest", "digest")
    assert nothing_is_kept(settings, client)


def test_tampered_envelope_is_refused_as_often_as_it_comes(
    client: TestClient, device: Device, settings: Settings
) -> None:
    sealed = device.seal(violation())
    sealed.envelope = sealed.envelope.replace(b'"sig":"', b'"sig":"A', 1)
    sealed.digest = hashlib.sha256(sealed.envelope).hexdigest()
    for _ in range(2):
        assert refused(offer(client, sealed)) == (422, "bad_envelope", "envelope")
    assert nothing_is_kept(settings, client)


@pytest.mark.parametrize("digest", ["0" * 63, "G" * 64, "0" * 64 + "0", "A" * 64])
def test_malformed_digest_is_refused(client: TestClient, digest: str) -> None:
    answer = client.put(f"/packages/{digest}", content=b"{}")
    assert refused(answer) == (422, "bad_digest", "digest")


@pytest.mark.parametrize(
    "path",
    [
        "/packages/..%2f..%2fetc",
        "/packages/%2e%2e/files/x",
        "/packages/{digest}/files/..%2f..%2fetc%2fpasswd",
        "/packages/{digest}/files/%00",
    ],
)
def test_path_tricks_write_nothing(
    client: TestClient, device: Device, settings: Settings, path: str
) -> None:
    answer = client.put(path.format(digest="0" * 64), content=b"x")
    assert answer.status_code in (404, 405, 422)
    assert nothing_is_kept(settings, client)


def test_file_of_a_package_nobody_offered_is_404(client: TestClient, device: Device) -> None:
    sealed = device.seal(violation())
    answer = send_file(client, sealed, sealed.files["data/clip.mp4"])
    assert refused(answer) == (404, "no_upload", "files")


def test_file_the_statement_does_not_name_is_404(client: TestClient, device: Device) -> None:
    sealed = device.seal(violation())
    offer(client, sealed)
    assert refused(send_file(client, sealed, b"intruder")) == (404, "not_named", "files")
    upload(client, sealed)
    assert refused(send_file(client, sealed, b"intruder")) == (404, "not_named", "files")


def test_file_with_another_content_is_refused_and_leaves_no_part(
    client: TestClient, device: Device, settings: Settings
) -> None:
    sealed = device.seal(violation())
    offer(client, sealed)
    clip = sealed.files["data/clip.mp4"]
    sha256 = hashlib.sha256(clip).hexdigest()
    for wrong in (clip[:-1], b"\xff" + clip[1:], b""):
        assert refused(send_file(client, sealed, wrong, sha256)) == (422, "wrong_digest", "files")
    assert list((settings.data_dir / "pending" / sealed.digest / "parts").iterdir()) == []
    assert upload(client, sealed)["case_id"] == 1


def test_file_longer_than_signed_is_cut_off(client: TestClient, device: Device) -> None:
    sealed = device.seal(violation())
    offer(client, sealed)
    clip = sealed.files["data/clip.mp4"]
    sha256 = hashlib.sha256(clip).hexdigest()
    url = f"/packages/{sealed.digest}/files/{sha256}"
    assert refused(send_file(client, sealed, clip + b"x", sha256)) == (413, "too_large", "body")
    unannounced = client.put(url, content=iter([clip, b"x"]))
    assert refused(unannounced) == (413, "too_large", "body")


def test_envelope_above_the_limit_is_refused(client: TestClient) -> None:
    body = b" " * ((1 << 20) + 1)
    digest = hashlib.sha256(body).hexdigest()
    answer = client.put(f"/packages/{digest}", content=body)
    assert refused(answer) == (413, "too_large", "body")


def test_signed_file_above_the_limit_is_refused_at_once(
    client: TestClient, device: Device, settings: Settings
) -> None:
    files = {**FILES, "data/clip.mp4": bytes((1 << 20) + 1)}
    assert refused(offer(client, device.seal(violation(), files))) == (413, "too_large", "limits")
    assert nothing_is_kept(settings, client)


def test_package_above_the_limit_is_refused_at_once(client: TestClient, device: Device) -> None:
    files = {**FILES, **{f"data/{n}.bin": bytes([n]) * (1 << 20) for n in range(2)}}
    assert refused(offer(client, device.seal(violation(), files))) == (413, "too_large", "limits")


def test_one_device_cannot_take_every_place(client: TestClient, device: Device) -> None:
    packages = [device.seal(violation(n)) for n in range(4)]
    answers = [offer(client, sealed) for sealed in packages]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    upload(client, packages[0])
    assert offer(client, packages[3]).status_code == 202


def test_signed_package_that_does_not_verify_never_becomes_a_case(
    client: TestClient, device: Device, settings: Settings
) -> None:
    from xunjie.evidence import envelope as envelopes
    from xunjie.evidence.statement import FileEntry

    sealed = device.seal(violation())
    trust = TrustRoots.load(settings.trust_path)
    statement = envelopes.parse_statement(sealed.envelope, trust)
    record = b'{"format":"xunjie-violation/1"}'
    sealed.files["data/violation.json"] = record
    entries = tuple(
        FileEntry(entry.path, len(record), hashlib.sha256(record).hexdigest())
        if entry.path == "data/violation.json"
        else entry
        for entry in statement.files
    )
    from dataclasses import replace

    sealed.envelope = envelopes.sign_statement(replace(statement, files=entries), device.key)
    sealed.digest = hashlib.sha256(sealed.envelope).hexdigest()
    for _ in range(2):
        assert offer(client, sealed).status_code == 202
        for content in sealed.files.values():
            send_file(client, sealed, content)
        assert refused(offer(client, sealed)) == (422, "bad_bag", "verify 11")
        assert nothing_is_kept(settings, client)
