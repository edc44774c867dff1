"""The SDK as transport: it sends one request and gives back what came, whatever it was.

Its typed calls are not used: one user with a value that its models do not know fails a whole page of users.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import onelogin
import urllib3
from onelogin.exceptions import ApiException

from resotolib.errors import Unreadable

CONNECTIONS = 8
TIMEOUT = (10.0, 60.0)  # seconds to connect, and to wait for the next bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. `headers` by lower-case name; `data` is the parsed body, or its text if it is no JSON.

    The status is 0 for an answer of which the SDK could make nothing.
    """

    status: int
    headers: Mapping[str, str]
    data: Any = field(repr=False)


class Transport:
    """Connections to one address; closed by `with`. May be used from any number of threads."""

    def __init__(self, host: str) -> None:
        configuration = onelogin.Configuration(host=host)
        configuration.retries = urllib3.Retry(0, redirect=0, raise_on_redirect=False)
        configuration.connection_pool_maxsize = CONNECTIONS
        self._api = onelogin.ApiClient(configuration)
        self._host = host

    def __enter__(self) -> Transport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._api.rest_client.pool_manager.clear()
        self._api.close()

    def send(
        self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str], body: Any = None
    ) -> Answer:
        """Send a request once. Raises Unreadable when no answer came."""
        try:
            answer = self._api.call_api(
                path,
                method,
                query_params=list(query.items()),
                header_params={"Accept": "application/json", **headers},
                body=body,
                response_types_map={"200": "object", "201": "object"},
                auth_settings=[],
                _request_timeout=TIMEOUT,
            )
        except ApiException as error:
            if error.headers is None:
                raise self._silent(method, path, error.reason) from error
            return Answer(int(error.status), _headers(error.headers), _parsed(error.body))
        except UnicodeDecodeError:
            return Answer(0, {}, "the answer is no text")
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise self._silent(method, path, error) from error
        return Answer(answer.status_code, _headers(answer.headers), answer.data)

    def _silent(self, method: str, path: str, reason: object) -> Unreadable:
        said = " ".join(str(reason).split())
        remedy = "Check the network between the worker and OneLogin, and --onelogin-endpoint-url"
        return Unreadable(f"{method} {path}", f"no answer from {self._host}: {said}. {remedy}")


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _parsed(body: Any) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body
