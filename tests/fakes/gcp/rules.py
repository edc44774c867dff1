"""Calls that are answered on purpose with something else: denied, throttled, late, broken."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase

from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.schema import Json


@dataclass
class Rule:
    """Which calls are answered, how often (-1: always), and with what.

    `method` is a pattern over method ids (`compute.disks.*`, `token` for logins); `containing` is looked for in the
    resource name. A `status` of 0 answers as usual, after `delay` seconds. `late`: the call is taken, and its
    operation fails with `reason` as code. `raw`: a body instead of Google's error. `drop`: the connection is closed.
    """

    method: str
    status: int = 0
    containing: str = ""
    reason: str = ""
    message: str = "Injected by a test."
    headers: dict[str, str] = field(default_factory=dict)
    times: int = -1
    delay: float = 0.0
    late: bool = False
    raw: str | None = None
    drop: bool = False

    def fits(self, method: str, name: str) -> bool:
        """Whether a call is one of them."""
        return self.times != 0 and fnmatchcase(method, self.method) and self.containing in name

    def error(self) -> ApiError:
        """The answer."""
        return ApiError(self.status, self.message, self.reason, headers=self.headers)

    def json(self) -> Json:
        """For the control API."""
        return asdict(self)


class Rules:
    """All rules, the earlier ones first."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def add(self, rule: Rule) -> None:
        """One more."""
        self._rules.append(rule)

    def clear(self) -> None:
        """None any more."""
        self._rules.clear()

    def take(self, method: str, name: str) -> Rule | None:
        """The rule for a call, which counts as used."""
        for rule in self._rules:
            if rule.fits(method, name):
                rule.times -= rule.times > 0
                return rule
        return None

    def denied_methods(self) -> list[str]:
        """The patterns of the methods that are denied at all times."""
        return [rule.method for rule in self._rules if rule.status == 403 and rule.times < 0]

    def denies(self, method: str, name: str) -> bool:
        """Whether a call would be denied."""
        return any(rule.status == 403 and rule.fits(method, name) for rule in self._rules)
