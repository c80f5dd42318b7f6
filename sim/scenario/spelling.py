"""How a value that was nearly right is written rightly."""

from __future__ import annotations

import re

from sim.scenario.scalars import ScalarError, plain_scalar

__all__ = ["clock_hint", "day_hint", "id_hint", "number_hint"]

_CLOCK = re.compile(r"(\d{1,2})[:.h]?(\d{2})?(?::\d{2})?\s*(am|pm)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_NUMBER_AND_WORDS = re.compile(r"([-+]?[0-9][0-9_, ]*(?:\.[0-9]+)?)\s*([^0-9].*)?")
_HOURS = 24
_MINUTES = 60
_NOON = 12
_ID_AT_MOST = 80


def number_hint(value: object, unit: str) -> str:
    """Return a hint for nothing, or text that holds a number, where a number is wanted.

    Examples
    --------
    >>> number_hint("24", "h"), number_hint("24 hours", "h")
    ('write 24 without quotes', 'write the bare number, 24: the key is in h')
    """
    if value is None:
        return "write a value, or remove the key"
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if _is_number(text):
        return f"write {text} without quotes"
    found = _NUMBER_AND_WORDS.fullmatch(text)
    if not found:
        return ""
    digits = re.sub(r"[_, ]", "", found[1])
    return f"write the bare number, {digits}" + (f": the key is in {unit}" if unit else "")


def _is_number(text: str) -> bool:
    try:
        number = plain_scalar(text)
    except ScalarError:
        return False
    return isinstance(number, int | float) and not isinstance(number, bool)


def id_hint(word: str) -> str:
    """Return a hint at the nearest id.

    Examples
    --------
    >>> id_hint("Herat Airport")
    'write `herat-airport`'
    """
    fixed = re.sub(r"[^a-z0-9_~@.-]+", "-", word.strip().lower()).strip("-").lstrip("_~@.-")
    return f"write `{fixed[:_ID_AT_MOST]}`" if fixed else "choose another word"


def clock_hint(value: object) -> str:
    """Return a hint at the time of day that was probably meant.

    Examples
    --------
    >>> clock_hint("8:00"), clock_hint("5 pm")
    ('write 08:00, not 8:00', 'write 17:00, not 5 pm')
    """
    found = _CLOCK.fullmatch(str(value).strip())
    if not found:
        return "write for example 08:00"
    hour, minute = int(found[1]), int(found[2] or 0)
    if (found[3] or "").lower() == "pm" and hour < _NOON:
        hour += _NOON
    if hour > _HOURS or minute >= _MINUTES or (hour == _HOURS and minute):
        return "hours go from 00 to 24, minutes from 00 to 59"
    return f"write {hour:02d}:{minute:02d}, not {value}"


def day_hint(value: object) -> str:
    """Return a hint at the date that was probably meant.

    Examples
    --------
    >>> day_hint("2026-3-1")
    'write 2026-03-01'
    """
    found = _DAY.fullmatch(str(value).strip())
    if not found:
        return "write for example 2026-03-21"
    year, month, day = (int(part) for part in found.groups())
    return f"write {year}-{month:02d}-{day:02d}"
