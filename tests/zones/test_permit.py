"""The permit register: place, hours, validity, and which permit speaks."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.zones.builders import hours, ns, permit_at
from xunjie.zones.permit import Permit, PermitRegister
from xunjie.zones.schedule import Schedule

MAY, JUNE, JULY = (ns(f"2026-0{month}-01T00:00:00+08:00") for month in (5, 6, 7))
NOON = ns("2026-05-16T12:00:00+08:00")
MORNING_ONLY = Schedule((hours("06:00", "09:00"),), None, "Asia/Shanghai")

INSIDE = (2.0, 0.0, 8.0, 5.0)  # ground point (5, 5)
FAR = (200.0, 200.0, 210.0, 210.0)


def register(*permits: Permit) -> PermitRegister:
    return PermitRegister(permits, "digest")


def test_thing_standing_in_a_permitted_place_is_valid() -> None:
    found = register(permit_at()).lookup("stall", INSIDE, NOON, "cam1")
    assert (found.outcome, found.checked) == ("valid", 1)
    assert found.permit is not None
    assert found.permit.permit_id == "p"


def test_empty_register_permits_nothing() -> None:
    found = PermitRegister.empty().lookup("stall", INSIDE, NOON, "cam1")
    assert (found.outcome, found.permit, found.checked) == ("none", None, 0)
    assert len(PermitRegister.empty()) == 0


def test_other_place_is_no_permit_but_was_checked() -> None:
    found = register(permit_at()).lookup("stall", FAR, NOON, "cam1")
    assert (found.outcome, found.permit, found.checked) == ("none", None, 1)


def test_ground_point_decides_and_not_the_box() -> None:
    overlapping = (0.0, 0.0, 10.0, 10.5)  # nearly all inside, stands just below
    assert register(permit_at()).lookup("stall", overlapping, NOON, "cam1").outcome == "none"


@given(x=st.integers(-500, 500), y=st.integers(-500, 500), reach=st.integers(1, 2000))
def test_ground_point_outside_is_never_permitted_however_wide_the_box(
    x: int, y: int, reach: int
) -> None:
    assume(not (0 <= x <= 10 and 0 <= y <= 10))
    box = (x - reach, y - reach, x + reach, y)
    assert register(permit_at()).lookup("stall", box, NOON, "cam1").outcome == "none"


@pytest.mark.parametrize("kind", ["stall", "outdoor_seating", "outdoor_goods"])
def test_ground_point_on_the_boundary_is_permitted(kind: str) -> None:
    permits = register(permit_at(kind=kind))  # type: ignore[arg-type]
    assert permits.lookup(kind, (2, 0, 8, 10), NOON, "cam1").outcome == "valid"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("x1", "outcome"), [(0.0, "valid"), (-5.0, "valid"), (-5.1, "none"), (-9.0, "none")]
)
def test_sign_needs_half_of_its_box_in_the_permitted_place(x1: float, outcome: str) -> None:
    permits = register(permit_at(kind="billboard"))
    assert permits.lookup("billboard", (x1, 0, x1 + 10, 10), NOON, "cam1").outcome == outcome


def test_other_kind_permits_nothing() -> None:
    found = register(permit_at(kind="outdoor_seating")).lookup("stall", INSIDE, NOON, "cam1")
    assert (found.outcome, found.checked) == ("none", 0)


def test_permit_of_another_source_permits_nothing() -> None:
    permits = register(permit_at(source_id="cam2"))
    found = permits.lookup("stall", INSIDE, NOON, "cam1")
    assert (found.outcome, found.checked) == ("none", 0)
    assert permits.lookup("stall", INSIDE, NOON, "cam2").outcome == "valid"


def test_ground_permit_is_not_matched_with_pixels() -> None:
    found = register(permit_at(space="ground")).lookup("stall", INSIDE, NOON, "cam1")
    assert (found.outcome, found.checked) == ("none", 0)


@pytest.mark.parametrize(
    ("t_ns", "outcome"),
    [
        (MAY - 1, "not_yet_valid"),
        (MAY, "valid"),
        (JUNE - 1, "valid"),
        (JUNE, "expired"),
    ],
)
def test_validity_includes_its_first_instant_and_not_its_last(t_ns: int, outcome: str) -> None:
    permits = register(permit_at(valid=(MAY, JUNE)))
    assert permits.lookup("stall", INSIDE, t_ns, "cam1").outcome == outcome


def test_outside_its_hours_the_permit_is_named() -> None:
    found = register(permit_at(schedule=MORNING_ONLY)).lookup("stall", INSIDE, NOON, "cam1")
    assert found.outcome == "outside_hours"
    assert found.permit is not None
    assert found.permit.holder == "王记早点"


ORDER = {
    "valid": permit_at(permit_id="valid"),
    "outside_hours": permit_at(permit_id="outside_hours", schedule=MORNING_ONLY),
    "not_yet_valid": permit_at(permit_id="not_yet_valid", valid=(JULY, None)),
    "expired": permit_at(permit_id="expired", valid=(None, MAY)),
}


@pytest.mark.parametrize("best", range(4))
@pytest.mark.parametrize("step", [1, -1])
def test_best_outcome_speaks_whatever_the_order_of_the_file(best: int, step: int) -> None:
    covering = list(ORDER.values())[best:][::step]
    found = register(*covering).lookup("stall", INSIDE, NOON, "cam1")
    assert found.outcome == list(ORDER)[best]
    assert found.permit is not None
    assert found.permit.permit_id == found.outcome
    assert found.checked == 4 - best


@pytest.mark.parametrize("step", [1, -1])
def test_of_two_places_the_better_fit_speaks(step: int) -> None:
    part = permit_at([[0, 0], [6, 0], [6, 10], [0, 10]], kind="billboard", permit_id="a")
    whole = permit_at(kind="billboard", permit_id="b")
    permits = register(*[part, whole][::step])
    found = permits.lookup("billboard", (0, 0, 10, 10), NOON, "cam1")
    assert found.permit is whole


@pytest.mark.parametrize("step", [1, -1])
def test_of_two_equal_fits_the_smaller_id_speaks(step: int) -> None:
    permits = register(*[permit_at(permit_id="a"), permit_at(permit_id="b")][::step])
    found = permits.lookup("stall", INSIDE, NOON, "cam1")
    assert found.permit is not None
    assert found.permit.permit_id == "a"


def test_permits_of_this_and_of_every_source_are_both_asked() -> None:
    permits = register(
        permit_at(permit_id="a", source_id="cam1", valid=(None, MAY)), permit_at(permit_id="b")
    )
    found = permits.lookup("stall", INSIDE, NOON, "cam1")
    assert (found.outcome, found.checked, len(permits)) == ("valid", 2, 2)


def test_crossing_place_cannot_be_permitted() -> None:
    with pytest.raises(ValueError, match="Permit 'p': the polygon crosses or touches itself"):
        permit_at([[0, 0], [1, 1], [1, 0], [0, 1]])


def test_image_permit_needs_its_frame() -> None:
    with pytest.raises(ValueError, match="expected frame_wh in image space"):
        permit_at(frame_wh=None)
