"""What every request is checked for and every answer carries, before any route is asked."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

from xunjie.api.errors import Refusal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Devices' bodies are bounded by what they signed (xunjie.api.body); every other body is a decision.
_UPLOADS = "/packages/"
_MAX_BODY = 64 * 1024
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # «no-referrer» would make browsers send «Origin: null» with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """ASGI middleware: host names, cross-site requests, security headers.

    1. The Host header names a host we serve. Otherwise a foreign page whose name was pointed at
       127.0.0.1 (DNS rebinding) would be same-origin with the console.
    2. A request that can change something does not come from another site: Sec-Fetch-Site is
       same-origin; where a browser does not send it, Origin is our own. Neither header: not a
       browser, hence no foreign page behind it.
    3. A body that is no upload is small and says its length.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: tuple[str, ...]) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._check(scope["method"], headers)
        if refusal is None and not scope["path"].startswith(_UPLOADS):
            refusal = _check_length(headers)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
            return
        response = JSONResponse(refusal.body, refusal.status)
        await response(scope, receive, send_with_headers)

    def _check(self, method: str, headers: Headers) -> Refusal | None:
        host = headers.get("host", "")
        if host_name(host) not in self._allowed_hosts:
            detail = f"Host {host[:100]!r} is not served; expected {', '.join(self._allowed_hosts)}"
            return Refusal(HTTPStatus.MISDIRECTED_REQUEST, "wrong_host", "request", detail)
        if method in _SAFE_METHODS:
            return None
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        is_foreign = (
            site != "same-origin"
            if site is not None
            else origin is not None and urlsplit(origin).netloc != host
        )
        if is_foreign:
            detail = f"{method} from another site ({origin or site}) is refused"
            return Refusal(HTTPStatus.FORBIDDEN, "cross_site", "request", detail)
        return None


def _check_length(headers: Headers) -> Refusal | None:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdigit():
        detail = "a body without Content-Length is refused here"
        return Refusal(HTTPStatus.LENGTH_REQUIRED, "length_required", "request", detail)
    if int(length) > _MAX_BODY:
        detail = f"expected at most {_MAX_BODY} bytes, {length} announced"
        return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "request", detail)
    return None


def host_name(host: str) -> str:
    """The name in a Host header, lower case, without the port.

    >>> host_name("LocalHost:8000"), host_name("[::1]:8000"), host_name("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    head, colon, port = host.lower().rpartition(":")
    return head if colon and port.isdigit() else host.lower()
