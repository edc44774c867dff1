"""Small pages: the server gives a few items at a time, whatever the client asked for.

moto gives all, or up to 100 items a page, so that a small estate would never have a second one. Real services may
always give fewer items than were asked for.
"""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.wrappers import Response

from tests.fakes.aws.slices import Paging, paging_of

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Operations that moto pages itself, with the names of size and token in the request.
JSON: Mapping[str, tuple[str, str]] = {
    "DynamoDB_20120810.ListTables": ("Limit", "ExclusiveStartTableName"),
    "Logs_20140328.DescribeLogGroups": ("limit", "nextToken"),
    "secretsmanager.ListSecrets": ("MaxResults", "NextToken"),
    "AWSStepFunctions.ListStateMachines": ("maxResults", "nextToken"),
    "AWSStepFunctions.ListActivities": ("maxResults", "nextToken"),
    "AWSGlue.GetJobs": ("MaxResults", "NextToken"),
    "AWSGlue.ListJobs": ("MaxResults", "NextToken"),
    "AWSGlue.ListCrawlers": ("MaxResults", "NextToken"),
    "AWSGlue.GetConnections": ("MaxResults", "NextToken"),
    "AWSGlue.ListTriggers": ("MaxResults", "NextToken"),
    "AWSCognitoIdentityProviderService.ListUserPools": ("MaxResults", "NextToken"),
    "AWSCognitoIdentityProviderService.ListUserPoolClients": ("MaxResults", "NextToken"),
    "AWSEvents.ListRules": ("Limit", "NextToken"),
    "AWSOrganizationsV20161128.ListAccounts": ("MaxResults", "NextToken"),
    "AWSWAF_20190729.ListWebACLs": ("Limit", "NextMarker"),
    "SageMaker.ListNotebookInstances": ("MaxResults", "NextToken"),
}
PATH: Mapping[str, tuple[str, str]] = {
    "/clusters": ("maxResults", "nextToken"),
    "/2013-04-01/hostedzone": ("maxitems", "marker"),
    "/2015-02-01/file-systems": ("MaxItems", "Marker"),
}


class SmallPages:
    """WSGI middleware: at most `size` items a page; `continued` counts the requests for a second or later page."""

    def __init__(self, app: Wsgi, size: int) -> None:
        self._app = app
        self._size = size
        self._reading = threading.Lock()
        self.continued: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/fake/continued":
            return Response(json.dumps(self.continued))(environ, start_response)
        if environ["REQUEST_METHOD"] == "GET" and path in PATH:
            self._query(environ, path)
        elif environ.get("HTTP_X_AMZ_TARGET") in JSON:
            self._json(environ, environ["HTTP_X_AMZ_TARGET"])
        elif environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            return self._form(environ)(environ, start_response)
        return self._app(environ, start_response)

    def _query(self, environ: dict[str, Any], path: str) -> None:
        size, token = PATH[path]
        fields = dict(parse_qsl(environ["QUERY_STRING"]))
        self.continued[path] += token in fields
        environ["QUERY_STRING"] = urlencode({**fields, size: self._size})

    def _json(self, environ: dict[str, Any], target: str) -> None:
        size, token = JSON[target]
        body = json.loads(_body(environ) or b"{}")
        self.continued[target] += token in body
        _replace(environ, json.dumps({**body, size: self._size}).encode())

    def _form(self, environ: dict[str, Any]) -> Response:
        body = _body(environ)
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        with self._reading:  # else each of many first requests reads the same large model from disk
            paging = paging_of(fields.get("Version", ""), fields.get("Action", ""))
        _replace(environ, body if paging is None else self._without_paging(fields, paging))
        response = Response.from_app(self._app, environ)
        if paging is not None and response.status_code == 200:
            start = int(fields.get(paging.token_in, "item-0").removeprefix("item-"))
            self.continued[fields["Action"]] += start > 0
            response.data = paging.cut(response.data, start, self._size)
        return response

    @staticmethod
    def _without_paging(fields: Mapping[str, str], paging: Paging) -> bytes:
        kept = {name: value for name, value in fields.items() if name not in (paging.token_in, paging.size_in)}
        return urlencode(kept).encode()


def _body(environ: Mapping[str, Any]) -> bytes:
    content: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return content


def _replace(environ: dict[str, Any], body: bytes) -> None:
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
