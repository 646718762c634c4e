"""The console's sentences in one language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

Lang = Literal["zh", "en"]


class Texts:
    """Looks up and fills in sentences; KeyError on a key that texts.toml does not have."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._texts = load_texts()[lang]

    @property
    def html_lang(self) -> str:
        """The value of the page's lang attribute."""
        return "zh-CN" if self.lang == "zh" else "en"

    @property
    def other(self) -> Lang:
        """The language to switch to."""
        return "en" if self.lang == "zh" else "zh"

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of ``key`` with its {names} filled in."""
        return self._texts[key].format(**values)

    def find(self, key: str, otherwise: str) -> str:
        """The sentence of a key made from data, or ``otherwise`` when there is none."""
        return self._texts.get(key, otherwise)


@cache
def load_texts() -> dict[str, dict[str, str]]:
    """Language → key → sentence."""
    text = Path(__file__).with_name("texts.toml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = tomllib.loads(text)
    return loaded
