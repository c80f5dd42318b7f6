"""The unit of a key, from its suffix: what a value is shown with."""

from __future__ import annotations

__all__ = ["is_measure", "key_stem", "shown_value", "unit_of"]

_SUFFIXES = {
    "_usd_per_wagon_day": "USD per wagon and day",
    "_usd_per_wagon": "USD per wagon",
    "_usd_per_tkm": "USD/tkm",
    "_usd_per_t": "USD/t",
    "_kg_per_kwh": "kg/kWh",
    "_l_per_h": "l/h",
    "_n_per_mps2": "N·s²/m²",
    "_n_per_mps": "N·s/m",
    "_mps2": "m/s²",
    "_kw": "kW",
    "_kn": "kN",
    "_t_per_h": "t/h",
    "tonnes_per_year": "t a year",
    "_t_per_year": "t a year",
    "tonnes": "t",
    "trucks_per_day": "trucks a day",
    "_per_year": "a year",
    "_kmh": "km/h",
    "_permille": "permille",
    "_km": "km",
    "_mm": "mm",
    "_min": "min",
    "_usd": "USD",
    "_m": "m",
    "_h": "h",
    "_d": "d",
    "_t": "t",
    "_s": "s",
    "_kg": "kg",
    "_n": "N",
    "_frac": "",
    "axles": "axles",
    "count": "locomotives",
    "gangs": "gangs",
    "cranes": "cranes",
    "tracks": "tracks",
    "servers": "servers",
    "wagons": "wagons",
    "trucks": "trucks",
    "locomotives": "locomotives",
    "trains": "trains",
    "_at_once": "wagons",
    "_sets": "sets",
    "_lots": "lots",
    "crews": "crews",
}
_LENGTHS = ("_miles", "_mi", "_feet", "_ft", "_cm")
_TIMES = ("_hours", "_days", "_minutes", "_seconds")
_OTHERS = ("_mph", "_kph", "_km_h", "_mps", "_percent", "_pct", "_tonnes", "_tons", "_eur", "_kzt")
_FOREIGN = (*_LENGTHS, *_TIMES, *_OTHERS)
_TEXT_AT_MOST = 60


def unit_of(key: str) -> str:
    """Return the unit a key's suffix names, or nothing.

    Examples
    --------
    >>> unit_of("running_speed_kmh"), unit_of("gangs"), unit_of("rule")
    ('km/h', 'gangs', '')
    """
    return next((unit for suffix, unit in _SUFFIXES.items() if key.endswith(suffix)), "")


def is_measure(unit: str) -> bool:
    """Return whether a unit is one of measure, and not a thing counted."""
    return bool(unit) and not unit.endswith("s")


def key_stem(key: str) -> str:
    """Return a key without its unit, be it one of ours or not.

    Examples
    --------
    >>> key_stem("running_speed_mph"), key_stem("length_m")
    ('running_speed', 'length')
    """
    ends = sorted((*_FOREIGN, *_SUFFIXES), key=len, reverse=True)
    end = next((e for e in ends if e.startswith("_") and key.endswith(e)), "")
    return key.removesuffix(end)


def shown_value(value: object, *, unit: str = "") -> str:
    """Return a value as a planner wrote it, with its unit.

    Examples
    --------
    >>> shown_value(800, unit="km/h"), shown_value("heart"), shown_value(None)
    ('800 km/h', '`heart`', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"{value:.12g} {unit}".rstrip() if isinstance(value, float) else _whole(value, unit)
    if isinstance(value, dict):
        return f"a map of {len(value)} keys" if len(value) != 1 else "a map of one key"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    text = str(value)
    return f"`{text if len(text) <= _TEXT_AT_MOST else text[:_TEXT_AT_MOST] + '...'}`"


def _whole(value: int, unit: str) -> str:
    return f"{value} {unit.removesuffix('s') if value == 1 and len(unit) > 1 else unit}".rstrip()
