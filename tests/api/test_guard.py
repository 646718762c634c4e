"""Foreign pages, foreign host names, oversized bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.packages import Device, upload, violation

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

OWN = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9000"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
    ],
)
@pytest.mark.parametrize("path", ["/cases/1/decisions", "/api/cases/1/decisions"])
def test_decision_from_another_site_is_refused(
    client: TestClient, device: Device, headers: dict[str, str], path: str
) -> None:
    upload(client, device.seal(violation()))
    answer = client.post(path, data={"action": "confirm", "version": "1"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "cross_site")
    assert client.get("/api/cases/1").json()["status"] == "open"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": OWN}, {"Origin": OWN}, {}]
)
def test_own_page_and_scripts_may_decide(
    client: TestClient, device: Device, headers: dict[str, str]
) -> None:
    upload(client, device.seal(violation()))
    body = {"action": "confirm", "version": 1}
    assert client.post("/api/cases/1/decisions", json=body, headers=headers).status_code == 201


def test_form_cannot_reach_the_json_endpoint(client: TestClient, device: Device) -> None:
    upload(client, device.seal(violation()))
    body = '{"action":"confirm","version":1}'
    headers = {"Content-Type": "text/plain"}
    answer = client.post("/api/cases/1/decisions", content=body, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", ""])
def test_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert (answer.status_code, answer.json()["error"]) == (421, "wrong_host")


def test_body_that_is_too_large_or_hides_its_length_is_refused(client: TestClient) -> None:
    url = "/api/cases/1/decisions"
    assert client.post(url, content=b"x" * 65_537).status_code == 413
    assert client.post(url, content=iter([b"x"])).status_code == 411


@pytest.mark.parametrize("path", ["/", "/api/cases", "/static/console.css", "/cases/9", "/x"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_stock_documentation_pages_that_load_from_elsewhere_are_off(client: TestClient) -> None:
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404
    assert client.get("/openapi.json").status_code == 200
