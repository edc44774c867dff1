"""Times and durations as the core reads and writes them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

SECONDS = {"yr": 365 * 86400, "mo": 30 * 86400, "w": 7 * 86400, "d": 86400, "h": 3600, "min": 60, "s": 1}
NAMES = {
    "yr": "yr|year|years|y",
    "mo": "mo|month|months|M",
    "w": "w|week|weeks",
    "d": "d|day|days",
    "h": "h|hour|hours",
    "min": "min|minute|minutes|m",
    "s": "s|second|seconds",
}
LONGEST = 5000 * SECONDS["yr"]
UNITS = {name: SECONDS[unit] for unit, names in NAMES.items() for name in names.split("|")}
PART = re.compile(r"\s*(?:and\s+|,\s*)?(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
OFFSET = re.compile(r"([+-]\d{2}):?(\d{2})$")


def now_text() -> str:
    """This moment, to the second."""
    return utc_text(datetime.now(timezone.utc))


def utc_text(moment: datetime) -> str:
    """A moment as the core stores it: UTC, whole seconds, with Z."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """A moment from ISO 8601 text, or from a duration that is counted from now; raises ValueError."""
    duration = parse_duration(text)
    if duration is not None:
        return datetime.now(timezone.utc) + duration
    iso = OFFSET.sub(r"\1:\2", re.sub("[zZ]$", "+00:00", text)) if ":" in text else text
    # Python 3.10 reads three or six digits of a second's fraction, no others; stored are whole seconds.
    found = datetime.fromisoformat(re.sub(r"\.\d+", "", iso))
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def parse_duration(text: str) -> timedelta | None:
    """A duration such as `3d4h`, `-1h` or `2 days and 1 hour`; None when the text is none, or beyond all calendars."""
    sign = -1 if text.startswith("-") else 1
    rest, seconds = text.lstrip("+-"), 0.0
    while rest.strip():
        part = PART.match(rest)
        if part is None or part[2] not in UNITS:
            return None
        seconds += float(part[1]) * UNITS[part[2]]
        rest = rest[part.end() :]
    return timedelta(seconds=sign * seconds) if text.strip("+- ") and seconds < LONGEST else None


def age_text(since: datetime, now: datetime) -> str:
    """How long ago, in the two largest units: `6yr10mo`, `1min24s`."""
    seconds = max(0, int((now - since).total_seconds()))
    parts: list[str] = []
    for unit, size in SECONDS.items():
        if unit != "w" and seconds >= size and len(parts) < 2:
            parts.append(f"{seconds // size}{unit}")
            seconds %= size
    return "".join(parts) or "0s"
