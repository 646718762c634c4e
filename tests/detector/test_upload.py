from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.detector.fake_api import FakeApi, Shelf
from tests.detector.test_outbox import key_in, publish
from xunjie.detector.delivery import Courier
from xunjie.detector.errors import UploadError, UploadRefused
from xunjie.detector.outbox import Outbox
from xunjie.detector.upload import Patience, Uploader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An open outbox with two packages."""
    with Outbox(tmp_path / "o") as outbox:
        for name in ("a", "b"):
            publish(outbox, key_in(tmp_path), name)
        yield outbox


@pytest.fixture
def waits() -> list[float]:
    """The waits an uploader asked for; nobody really waits."""
    return []


@pytest.fixture
def uploader(waits: list[float]) -> Iterator[Callable[[str], Uploader]]:
    """Makes uploaders of an address, closed at the end."""
    made: list[Uploader] = []

    def make(url: str) -> Uploader:
        patience = Patience(attempts=3, first_s=1.0, timeout_s=5.0)
        made.append(Uploader(url, waits.append, patience))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_every_file_arrives_and_the_receipt_is_kept(
    outbox: Outbox, uploader: Callable[[str], Uploader]
) -> None:
    shelf = Shelf()
    with FakeApi(shelf) as api:
        delivery = Courier(outbox, uploader(api.url)).deliver()
    assert (delivery.sent, delivery.waiting, delivery.faults) == (2, 0, ())
    package = outbox.ready / "a"
    envelope = (package / "envelope.dsse.json").read_bytes()
    digest = hashlib.sha256(envelope).hexdigest()
    assert shelf.envelopes[digest] == envelope
    sent = {hashlib.sha256(p.read_bytes()).hexdigest() for p in package.rglob("*.*")}
    assert sent - {digest} <= set(shelf.files)
    assert json.loads(outbox.receipt_path(digest).read_bytes())["case_id"] == "c1"


def test_nothing_is_sent_twice(outbox: Outbox, uploader: Callable[[str], Uploader]) -> None:
    shelf = Shelf()
    with FakeApi(shelf) as api:
        courier = Courier(outbox, uploader(api.url))
        courier.deliver()
        before = len(shelf.requests)
        assert courier.deliver().sent == 0
    assert len(shelf.requests) == before


def test_an_api_that_comes_back_gets_what_waited(
    outbox: Outbox, uploader: Callable[[str], Uploader], waits: list[float]
) -> None:
    shelf = Shelf()
    with FakeApi(shelf) as api:
        port = api.port
    courier = Courier(outbox, uploader(f"http://127.0.0.1:{port}"))
    away = courier.deliver()
    assert (away.sent, away.waiting, len(away.faults)) == (0, 2, 1)
    assert f"API not reachable at http://127.0.0.1:{port}" in away.faults[0]
    assert len(waits) == 2
    with FakeApi(shelf, port):
        assert courier.deliver().sent == 2


def test_passing_trouble_is_retried_with_growing_spread_waits(
    outbox: Outbox, uploader: Callable[[str], Uploader], waits: list[float]
) -> None:
    with FakeApi(Shelf(answers=[503, 429])) as api:
        uploader(api.url).send(outbox.ready / "a")
    assert 0.75 <= waits[0] <= 1.25
    assert 1.5 <= waits[1] <= 2.5


@pytest.mark.parametrize("status", [403, 404, 413, 422])
def test_a_refusal_is_final_and_does_not_hold_up_the_others(
    outbox: Outbox, uploader: Callable[[str], Uploader], waits: list[float], status: int
) -> None:
    with FakeApi(Shelf(answers=[status])) as api:
        courier = Courier(outbox, uploader(api.url))
        delivery = courier.deliver()
        assert (delivery.sent, delivery.waiting) == (1, 1)
        assert f"{status} told to" in delivery.faults[0]
        assert courier.deliver().waiting == 1
    assert outbox.unsent() == [outbox.ready / "a"]
    assert waits == []


@pytest.mark.parametrize("receipt", [None, {"digest": "00"}, "yes"])
def test_without_a_receipt_of_its_own_nothing_counts_as_sent(
    outbox: Outbox, uploader: Callable[[str], Uploader], receipt: object
) -> None:
    with (
        FakeApi(Shelf(receipt=lambda _: receipt)) as api,
        pytest.raises(UploadError, match="expected a receipt"),
    ):
        uploader(api.url).send(outbox.ready / "a")
    assert len(outbox.unsent()) == 2


@pytest.mark.parametrize("path", ["../chain.json", "/etc/passwd", "data/none.jpg", "data"])
def test_files_outside_the_package_are_never_sent(
    outbox: Outbox, uploader: Callable[[str], Uploader], path: str
) -> None:
    shelf = Shelf(missing=lambda missing: [{**missing[0], "path": path}])
    with FakeApi(shelf) as api, pytest.raises(UploadRefused, match="asked for"):
        uploader(api.url).send(outbox.ready / "a")
    assert shelf.files == {}
