"""Moments in time as the core wants them: `2026-11-23T18:25:03Z`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(?:(Z|UTC|GMT)|([+-]\d\d):?(\d\d)?)?)?", re.IGNORECASE
)
_MILLISECONDS = 10**11
"""Numbers from here on count milliseconds: as seconds they would lie beyond the year 5000."""


def iso(value: object) -> str:
    """The moment in UTC to the second. Takes datetimes (naive ones are UTC), ISO 8601 texts and seconds since 1970.

    Raises ValueError or TypeError for anything else.
    """
    moment = _moment(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    # strftime does not pad years below 1000.
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=timezone.utc)
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, (int, float)):
        seconds = value / 1000 if abs(value) >= _MILLISECONDS else value
        return datetime.fromtimestamp(seconds, timezone.utc)
    if isinstance(value, str):
        return _parse(value.strip())
    raise TypeError


def _parse(text: str) -> datetime:
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        return _moment(float(text))
    found = _ISO.fullmatch(text)
    if found is None:
        raise ValueError
    day, time, _, hours, minutes = found.groups()
    moment = datetime.fromisoformat(f"{day}T{time or '00:00'}").replace(tzinfo=timezone.utc)
    if hours is None:
        return moment
    offset = timedelta(hours=int(hours), minutes=int(hours[0] + (minutes or "0")))
    return moment - offset
