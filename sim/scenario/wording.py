"""One wording for each reason for which the models refuse a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario.contradictions import contradiction
from sim.scenario.hints import did_you_mean, listed
from sim.scenario.problems import Problem
from sim.scenario.spelling import clock_hint, day_hint, id_hint, number_hint
from sim.scenario.unit_words import is_measure, shown_value, unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.scenario.marks import KeyPath
    from sim.scenario.vocabulary import Shape

__all__ = ["Case", "unit_here", "worded"]

_PERCENT = 100
_FEW = 3
_DAY_PATTERN = "(0[1-9]|1[0-2])-"
_CLOCK_PATTERN = ":[0-5]"
_ID_RULE = "an id is made of a-z, 0-9 and - _ . @ ~, and begins with a letter or digit"


@dataclass(frozen=True, slots=True)
class Case:
    """A refusal at its place in the vocabulary.

    ``given`` is what stands in the tree at ``path``; ``around`` is the block that holds the key;
    ``is_key`` tells that the key itself was refused.
    """

    kind: str
    path: KeyPath
    value: object
    limits: Mapping[str, Any]
    shape: Shape
    around: Shape
    given: object
    is_key: bool

    @property
    def last(self) -> str:
        """The last key that is a word."""
        return next((key for key in reversed(self.path) if isinstance(key, str)), "")


_UNIT_ABOVE = {"mean", "low", "mode", "high", "sd", "value", "values"}
"""Keys of a distribution: their unit is that of the key the distribution stands under."""


def unit_here(path: KeyPath) -> str:
    """Return the unit of the value at ``path``."""
    words = [key for key in path if isinstance(key, str)]
    if not words:
        return ""
    is_inside = words[-1] in _UNIT_ABOVE or any("_by_" in w for w in words[-2:-1])
    return unit_of(words[-2] if is_inside and len(words) > 1 else words[-1])


def _problem(case: Case, code: str, rule: str, way_out: str, *, fact: str = "") -> Problem:
    fact = fact or f"got {shown_value(case.given, unit=unit_here(case.path))}"
    return Problem(code, case.path, fact, rule, way_out, value=case.given)


def _bound(case: Case) -> Problem:
    words = {
        "ge": ("too-small", "at least"),
        "gt": ("too-small", "more than"),
        "le": ("too-large", "at most"),
        "lt": ("too-large", "less than"),
    }
    name = next(name for name in words if name in case.limits)
    code, relation = words[name]
    limit = case.limits[name]
    unit = unit_here(case.path)
    shown = str(limit) if isinstance(limit, str) else shown_value(limit, unit=unit)
    return _problem(case, code, f"must be {relation} {shown}", _share_hint(case))


def _share_hint(case: Case) -> str:
    value = case.given
    if case.last == "speed_frac" and value == 0:
        return "for what is shut write `closed: true` instead"
    is_share = "_frac" in case.last and isinstance(value, int | float)
    if is_share and isinstance(value, int | float) and 1 < value <= _PERCENT:
        return f"write {value / _PERCENT:g} for {value:g} %"
    if case.last in {"tracks", "gangs"} and value == 0:
        return f"leave `{case.last}` out if there are none"
    unit = unit_here(case.path)
    is_plausible = isinstance(value, int | float) and value > 0
    return f"check the unit: the key is in {unit}" if is_plausible and is_measure(unit) else ""


def _number(case: Case) -> Problem:
    if case.shape.schema.get("type") != "integer":
        return _problem(
            case, "not-a-number", "must be a number", number_hint(case.given, unit_here(case.path))
        )
    way_out = (
        f"write {case.given:.0f}"
        if isinstance(case.given, float)
        else number_hint(case.given, unit_here(case.path))
    )
    return _problem(case, "not-whole", "must be a whole number", way_out)


def _text(case: Case) -> Problem:
    if _CLOCK_PATTERN in str(case.shape.schema.get("pattern")):
        rule = "must be a time of day, HH:MM"
        return _problem(case, "bad-time", rule, "write for example 08:30, with a colon")
    way_out = "write some text, or remove the key"
    if isinstance(case.given, bool | int | float):
        shown = shown_value(case.given).strip("`")
        way_out = f'if it is a name, write "{shown}" in quotes'
    elif isinstance(case.given, list):
        way_out = "write one word, not a list"
    return _problem(case, "not-text", "must be text", way_out)


def _map(case: Case) -> Problem:
    if case.given is None and case.shape.is_block and len(case.path) > 1:
        fact = f"got nothing; no file below has an entry `{case.path[-1]}` to take away"
        return _problem(case, "empty-block", "", "give its keys, or remove it", fact=fact)
    what = "a block of keys" if case.shape.is_block or case.shape.variants else "a map of entries"
    way_out = "indent its entries below it"
    if case.given == "closed" and case.last == "effect":
        way_out = "write `effect: {closed: true}`"
    if case.given is None:
        way_out = "give its entries, write `{}` for none, or remove the key"
    elif isinstance(case.given, list):
        way_out = "write `name: {...}` lines instead of `- ` items"
    return _problem(case, "not-a-map", f"must be {what}", way_out)


def _list(case: Case) -> Problem:
    way_out = "write it in brackets: `[a, b]`"
    if isinstance(case.given, str | int | float) and not isinstance(case.given, bool):
        way_out = f"write `[{case.given}]`"
    elif isinstance(case.given, dict):
        way_out = "put it in brackets, `[{...}]`, or begin it with `- `"
    return _problem(case, "not-a-list", "must be a list", way_out)


def _short(case: Case) -> Problem | None:
    least = int(case.limits.get("min_length", 1))
    if isinstance(case.given, list) and len(case.given) >= least:
        return None  # only its faulty items are missing, and they are told
    return _problem(case, "too-few", f"must have at least {least}", "give one, or more")


def _long(case: Case) -> Problem:
    most = case.limits.get("max_length")
    if isinstance(case.given, str) or case.is_key:
        length = len(str(case.value))
        fact = f"got {length} characters"
        return _problem(
            case, "too-long", f"must be at most {most} characters", "shorten it", fact=fact
        )
    return _problem(case, "too-many", f"must have at most {most}", "take some away")


def _choice(case: Case) -> Problem:
    if case.is_key:
        return _bad_key(case)
    shape = case.shape.schema
    choices = shape.get("enum") or [shape.get("const")]
    if choices == [True]:
        return _problem(case, "not-a-choice", "must be `true`", "take the key away if it is not")
    if isinstance(choices[0], int):
        rule = f"must be one of {', '.join(map(str, choices))} {unit_here(case.path)}".rstrip()
        return _problem(case, "not-a-choice", rule, number_hint(case.given, unit_here(case.path)))
    known = [str(choice) for choice in choices]
    return _problem(case, "not-a-choice", _one_of(known), _nearest_choice(case.given, known))


def _one_of(known: list[str]) -> str:
    quoted = [f"`{word}`" for word in known]
    few = len(quoted) <= _FEW
    return f"must be {' or '.join(quoted)}" if few else f"must be one of {', '.join(quoted)}"


def _nearest_choice(value: object, known: list[str]) -> str:
    if not isinstance(value, str):
        return ""
    begins = [k for k in known if len(value) > 1 and k.startswith(value.casefold())]
    hint = f"did you mean `{begins[0]}`?" if begins else did_you_mean(value, known)
    return hint if hint.startswith("did") else ""


def _bad_key(case: Case) -> Problem:
    word = str(case.value)
    if case.kind == "literal_error":
        begin = word[:3].lower()
        known = str(case.limits["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        hint = f"write `{begin}`" if begin in known else ""
        return _problem(case, "not-a-choice", _one_of(known), hint, fact=f"got the key `{word}`")
    return _problem(case, "bad-id", _ID_RULE, id_hint(word), fact=f"got the id `{word[:80]}`")


def _pattern(case: Case) -> Problem:
    pattern = str(case.limits.get("pattern"))
    if case.is_key:
        return _bad_key(case)
    if _CLOCK_PATTERN in pattern:
        return _problem(case, "bad-time", "must be a time of day, HH:MM", clock_hint(case.given))
    if _DAY_PATTERN in pattern:
        rule = "must be a day of the year, MM-DD"
        return _problem(case, "bad-day", rule, 'write for example "12-01", in quotes')
    if "A-Z" in pattern:
        way_out = "write a name such as `Asia/Kabul`"
        return _problem(case, "bad-time-zone", "must be the name of a time zone", way_out)
    return _problem(case, "bad-id", _ID_RULE, id_hint(str(case.given)))


def _date(case: Case) -> Problem:
    rule = "must be a date, YYYY-MM-DD"
    why = str(case.limits.get("error", ""))
    if "day value" in why or "month value" in why:
        fact = f"got {case.given}; there is no such day"
        return _problem(case, "bad-date", rule, "look at a calendar", fact=fact)
    return _problem(case, "bad-date", rule, day_hint(case.given))


def _kind(case: Case) -> Problem:
    """Word a block that does not say, or says wrongly, of which kind it is."""
    tags = [tag for tag in case.shape.variants if tag != "number"]
    key = case.shape.discriminator
    known = f"`{key}` must be one of {listed(tags)}"
    if not isinstance(case.given, dict):
        rule = "must be a number or a distribution"
        hint = (
            number_hint(case.given, unit_here(case.path))
            or f"write a number, or {{{key}: lognormal, mean: 14, cv_frac: 0.5}}"
        )
        return _problem(case, "not-a-number", rule, hint)
    if key not in case.given:
        fact = f"the key `{key}` is missing"
        return _problem(case, "missing-key", known, f"add `{key}: {tags[0]}`", fact=fact)
    tag = case.given[key]
    problem = _problem(
        case, "not-a-choice", known, _nearest_choice(tag, tags), fact=f"got {shown_value(tag)}"
    )
    return Problem(problem.code, (*case.path, key), problem.fact, known, problem.way_out, value=tag)


def _contradiction(case: Case) -> Problem:
    fact, rule, way_out = contradiction(str(case.limits.get("error", "")), case.given)
    return _problem(case, "contradiction", rule, way_out, fact=fact)


def _huge(case: Case) -> Problem:
    if "enum" in case.shape.schema:
        return _choice(case)
    return _problem(case, "too-large", "must be a smaller number", "check the number of digits")


_WORDS: dict[str, Callable[[Case], Problem | None]] = {
    "int_type": _number,
    "float_type": _number,
    "int_from_float": _number,
    "int_parsing": _number,
    "int_parsing_size": _huge,
    "float_parsing": _number,
    "finite_number": _number,
    "string_type": _text,
    "dict_type": _map,
    "model_type": _map,
    "model_attributes_type": _map,
    "tuple_type": _list,
    "list_type": _list,
    "too_short": _short,
    "too_long": _long,
    "string_too_long": _long,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "date_type": _date,
    "date_parsing": _date,
    "date_from_datetime_parsing": _date,
    "date_from_datetime_inexact": _date,
    "union_tag_invalid": _kind,
    "union_tag_not_found": _kind,
    "value_error": _contradiction,
}


def worded(case: Case) -> Problem | None:
    """Return the problem a refusal states, or None if another one states it."""
    word = _WORDS.get(case.kind)
    if word:
        return word(case)
    if {"ge", "gt", "le", "lt"} & set(case.limits):
        return _bound(case)
    return _problem(case, "refused", f"this is not taken here ({case.kind})", "see the reference")
