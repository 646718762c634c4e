"""What stops a rule from deciding."""

from __future__ import annotations


class RuleError(Exception):
    """A rule cannot decide; nothing is alleged."""


class ZoneFrameMismatchError(RuleError):
    """A zone or permit was drawn on another frame size than the source now shows.

    It is never scaled: after a change of resolution a camera often shows another cut-out too, and
    a zone that silently shifts is a wrong ticket.
    """

    def __init__(
        self,
        source_id: str,
        drawn: str,
        drawn_wh: tuple[int, int] | None,
        found_wh: tuple[int, int],
    ) -> None:
        super().__init__(source_id, drawn, drawn_wh, found_wh)
        self.source_id = source_id
        self.drawn = drawn
        self.drawn_wh = drawn_wh
        self.found_wh = found_wh

    def __str__(self) -> str:
        drawn = "an unnamed frame size" if self.drawn_wh is None else "{}×{}".format(*self.drawn_wh)
        found = "{}×{}".format(*self.found_wh)
        return (
            f"source {self.source_id!r}: {self.drawn} was drawn on {drawn}, "
            f"the frames are {found}; draw it again on a present frame or mend the camera's setting"
        )
