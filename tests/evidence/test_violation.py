"""The record of a violation, and the canonical JSON and times below it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.builders import violation_with
from xunjie.evidence.canonical import parse, parse_canonical, render
from xunjie.evidence.errors import FormatError
from xunjie.evidence.instants import from_ns, to_ns
from xunjie.evidence.violation import MAX_BYTES, Violation

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@settings(max_examples=25, deadline=None)
@given(facts=st.dictionaries(st.text(max_size=8), JSON), score=st.floats(0, 1))
def test_every_record_survives_the_round_trip(facts: dict[str, Any], score: float) -> None:
    record = violation_with(facts=facts, score=score, zone_id="", zone_version="")
    assert Violation.from_json_bytes(record.to_json_bytes()) == record


def test_record_does_not_change_with_the_facts_it_was_made_from() -> None:
    facts = {"hours": ["09:00"]}
    record = violation_with(facts=facts)
    facts["hours"].append("22:00")
    assert record.facts == {"hours": ["09:00"]}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("violation_id", "v 1"),
        ("violation_id", ""),
        ("rule_id", ""),
        ("source_id", 7),
        ("class_name", "x" * 2001),
        ("phase", "strict"),
        ("config_digest", "sha256"),
        ("onset_utc", "2026-05-16T02:00:00+00:00"),
        ("onset_utc", "2026-05-16T02:05:00.001Z"),
        ("end_utc", None),
        ("dwell_s", -1.0),
        ("dwell_s", float("nan")),
        ("dwell_s", "60"),
        ("score", 1.01),
        ("score", True),
        ("box_xyxy_px", (10.0, 20.0, 10.0, 40.0)),
        ("box_xyxy_px", (10.0, 20.0, 30.0)),
        ("frame_wh", (0, 720)),
        ("frame_wh", (1280, 720, 3)),
        ("frame_wh", (1280.0, 720.0)),
        ("model_ids", ()),
        ("model_ids", ("a", "b")),
        ("model_ids", "street"),
        ("model_digests", ("short",)),
        ("clock", {"source": "ntp"}),
        ("clock", {"source": "ntp", "quality": ""}),
        ("why", {"en": "only"}),
        ("facts", {"t_ns": 2**53}),
        ("facts", {"x": float("inf")}),
        ("facts", {"x": {1}}),
        ("media", ("clip.mp4",)),
        ("media", ("data/clip.mp4", "data/clip.mp4")),
    ],
)
def test_record_of_impossible_values_cannot_be_made(member: str, value: object) -> None:
    with pytest.raises(FormatError):
        violation_with(**{member: value})


def test_record_is_bounded() -> None:
    with pytest.raises(FormatError, match="at most"):
        Violation.from_json_bytes(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"score":0.83', b'"score":0.830'),
        (b'"score":0.83', b'"score":8.3e-1'),
        (b'"phase"', b'"Phase"'),
        (b'"rule_id":"street_stall"', b'"rule_id":"street_stall","rule_id":"street_stall"'),
        (b'"media":[', b'"media":{"a":['),
        (b'"model_ids":["street"]', b'"model_ids":"street"'),
        (b"xunjie-violation/1", b"xunjie-violation/2"),
        (b'"clock":{"quality":"', b'"clock":{"extra":"","quality":"'),
        (b"stall stood", b"stall\\u0020stood"),
        (b'{"box_xyxy_px":[10', b'{"box_xyxy_px":[NaN'),
    ],
)
def test_record_in_another_spelling_or_form_is_refused(old: bytes, new: bytes) -> None:
    good = violation_with().to_json_bytes()
    assert old in good
    with pytest.raises(FormatError):
        Violation.from_json_bytes(good.replace(old, new))


@given(JSON)
def test_canonical_json_reads_back_and_has_one_spelling(value: object) -> None:
    data = render(value)
    assert render(parse_canonical(data, 10_000)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf{}",
        b"{} ",
        b"1.0",
        b"1e999",
        b"-0",
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b"9" * 5000,
        b"[" * 9000,
        b"Infinity",
        b'{"b":1,"a":2}',
        b"",
    ],
)
def test_json_that_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_canonical(data, 10_000)


def test_lenient_parser_still_refuses_a_key_that_stands_twice() -> None:
    assert parse(b' {"a": 1.0} ', 100) == {"a": 1}
    with pytest.raises(FormatError, match="'a' stands twice"):
        parse(b'{"a": 1, "b": 2, "a": 1}', 100)


@given(st.integers(0, to_ns("2999-12-31T23:59:59.999999999Z")))
def test_instants_survive_the_round_trip(t_ns: int) -> None:
    assert to_ns(from_ns(t_ns)) == t_ns


@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_instants_order_like_their_numbers(a: int, b: int) -> None:
    assert (to_ns(from_ns(a)) < to_ns(from_ns(b))) == (a < b)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-16T02:00:00",
        "2026-05-16 02:00:00Z",
        "2026-05-16T24:00:00Z",
        "2026-05-16T23:59:60Z",
        "2026-13-16T02:00:00Z",
        "1969-12-31T23:59:59Z",
        "2026-05-16T02:00:00.Z",
        "2026-05-16T02:00:00.1234567890Z",
        "２026-05-16T02:00:00Z",
    ],
)
def test_time_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="time"):
        to_ns(text)
