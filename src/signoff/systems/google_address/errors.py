"""Write the errors of Google's APIs: `{"error": {"code", "message", "status", "details"}}`."""

from __future__ import annotations

from typing import Any, Final

CODES: Final = {
    "INVALID_ARGUMENT": 400,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
}
_INFO: Final = "type.googleapis.com/google.rpc.ErrorInfo"
_BAD_REQUEST: Final = "type.googleapis.com/google.rpc.BadRequest"


class Refused(Exception):
    """End a request with an error of the API."""

    def __init__(self, status: str, message: str, *details: dict[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details

    @property
    def code(self) -> int:
        """Return the HTTP status."""
        return CODES[self.status]

    def body(self) -> dict[str, Any]:
        """Return the answer's body."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def invalid(message: str, field: str = "") -> Refused:
    """Return the refusal of a message that cannot be read; `field` is the place of the flaw."""
    violation: dict[str, Any] = {"description": message}
    if field:
        violation["field"] = field
    return Refused("INVALID_ARGUMENT", message, {"@type": _BAD_REQUEST, "fieldViolations": [violation]})


def no_key() -> Refused:
    """Return the refusal of a request without any key."""
    return Refused(
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other "
        "form of API consumer identity to call this API.",
    )


def wrong_key(service: str) -> Refused:
    """Return the refusal of a key that does not exist."""
    reason = {"@type": _INFO, "reason": "API_KEY_INVALID", "domain": "googleapis.com", "metadata": {"service": service}}
    return Refused("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", reason)


def not_enabled(service: str) -> Refused:
    """Return the refusal of a key whose project may not use the API."""
    reason = {
        "@type": _INFO,
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": service},
    }
    told = f"{service} has not been used in this project before or it is disabled. Enable it, then retry."
    return Refused("PERMISSION_DENIED", told, reason)


def over_quota(service: str) -> Refused:
    """Return the refusal of a request beyond the quota of a minute. No Retry-After is documented."""
    reason = {
        "@type": _INFO,
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {"service": service},
    }
    told = f"Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service '{service}'."
    return Refused("RESOURCE_EXHAUSTED", told, reason)


def unavailable() -> Refused:
    """Return the refusal of a service that is down."""
    return Refused("UNAVAILABLE", "The service is currently unavailable.")
