"""Controls: the stages of border posts, in the order in which they are passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.arrays.parts import NO_LIMIT, PER_LOT, PER_TRAIN, PER_WAGON
from sim.arrays.post_parts import Posts
from sim.model.terminal import DOCUMENTS

if TYPE_CHECKING:
    from sim.arrays.laws import LawTable
    from sim.model import Scenario
    from sim.model.hours import Hours
    from sim.model.laws import Law
    from sim.model.terminal import BorderPost

__all__ = [
    "BORDER_CONTROL",
    "GAUGE_AT",
    "Control",
    "border_ids",
    "control_laws",
    "controls_of",
    "exchanges_of",
    "post_arrays",
]

GAUGE_AT = "gauge at "
"""Name of a control that is a change of gauge, before the terminal's id."""
BORDER_CONTROL = "border control"
"""What is done at a post without stages."""
_PER = {"train": PER_TRAIN, "wagon": PER_WAGON, "lot": PER_LOT}


class Control(NamedTuple):
    """A stage of a post, or a whole post without stages."""

    name: str
    """`POST/STAGE`, or the post's own id."""
    post_id: str
    """Post, or terminal at which wagons change gauge."""
    station: str
    mode: str
    time_zone: str | None
    order: int
    per: int
    servers: int | None
    loaded_h: Law | None
    """None where loaded trains do not pass it."""
    empty_h: Law | None
    share_frac: float
    early_frac: float
    early_h: Law | None
    hours: Hours | None
    calendar: str | None
    official_usd_per_t: float
    other_usd_per_t: float
    batch: int = 1
    """Wagons, or lots, that the duration is of."""
    is_exchange: bool = False
    """Whether only trains that change gauge here pass it."""
    activity: str = BORDER_CONTROL
    """What the time in it is spent on."""


def controls_of(scenario: Scenario) -> tuple[Control, ...]:
    """Return the controls of a scenario: by post, then by order, then by id.

    Parameters
    ----------
    scenario : Scenario
        With its maps in order of ids.

    Returns
    -------
    controls : tuple of Control
        A post without stages is one control that bears the post's own id.
    """
    posts = [c for post_id in scenario.posts for c in _of_post(scenario, post_id)]
    return (*posts, *(_exchange(scenario, terminal) for terminal in exchanges_of(scenario)))


