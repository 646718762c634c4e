"""The officers' way through the console, in a real Chromium."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.api.packages import Device, upload, violation
from tests.api.pictures import STALL_BOX, WH, street_files
from xunjie.api.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage

    from xunjie.api.settings import Settings

pytestmark = pytest.mark.browser
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Settles once the clip has really moved on; the console's policy forbids evaluating text in loops.
PLAYS_ON = """clip => new Promise((resolve) => {
  const look = () => (clip.currentTime > 0.3 ? resolve() : setTimeout(look, 50));
  look();
})"""
LEADS = (
    {"rule_id": "dumping", "class_name": "garbage", "phase": "warning", "score": 0.71},
    {"rule_id": "cross_door", "class_name": "outdoor_goods", "zone_id": "shop-12", "score": 0.8},
    {"rule_id": "street_stall", "score": 0.91},
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with Server(settings, port=0) as server:
        yield server


@pytest.fixture
def console(server: Server, device: Device, tmp_path: Path) -> str:
    """A console with three leads; its URL."""
    files = street_files(tmp_path)
    with httpx.Client(base_url=server.url) as sender:
        for n, lead in enumerate(LEADS):
            facts = {
                "permit_outcome": "none",
                "permits_checked": 2,
                "min_dwell_s": 60,
            }
            changes: dict[str, Any] = {"box_xyxy_px": STALL_BOX, "frame_wh": WH, "facts": facts}
            upload(sender, device.seal(violation(n * 7, **{**changes, **lead}), files))
    return server.url


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails the test on any console error and any request to another host."""
    context = browser.new_context(viewport=request.param, color_scheme="light")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((server.url, "data:")) else wrong.append(r.url),
    )
    yield page
    context.close()
    assert wrong == []


def is_wrong(message: ConsoleMessage) -> bool:
    """Whether a console message is a fault; Chromium reports the answer 409 as one, it is not."""
    return message.type in ("error", "warning") and "409 (Conflict)" not in message.text


def open_first(page: Page) -> None:
    """Opens the first lead and waits until the page, its keys included, is there."""
    page.locator(".card a").first.click()
    expect(page.locator(".verdict")).to_be_visible()


def shot(page: Page, name: str) -> None:
    """Keeps a picture where XUNJIE_SHOTS says, for people to look at."""
    folder = os.environ.get("XUNJIE_SHOTS")
    if folder:
        assert page.viewport_size is not None
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png")


def no_sideways_scroll(page: Page) -> bool:
    inside = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(inside))


@pytest.mark.parametrize(
    ("lang", "stall", "done"),
    [("zh", "无序设摊", "已驳回"), ("en", "Street stall", "rejected")],
)
def test_officer_looks_plays_and_rejects(
    page: Page, console: str, lang: str, stall: str, done: str
) -> None:
    page.goto(f"{console}/?lang={lang}")
    expect(page.locator(".card")).to_have_count(3)
    assert no_sideways_scroll(page)
    shot(page, f"list-{lang}")
    page.get_by_role("link", name=stall).last.click()
    expect(page.locator("h1")).to_have_text(stall)
    expect(page.locator(".verdict.good")).to_be_visible()
    assert no_sideways_scroll(page)
    shot(page, f"case-{lang}")

    box = page.locator("#pane-3 .box")
    expect(box).to_be_visible()
    page.keyboard.press("o")
    expect(box).to_be_hidden()
    page.keyboard.press("o")

    page.keyboard.press("4")
    clip = page.locator("#clip")
    clip.evaluate(PLAYS_ON)
    assert clip.evaluate("clip => clip.readyState") >= 2
    assert clip.evaluate("clip => clip.videoWidth") == WH[0]

    page.keyboard.press("r")
    shot(page, f"reject-{lang}")
    page.keyboard.press("1")
    expect(page.locator(".flash.good")).to_contain_text(done)
    expect(page.locator("h1")).not_to_have_text(stall)
    page.goto(console)
    expect(page.locator(".card")).to_have_count(2)


def test_keys_go_to_the_next_lead_and_back_and_confirm(page: Page, console: str) -> None:
    page.goto(console)
    open_first(page)
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    expect(page.locator(".verdict")).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_url(first)
    for _ in range(3):
        expect(page.locator("#confirm")).to_be_visible()
        expect(page.locator(".verdict")).to_be_visible()
        before = page.url
        page.keyboard.press("c")
        page.wait_for_url(lambda url, before=before: url != before)  # type: ignore[misc]
    expect(page.locator(".empty")).to_be_visible()
    shot(page, "all-done")


def test_other_needs_a_note_before_it_is_sent(page: Page, console: str) -> None:
    page.goto(console)
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.press("9")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("一 public event 9")
    page.keyboard.press("Escape")
    page.locator("#reject summary").click()
    page.keyboard.press("9")
    expect(page.locator(".flash.good")).to_contain_text("其他")


def test_second_officer_is_told_who_decided(page: Page, console: str) -> None:
    page.goto(console)
    open_first(page)
    case_id = page.url.rsplit("/", 1)[1].split("?")[0]
    body = {"action": "confirm", "version": 1}
    answer = httpx.post(f"{console}/api/cases/{case_id}/decisions", json=body)
    assert answer.status_code == 201
    with page.expect_response(lambda r: r.status == 409):
        page.locator("#confirm").click()
    expect(page.locator(".flash.bad")).to_contain_text("王警官")
    shot(page, "conflict")


def test_tampered_evidence_is_never_shown_as_verified(
    page: Page, console: str, settings: Settings
) -> None:
    page.goto(console)
    open_first(page)
    expect(page.locator(".verdict.good")).to_be_visible()
    for clip in settings.data_dir.glob("packages/*/data/clip.mp4"):
        # Replaced, not rewritten: a page may still be reading the file.
        changed = clip.with_name("changed")
        changed.write_bytes(clip.read_bytes()[:-1] + b"!")
        changed.replace(clip)
    page.reload()
    expect(page.locator(".verdict.bad")).to_be_visible()
    expect(page.locator(".verdict.good")).to_have_count(0)
    shot(page, "tampered")


def test_empty_console_says_what_to_do_and_fills_by_itself(
    page: Page, server: Server, device: Device, tmp_path: Path
) -> None:
    page.goto(server.url)
    expect(page.locator(".empty")).to_contain_text("xunjie run")
    shot(page, "empty")
    with httpx.Client(base_url=server.url) as sender:
        upload(sender, device.seal(violation(), street_files(tmp_path)))
    expect(page.locator(".card")).to_have_count(1, timeout=10_000)
