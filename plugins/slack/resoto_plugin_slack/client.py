"""Calls of Slack's methods with one token, and lists page by page.

The SDK sends; what it would retry and page is done here, where waiting can be interrupted.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Collection, Iterator, Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from resoto_plugin_slack import flags
from resoto_plugin_slack.answer import Answer
from resoto_plugin_slack.errors import code_of, refused
from resoto_plugin_slack.pace import Pace
from resoto_plugin_slack.patience import JUDGE
from resoto_plugin_slack.settings import SlackSettings
from resotolib.collect.patience import Patience
from resotolib.collect.watch import Unwatched, Watch
from resotolib.errors import Unreadable

TIMEOUT = 60  # seconds
Item = dict[str, Any]


class Client:
    """One token's calls; may be used from any number of threads. What goes wrong is a CollectError."""

    def __init__(self, settings: SlackSettings, token: str, minute: float, watch: Watch | None = None) -> None:
        """`watch`: the run that these calls belong to; `minute`: see `Pace`."""
        self._settings = settings
        self._watch = watch or Unwatched()
        self._pace = Pace(minute)
        self._url = flags.base_url(settings)
        context = _any_certificate() if settings.do_not_verify_cert else None
        quiet = logging.getLogger(f"{__name__}.sdk")
        quiet.setLevel(logging.CRITICAL)  # the SDK logs what it raises, for every try
        self._web = WebClient(token, self._url, TIMEOUT, ssl=context, retry_handlers=[], logger=quiet)

    def call(
        self, method: str, params: Mapping[str, Any], *, repeat: bool = True, also: Collection[str] = ()
    ) -> Answer:
        """The answer to a call: a success, or a refusal with one of the words of `also`.

        Waits for rate limits. With `repeat` it tries again what fails for a moment: not what must not be done twice.
        """
        patience = Patience(JUDGE, self._watch, self._settings.throttle_timeout, method, repeat=repeat)

        def send() -> Answer:
            patience.pause(self._pace.wait(method, str(params.get("channel", ""))))
            return self._send(method, params)

        answer = patience.call(send)
        if not answer.ok and not (answer.status == 200 and code_of(answer.data) in also):
            raise refused(answer.status, answer.data, method)
        return answer

    def pages(
        self, method: str, params: Mapping[str, Any], member: str, *, also: Collection[str] = ()
    ) -> Iterator[list[Any]]:
        """The pages of a list. Raises CollectError; an answer without the list is one.

        A refusal with one of the words of `also` ends the list.
        """
        query = dict(params)
        seen: set[str] = set()
        while True:
            answer = self.call(method, query, also=also)
            if not answer.ok:
                return
            data = answer.data or {}
            found = data.get(member)
            if not isinstance(found, list):
                raise Unreadable(method, f"the answer holds no list of {member}")
            yield found
            metadata = data.get("response_metadata")
            cursor = metadata.get("next_cursor") if isinstance(metadata, Mapping) else ""
            if not cursor:
                return
            if cursor in seen:
                raise Unreadable(method, "a page names one that was read before as the next")
            seen.add(cursor)
            query = {**params, "cursor": cursor}

    def _send(self, method: str, params: Mapping[str, Any]) -> Answer:
        try:
            response = self._web.api_call(method, params=dict(params))
        except SlackApiError as error:
            return _answer(error.response)
        except (SlackClientError, ValueError, AttributeError):
            return Answer(0, {}, None)  # a body of which the SDK can make nothing: no text, or no object
        except (OSError, HTTPException) as error:
            said = " ".join(str(error).split())
            remedy = "Check the network between the worker and Slack, and --slack-endpoint-url"
            raise Unreadable(method, f"no answer from {self._url}: {said}. {remedy}") from error
        return _answer(response)


def _answer(response: SlackResponse) -> Answer:
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    data = response.data
    return Answer(int(response.status_code), headers, data if isinstance(data, Mapping) else None)


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
