"""Calendars and running bans name what exists, and leave everything open some time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from sim.model.hours import Weekday
from sim.scenario.checks.references import unknown
from sim.scenario.checks.registry import register
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.calendars import NoRunning
    from sim.model.terminal import BorderPost, Terminal
    from sim.scenario.checks.facts import Facts
    from sim.scenario.marks import KeyPath

__all__: list[str] = []

_DAY_MIN = 24 * 60
_WEEK_MIN = 7 * _DAY_MIN
_DAYS = Weekday.__args__  # type: ignore[attr-defined]


def _places(facts: Facts) -> Iterator[tuple[KeyPath, BorderPost | Terminal]]:
    for name, post in facts.scenario.posts.items():
        yield ("posts", name), post
    for name, terminal in facts.scenario.terminals.items():
        yield ("terminals", name), terminal


def _named(facts: Facts) -> Iterator[tuple[KeyPath, str]]:
    """Yield each place where a calendar is named, and the name."""
    for at, place in _places(facts):
        if place.calendar is not None:
            yield (*at, "calendar"), place.calendar
        if place.hours is not None and place.hours.calendar is not None:
            yield (*at, "hours", "calendar"), place.hours.calendar
    yield from _named_by_stages(facts)
    for name, ban in facts.scenario.no_running.items():
        if ban.calendar is not None:
            yield ("no_running", name, "calendar"), ban.calendar


def _named_by_stages(facts: Facts) -> Iterator[tuple[KeyPath, str]]:
    for name, post in facts.scenario.posts.items():
        for stage_id, stage in post.stages.items():
            if stage.hours is not None and stage.hours.calendar is not None:
                at = ("posts", name, "stages", stage_id, "hours", "calendar")
                yield at, stage.hours.calendar


@register("calendars and what bans name exist")
def calendars_exist(facts: Facts) -> Iterator[Problem]:
    """See that calendars named are there, and lines and sections of running bans."""
    for path, name in _named(facts):
        yield from unknown(path, name, facts.scenario.calendars, "calendar")
    for name, ban in facts.scenario.no_running.items():
        for position, line in enumerate(ban.lines):
            at = ("no_running", name, "lines", position)
            yield from unknown(at, line, facts.scenario.lines, "entry of `lines`")
        for position, section in enumerate(ban.sections):
            at = ("no_running", name, "sections", position)
            yield from unknown(at, section, facts.plan.sections, "section of the network")


@register("short hours do not overlap")
def short_hours_do_not_overlap(facts: Facts) -> Iterator[Problem]:
    """See that no day of a calendar has two sorts of short hours."""
    for name, calendar in facts.scenario.calendars.items():
        for (one, a), (other, b) in combinations(calendar.short_hours.items(), 2):
            first, last = max(a.first, b.first), min(a.last, b.last)
            if first <= last:
                days = f"on {first}" if first == last else f"from {first} to {last}"
                fact = f"`{one}` and `{other}` both hold {days}"
                rule = "a day must have one opening and one closing time"
                way_out = "let one end before the other begins"
                at = ("calendars", name, "short_hours", other)
                yield Problem("short-hours-overlap", at, fact, rule, way_out)


@register("calendars and bans are used")
def calendars_are_used(facts: Facts) -> Iterator[Problem]:
    """See that a calendar is named somewhere, and that trains or trucks meet a ban."""
    named = {name for _, name in _named(facts)}
    for name in facts.scenario.calendars:
        if name not in named:
            fact, rule = f"nothing names calendar `{name}`", "it has no effect"
            way_out = f"write `calendar: {name}` into a post, terminal or its `hours`"
            yield Problem("calendar-unused", ("calendars", name), fact, rule, way_out, WARNING)
    passed = facts.passed("rail") | facts.passed("road")
    for name, ban in facts.scenario.no_running.items():
        known = _is_known(facts, ban)
        if known and not _sections(facts, ban) & passed:
            fact, rule = "no train or truck passes what it names", "the ban has no effect"
            way_out = "check which section or line is meant"
            yield Problem("ban-unused", ("no_running", name), fact, rule, way_out, WARNING)


def _is_known(facts: Facts, ban: NoRunning) -> bool:
    return set(ban.lines) <= set(facts.scenario.lines) and set(ban.sections) <= set(
        facts.plan.sections
    )


def _sections(facts: Facts, ban: NoRunning) -> set[str]:
    of_lines = {s.id for s in facts.plan.sections.values() if s.line_id in ban.lines}
    return of_lines | set(ban.sections)


@register("places open some day")
def places_open_some_day(facts: Facts) -> Iterator[Problem]:
    """See that rest days and holidays leave posts and terminals a day of the run."""
    scenario = facts.scenario
    length_d = scenario.duration_d + scenario.run_out_d
    days = [scenario.start_date + timedelta(days=k) for k in range(length_d)]
    for at, place in _places(facts):
        name = place.calendar or (place.hours.calendar if place.hours else None)
        calendar = scenario.calendars.get(name) if name is not None else None
        if calendar is None:
            continue
        rest = place.hours.rest_days if place.hours else ()
        if all(_DAYS[day.weekday()] in rest or calendar.is_closed(day) for day in days):
            fact = f"with calendar `{name}` no day from {days[0]} to {days[-1]} is a working day"
            rule = "a post or terminal must open some time"
            path = (*at, "calendar") if place.calendar else (*at, "hours", "calendar")
            yield Problem("never-open", path, fact, rule, "take rest days or holidays away")


@register("bans leave sections open")
def bans_leave_sections_open(facts: Facts) -> Iterator[Problem]:
    """See that the bans on a section, taken together, do not cover the whole week.

    Bans with a calendar have days without them, and are passed over.
    """
    steady = {n: ban for n, ban in facts.scenario.no_running.items() if ban.calendar is None}
    told: set[tuple[str, ...]] = set()
    for section in facts.plan.sections.values():
        here = tuple(n for n, ban in steady.items() if section.id in _sections(facts, ban))
        shut = np.zeros(_WEEK_MIN, np.bool_)
        for name in here:
            shut[_minutes_shut(facts, steady[name])] = True
        if here and here not in told and shut.all():
            told.add(here)
            bans = " and ".join(f"`{name}`" for name in here)
            fact = f"section `{section.id}` is shut by {bans} at every hour of the week"
            rule, way_out = "nothing would ever enter it", "leave some hours or days open"
            yield Problem("never-open", ("no_running", here[-1]), fact, rule, way_out)


def _minutes_shut(facts: Facts, ban: NoRunning) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the minutes of a week, in the scenario's time, in which a ban holds."""
    begins, ends = _minute(ban.begins), _minute(ban.ends)
    length = (ends - begins) % _DAY_MIN or _DAY_MIN
    ahead = _ahead_min(facts, ban.time_zone)
    days = range(7) if ban.days is None else [_DAYS.index(day) for day in ban.days]
    starts = np.array([day * _DAY_MIN + begins - ahead for day in days], np.int64)
    return ((starts[:, None] + np.arange(length)) % _WEEK_MIN).ravel()


def _minute(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _ahead_min(facts: Facts, zone: str | None) -> int:
    """Return by how many minutes a zone is ahead of the scenario's on the first day."""
    start = facts.scenario.start_date
    noon = datetime(start.year, start.month, start.day, 12)  # noqa: DTZ001
    try:
        own = noon.replace(tzinfo=ZoneInfo(facts.scenario.time_zone)).utcoffset()
        there = noon.replace(tzinfo=ZoneInfo(zone or facts.scenario.time_zone)).utcoffset()
    except (ValueError, OSError, KeyError):
        return 0
    return int(((there or timedelta()) - (own or timedelta())).total_seconds()) // 60
