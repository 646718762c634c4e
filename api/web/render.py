"""Templates to HTML, in the language the officer chose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from xunjie.api.clock import describe_zone, now_ns
from xunjie.api.web.texts import Lang, Texts

if TYPE_CHECKING:
    from fastapi import Request

    from xunjie.api.settings import Settings

WEB = Path(__file__).parent
_COOKIE = "lang"
_YEAR_S = 365 * 24 * 3600


class Renderer:
    """Makes pages. Text from devices and people is escaped; an unknown name is an error."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.zone = ZoneInfo(settings.timezone)
        self._environment = Environment(
            loader=FileSystemLoader(WEB / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def texts(self, request: Request) -> Texts:
        """The sentences for ?lang=, else the cookie, else the configured language."""
        known: dict[str | None, Lang] = {"zh": "zh", "en": "en"}
        remembered = known.get(request.cookies.get(_COOKIE), self._settings.language)
        return Texts(known.get(request.query_params.get("lang"), remembered))

    def page(
        self, request: Request, template: str, values: dict[str, object], status: int = 200
    ) -> HTMLResponse:
        """A page or a fragment; remembers the language when it was asked for."""
        t = self.texts(request)
        everywhere = {
            "t": t,
            "officer": self._settings.officer,
            "zone_name": describe_zone(self.zone, now_ns()),
            "switch_url": _with_lang(request, t.other),
        }
        html = self._environment.get_template(template).render({**everywhere, **values})
        response = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
        if request.query_params.get("lang") == t.lang:
            response.set_cookie(_COOKIE, t.lang, max_age=_YEAR_S, samesite="lax", httponly=True)
        return response


def _with_lang(request: Request, lang: str) -> str:
    if request.method != "GET":
        return f"/?lang={lang}"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', lang)])}"
