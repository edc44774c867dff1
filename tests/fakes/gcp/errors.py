"""Errors in Google's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATUS: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
REASONS: Mapping[int, str] = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "alreadyExists",
    412: "conditionNotMet",
    429: "rateLimitExceeded",
    500: "backendError",
    502: "backendError",
    503: "backendError",
}


class SeedError(Exception):
    """What was to be put into the cloud is not what Google's document says: the mistake is in the test."""


class ApiError(Exception):
    """An answer that is not 200.

    `reason` goes into `errors`, `details` are google.rpc messages.
    """

    def __init__(
        self,
        code: int,
        message: str,
        reason: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        details: list[dict[str, Any]] | None = None,
        domain: str = "global",
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.reason = reason or REASONS.get(code, "unknown")
        self.headers = dict(headers or {})
        self.details = details or []
        self.domain = domain

    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        usual = STATUS.get(self.code, "UNKNOWN")
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "errors": [{"message": self.message, "domain": self.domain, "reason": self.reason}],
            "status": "FAILED_PRECONDITION" if self.reason == "failedPrecondition" else usual,
        }
        if self.details:
            error["details"] = self.details
        return {"error": error}


def not_found(name: str) -> ApiError:
    """There is nothing of that name."""
    return ApiError(404, f"The resource '{name}' was not found", "notFound")


def service_disabled(host: str, title: str, number: str) -> ApiError:
    """The API has not been switched on in the project."""
    message = (
        f"{title} has not been used in project {number} before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/{host}/overview?project={number} then retry. If you enabled "
        "this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": host, "consumer": f"projects/{number}", "serviceTitle": title},
    }
    return ApiError(403, message, "accessNotConfigured", details=[info], domain="usageLimits")


def user_project_denied(project: str) -> ApiError:
    """The caller may not have its calls counted on that project."""
    message = (
        f"Caller does not have required permission to use project {project}. Grant the caller the "
        "roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "USER_PROJECT_DENIED",
        "domain": "googleapis.com",
        "metadata": {"consumer": f"projects/{project}"},
    }
    return ApiError(403, message, "forbidden", details=[info])
