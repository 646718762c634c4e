"""The pages without a browser: words, escaping, forms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import xunjie.api
from tests.api.packages import Device, upload, violation
from xunjie.api.cases import RULES, STATUSES
from xunjie.api.reasons import reject_reasons
from xunjie.api.web.media import find_outline
from xunjie.api.web.texts import load_texts
from xunjie.evidence.errors import Step

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

ROOM = Path(xunjie.api.__file__).parent


def test_both_languages_say_the_same_things() -> None:
    texts = load_texts()
    assert texts["zh"].keys() == texts["en"].keys()
    for key in texts["zh"]:
        names = [set(re.findall(r"{(\w+)}", texts[lang][key])) for lang in ("zh", "en")]
        assert names[0] == names[1], key


def test_every_sentence_the_code_names_exists() -> None:
    sources = [*ROOM.glob("web/*.py"), *ROOM.glob("web/templates/*.html")]
    asked: set[str] = set()
    for source in sources:
        text = source.read_text(encoding="utf-8")
        asked |= set(re.findall(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""", text))
    made = {f"rule.{rule}" for rule in RULES} | {f"status.{status}" for status in STATUSES}
    made |= {"fact.zone_hours", "fact.legal_basis"}
    made |= {f"step.{int(step)}" for step in Step}
    assert (asked | made) - load_texts()["zh"].keys() == set()


def test_reasons_have_one_key_each_and_both_names() -> None:
    reasons = reject_reasons()
    assert len({reason.key for reason in reasons}) == len(reasons) <= 9
    assert all(reason.zh and reason.en for reason in reasons)


def test_vendored_script_is_the_one_its_licence_file_names() -> None:
    import hashlib

    vendor = ROOM / "web" / "static" / "vendor"
    digest = hashlib.sha256((vendor / "htmx-4.0.1.min.js").read_bytes()).hexdigest()
    assert digest in (vendor / "htmx-LICENSE.txt").read_text(encoding="utf-8")


def test_no_inline_script_or_style_in_any_template() -> None:
    for template in ROOM.glob("web/templates/*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", text), template.name
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), template.name


def test_hostile_names_are_shown_as_text(client: TestClient, device: Device) -> None:
    evil = "<script>alert(1)</script>{{7*7}}'\""
    facts = {
        "zone": {"vertices": [["<svg>", 1], [2, 3]]},
        evil: evil,
        "permit_outcome": evil,
        "legal_basis": evil,
    }
    sealed = device.seal(
        violation(
            0, zone_id=evil, source_id=evil, rule_id=evil, why={"zh": evil, "en": evil}, facts=facts
        )
    )
    case_id = upload(client, sealed)["case_id"]
    for path in ("/", f"/cases/{case_id}", f"/?rule={evil}"):
        html = client.get(path).text
        assert "<script>alert" not in html
        assert "{{7*7}}" in html or path.startswith("/?")


@pytest.mark.parametrize(
    "points", [None, "x", [], [[1, 2]], [[1, 2], [3]], [[1, "2"], [3, 4]], [[0, 0]] * 501]
)
def test_outline_that_is_none_is_left_out(points: object) -> None:
    assert find_outline({"zone": {"outline_px": points}}) is None
    assert find_outline({"zone": points}) is None


def test_outline_of_a_shop_front_is_a_line_of_a_zone_an_area() -> None:
    corners = [[0, 0], [9, 0], [9, 9]]
    front = find_outline({"zone": {"outline_px": corners[:2], "is_closed": False}})
    area = find_outline({"zone": {"outline_px": corners, "is_closed": True}})
    assert front is not None
    assert area is not None
    assert (front.is_line, area.is_line) == (True, False)
    assert area.points == "0.0,0.0 9.0,0.0 9.0,9.0"


def test_language_is_chosen_by_link_and_remembered(client: TestClient) -> None:
    assert 'lang="zh-CN"' in client.get("/").text
    assert 'lang="en"' in client.get("/?lang=en").text
    assert "No lead has arrived yet" in client.get("/").text
    assert "还没有收到" in client.get("/?lang=zh").text


def test_pages_say_that_there_is_no_login_and_whose_name_is_used(client: TestClient) -> None:
    html = client.get("/").text
    assert "本机演示，未启用登录" in html
    assert "王警官" in html


def test_time_is_local_and_its_zone_is_named(client: TestClient, device: Device) -> None:
    upload(client, device.seal(violation()))
    html = client.get("/").text
    assert "2026-05-16 10:00:00" in html
    assert "Asia/Shanghai (UTC+08:00)" in html


def test_form_decides_and_leads_to_the_next_open_lead(client: TestClient, device: Device) -> None:
    older, newer = (upload(client, device.seal(violation(n)))["case_id"] for n in range(2))
    form = {"action": "reject", "reason": "moving_vendor", "version": "1", "status": "open"}
    answer = client.post(f"/cases/{newer}/decisions", data=form, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/cases/{older}?")
    html = client.get(answer.headers["location"]).text
    assert "流动经过" in html
    last = client.post(f"/cases/{older}/decisions", data={"action": "confirm", "version": "1"})
    assert "没有待核查的线索" in last.text


@pytest.mark.parametrize("form", [{}, {"action": "reject", "version": "1"}, {"version": "x"}])
def test_form_that_makes_no_sense_is_shown_again(
    client: TestClient, device: Device, form: dict[str, str]
) -> None:
    case_id = upload(client, device.seal(violation()))["case_id"]
    answer = client.post(f"/cases/{case_id}/decisions", data=form)
    assert answer.status_code == 422
    assert "未保存" in answer.text


def test_unknown_page_is_an_error_page_in_the_officers_language(client: TestClient) -> None:
    answer = client.get("/cases/77")
    assert answer.status_code == 404
    assert "返回线索列表" in answer.text


def test_verification_names_the_failing_step(client: TestClient, device: Device) -> None:
    sealed = device.seal(violation())
    case_id = upload(client, sealed)["case_id"]
    assert "证据已验证" in client.get(f"/cases/{case_id}/verification").text
    for kept in device.folder.parent.glob("data/packages/*/data/clip.mp4"):
        kept.write_bytes(b"!" + kept.read_bytes()[1:])
    html = client.get(f"/cases/{case_id}/verification").text
    assert "证据已验证" not in html
    assert "第 10 步未通过" in html
