"""What the API refuses, as an answer a device or a script can act on."""

from __future__ import annotations

from http import HTTPStatus


class ApiError(Exception):
    """Base of everything the API room raises on purpose."""


class Refusal(ApiError):
    """A request is refused; becomes the JSON body ``{"error", "step", "detail"}``.

    ``error`` is stable and for programs, ``detail`` is for people and may change. ``facts`` adds
    members to the body (what a conflict is about), ``retry_after_s`` a Retry-After header.
    """

    def __init__(
        self,
        status: HTTPStatus,
        error: str,
        step: str,
        detail: str,
        *,
        facts: dict[str, object] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"{int(status)} {error} at {step}: {detail}")
        self.status = status
        self.error = error
        self.step = step
        self.detail = detail
        self.facts = facts or {}
        self.retry_after_s = retry_after_s

    @property
    def body(self) -> dict[str, object]:
        """The JSON body."""
        return {"error": self.error, "step": self.step, "detail": self.detail, **self.facts}

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer."""
        return {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}


class StartError(ApiError):
    """The server cannot start; the text is one line that says what to change."""
