"""Who may read the worker's pages: whoever knows the pre-shared key, and everybody where there is none."""

from __future__ import annotations

import threading

from resotolib.core.auth import Verifier
from resotolib.errors import NotAuthorized


class Access:
    """Checks `Authorization: Bearer <token>` as the core does. Used by several threads."""

    def __init__(self, psk: str | None) -> None:
        self._verifier = Verifier(psk) if psk else None
        self._lock = threading.Lock()

    def allows(self, authorization: str) -> bool:
        """May the sender of this header, "" for none, read?"""
        if self._verifier is None:
            return True
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return False
        with self._lock:  # to derive a key costs CPU: strangers get that of one core at most
            try:
                self._verifier.claims(token.strip())
            except NotAuthorized:
                return False
        return True
