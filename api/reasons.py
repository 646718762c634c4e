"""The reject reasons, read from reasons.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Reason(BaseModel):
    """One reject reason with its digit and its names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    key: str
    zh: str
    en: str
    needs_note: bool = False

    def name(self, lang: str) -> str:
        """The reason in "zh" or "en"."""
        return self.en if lang == "en" else self.zh


@cache
def reject_reasons() -> tuple[Reason, ...]:
    """All reasons in the order they are shown."""
    text = Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8")
    return tuple(Reason.model_validate(item) for item in tomllib.loads(text)["reason"])


def find_reason(code: str) -> Reason | None:
    """The reason of that code, or None."""
    return next((reason for reason in reject_reasons() if reason.code == code), None)
