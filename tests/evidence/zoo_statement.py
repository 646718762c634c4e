"""Bad evidence, step 6. All properly signed: only a broken or captured device makes these."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.evidence.forgery import (
    edit_statement,
    sign_payload,
    statement_in,
)
from tests.evidence.zoo_register import CLIP, RECORD, ZOO, wrong
from xunjie.evidence import statement
from xunjie.evidence.canonical import render
from xunjie.evidence.errors import Reason, Step
from xunjie.evidence.paths import ENVELOPE, MAX_FILES


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