def exchanges_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the terminals at which wagons go on over another gauge, in order of ids."""
    return tuple(name for name, t in sorted(scenario.terminals.items()) if t.exchange is not None)


def _exchange(scenario: Scenario, name: str) -> Control:
    """Return what a train passes at a terminal where its wagons change gauge."""
    terminal = scenario.terminals[name]
    exchange = terminal.exchange
    assert exchange is not None  # noqa: S101
    empty = exchange.wagon_h if exchange.empty_wagon_h is None else exchange.empty_wagon_h
    return Control(
        name=f"{GAUGE_AT}{name}",
        post_id=name,
        station=terminal.station,
        mode="rail",
        time_zone=terminal.time_zone,
        order=1,
        per=PER_WAGON,
        servers=exchange.trains,
        loaded_h=exchange.wagon_h,
        empty_h=empty,
        share_frac=1.0,
        early_frac=0.0,
        early_h=None,
        hours=terminal.hours,
        calendar=terminal.calendar or _calendar(terminal.hours),
        official_usd_per_t=0.0,
        other_usd_per_t=0.0,
        batch=exchange.wagons_at_once,
        is_exchange=True,
        activity="change of gauge",
    )


def _documents(post_id: str, post: BorderPost) -> list[Control]:
    """Return the wait for papers of a post that knows it, before its other controls."""
    papers = post.documents
    if papers is None:
        return []
    return [
        Control(
            f"{post_id}/{DOCUMENTS}", post_id, post.station, post.mode, post.time_zone, 0,
            PER_TRAIN, None, papers.delay_h, None,
            papers.not_ready_frac, 0.0, None, None, None, 0.0, 0.0,
            activity="documents not ready",
        )
    ]  # fmt: skip


def _of_post(scenario: Scenario, post_id: str) -> list[Control]:
    post = scenario.posts[post_id]
    found = _documents(post_id, post)
    if not post.stages:
        empty = post.duration_h if post.empty_duration_h is None else post.empty_duration_h
        return [
            *found,
            Control(
                post_id, post_id, post.station, post.mode, post.time_zone, 1, PER_TRAIN,
                post.servers, post.duration_h, empty,
                1.0, 0.0, None, post.hours, post.calendar or _calendar(post.hours),
                post.fee_usd_per_t, 0.0,
            ),
        ]  # fmt: skip
    for name, stage in sorted(post.stages.items(), key=lambda s: (s[1].order, s[0])):
        empty = stage.duration_h if stage.empty_duration_h is None else stage.empty_duration_h
        early, hours = stage.predeclared, post.hours if stage.hours is None else stage.hours
        found.append(
            Control(
                name=f"{post_id}/{name}",
                post_id=post_id,
                station=post.station,
                mode=post.mode,
                time_zone=post.time_zone,
                order=stage.order,
                per=_PER[stage.per],
                servers=stage.servers,
                loaded_h=None if stage.applies_to == "empty" else stage.duration_h,
                empty_h=None if stage.applies_to == "loaded" or stage.per == "lot" else empty,
                share_frac=stage.share_frac,
                early_frac=0.0 if early is None else early.share_frac,
                early_h=None if early is None else early.duration_h,
                hours=hours,
                calendar=_calendar(hours) or post.calendar,
                official_usd_per_t=stage.official_usd_per_t,
                other_usd_per_t=stage.other_usd_per_t,
                activity=stage.activity.replace("-", " "),
            )
        )
    return found


def _calendar(hours: Hours | None) -> str | None:
    return hours.calendar if hours else None


def border_ids(scenario: Scenario) -> list[tuple[str, bool]]:
    """Return posts, then terminals at which wagons change gauge: id, and whether it is such."""
    posts = [(post, False) for post in scenario.posts]
    return posts + [(terminal, True) for terminal in exchanges_of(scenario)]


def _group(control: Control) -> tuple[str, bool, int]:
    return control.post_id, control.is_exchange, control.order


def post_arrays(scenario: Scenario, stations: tuple[str, ...], gates: dict[str, int]) -> Posts:
    """Return the controls; one at a station that no train passes has station -1."""
    borders, controls = border_ids(scenario), controls_of(scenario)
    groups = list(dict.fromkeys(_group(c) for c in controls))
    size = [sum(_group(c) == g for c in controls) for g in groups]
    rows = []
    for c in controls:
        station, group = c.station, groups.index(_group(c))
        rows.append(
            (
                stations.index(station) if station in stations else -1,
                NO_LIMIT if c.servers is None else c.servers,
                gates[f"post:{c.name}"],
                c.per,
                group,
                size[group],
                borders.index((c.post_id, c.is_exchange)),
                int(c.hours is not None and c.hours.at_closing == "interrupt"),
                c.batch,
            )
        )
    table = np.array(rows, np.int64).reshape(-1, 9)
    return Posts(
        station_idx=table[:, 0].copy(),
        servers=table[:, 1].copy(),
        gate_idx=table[:, 2].copy(),
        per=table[:, 3].copy(),
        group_idx=table[:, 4].copy(),
        group_size=table[:, 5].copy(),
        post_idx=table[:, 6].copy(),
        stands_shut=table[:, 7].copy(),
        batch=table[:, 8].copy(),
        share=np.array([c.share_frac for c in controls], np.float64),
        early_share=np.array([c.early_frac for c in controls], np.float64),
    )


def control_laws(scenario: Scenario, table: LawTable) -> tuple[list[int], list[int], list[int]]:
    """Return the rows of the laws of controls: loaded, empty, declared beforehand; -1 for none."""
    found = controls_of(scenario)
    columns = ([c.loaded_h for c in found], [c.empty_h for c in found], [c.early_h for c in found])
    loaded, empty, early = ([-1 if x is None else table.add(x) for x in laws] for laws in columns)
    return loaded, empty, early
