"""Reading cases and packages, and deciding."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.packages import Device, upload, violation
from xunjie.api.reasons import reject_reasons

if TYPE_CHECKING:
    from fastapi.testclient import TestClient


def fill(client: TestClient, device: Device, count: int, **changes: Any) -> list[int]:
    """Uploads leads, oldest first; their case ids."""
    return [
        int(upload(client, device.seal(violation(n, **changes)))["case_id"]) for n in range(count)
    ]


def decide(client: TestClient, case_id: int, **body: Any) -> Any:
    return client.post(f"/api/cases/{case_id}/decisions", json={"version": 1, **body})


def test_pages_follow_each_other_newest_first_without_gap_or_repeat(
    client: TestClient, device: Device
) -> None:
    ids = fill(client, device, 5)
    found: list[int] = []
    after: str | None = None
    for _ in range(3):
        query = {"limit": "2"} | ({} if after is None else {"after": after})
        page = client.get("/api/cases", params=query).json()
        found += [case["case_id"] for case in page["cases"]]
        after = page["next"]
    assert found == ids[::-1]
    assert after is None


def test_filters_narrow_by_status_and_rule(client: TestClient, device: Device) -> None:
    stalls = fill(client, device, 2)
    dumped = upload(client, device.seal(violation(9, rule_id="dumping")))["case_id"]
    decide(client, stalls[0], action="confirm")

    def ids(**params: str) -> list[int]:
        found = client.get("/api/cases", params=params).json()["cases"]
        return [case["case_id"] for case in found]

    assert ids(status="open", rule="street_stall") == [stalls[1]]
    assert ids(status="confirmed") == [stalls[0]]
    assert ids(rule="dumping") == [dumped]


@pytest.mark.parametrize(
    "query",
    ["status=closed", "limit=0", "limit=201", "after=x", "after=1-1;", "after=" + "9" * 19 + "-1"],
)
def test_wrong_query_is_refused_with_a_reason(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/cases?{query}")
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "step", "detail"}


@pytest.mark.parametrize("path", ["/api/cases/99", "/api/cases/9223372036854775807"])
def test_unknown_case_is_404(client: TestClient, path: str) -> None:
    assert client.get(path).json()["error"] == "no_case"


def test_case_id_beyond_the_database_is_no_server_error(client: TestClient) -> None:
    assert client.get(f"/api/cases/{10**30}").status_code == 404
    assert client.get(f"/cases/{10**30}").status_code == 404


def test_package_shows_what_was_signed(client: TestClient, device: Device) -> None:
    sealed = device.seal(violation())
    upload(client, sealed)
    package = client.get(f"/api/packages/{sealed.digest}").json()
    assert package["violation"]["why"]["zh"].startswith("摊位")
    assert {item["path"] for item in package["files"]} == set(sealed.files)


def test_files_are_served_whole_in_ranges_and_with_their_type(
    client: TestClient, device: Device
) -> None:
    sealed = device.seal(violation())
    upload(client, sealed)
    url = f"/api/packages/{sealed.digest}/files/data/clip.mp4"
    whole = client.get(url)
    assert (whole.content, whole.headers["content-type"]) == (
        sealed.files["data/clip.mp4"],
        "video/mp4",
    )
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    still = client.get(f"/api/packages/{sealed.digest}/files/data/stills/01-scene.jpg")
    assert still.headers["content-type"] == "image/jpeg"
    envelope = client.get(f"/api/packages/{sealed.digest}/files/envelope.dsse.json")
    assert envelope.content == sealed.envelope


@pytest.mark.parametrize(
    "path",
    [
        "data/none.jpg",
        "..%2f..%2f..%2fapi.db",
        "%2e%2e/%2e%2e/api.db",
        "data",
        "/etc/passwd",
        "%00",
    ],
)
def test_only_signed_names_are_served(client: TestClient, device: Device, path: str) -> None:
    sealed = device.seal(violation())
    upload(client, sealed)
    answer = client.get(f"/api/packages/{sealed.digest}/files/{path}")
    assert answer.status_code == 404


def test_confirmation_is_recorded_with_officer_time_and_evidence(
    client: TestClient, device: Device
) -> None:
    (case_id,) = fill(client, device, 1)
    answer = decide(client, case_id, action="confirm")
    assert answer.status_code == 201
    case = client.get(f"/api/cases/{case_id}").json()
    assert (case["status"], case["version"]) == ("confirmed", 2)
    (decision,) = case["decisions"]
    assert decision["officer"] == "王警官"
    assert decision["package_digest"] == case["package_digest"]
    assert decision["decided_utc"].endswith("Z")


@pytest.mark.parametrize("reason", [item.code for item in reject_reasons()])
def test_every_reason_can_reject(client: TestClient, device: Device, reason: str) -> None:
    (case_id,) = fill(client, device, 1)
    answer = decide(client, case_id, action="reject", reason=reason, note="节庆活动")
    assert answer.json()["decision"]["reason"] == reason
    assert answer.json()["case"]["status"] == "rejected"


@pytest.mark.parametrize(
    "body",
    [
        {"action": "reject"},
        {"action": "reject", "reason": "because"},
        {"action": "reject", "reason": "other", "note": "  "},
        {"action": "confirm", "reason": "compliant"},
        {"action": "delete"},
        {"action": "confirm", "version": 0},
        {"action": "confirm", "officer": "somebody"},
        {"action": "reject", "reason": "other", "note": "x" * 1001},
    ],
)
def test_decision_that_makes_no_sense_is_refused_and_changes_nothing(
    client: TestClient, device: Device, body: dict[str, Any]
) -> None:
    (case_id,) = fill(client, device, 1)
    assert decide(client, case_id, **body).status_code == 422
    assert client.get(f"/api/cases/{case_id}").json()["version"] == 1


def test_second_decision_is_409_and_tells_who_decided_what_and_when(
    client: TestClient, device: Device
) -> None:
    (case_id,) = fill(client, device, 1)
    decide(client, case_id, action="reject", reason="duplicate")
    answer = decide(client, case_id, action="confirm")
    assert (answer.status_code, answer.json()["error"]) == (409, "already_decided")
    decision = answer.json()["decision"]
    assert (decision["officer"], decision["action"], decision["reason"]) == (
        "王警官",
        "reject",
        "duplicate",
    )
    assert decision["decided_utc"] in answer.json()["detail"]


def test_new_evidence_asks_the_officer_to_look_again(client: TestClient, device: Device) -> None:
    (case_id,) = fill(client, device, 1)
    upload(client, device.seal(violation(0, violation_id="v-later")))
    answer = decide(client, case_id, action="confirm")
    assert (answer.status_code, answer.json()["error"]) == (409, "evidence_changed")
    assert decide(client, case_id, action="confirm", version=2).status_code == 201


def test_of_many_deciding_at_once_exactly_one_is_recorded(
    client: TestClient, device: Device
) -> None:
    (case_id,) = fill(client, device, 1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: decide(client, case_id, action="confirm"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(client.get(f"/api/cases/{case_id}").json()["decisions"]) == 1
