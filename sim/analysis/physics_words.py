"""Which model of resistance, curves and starting a train runs by, told in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.line_curves import mean_curve_permille
from sim.arrays.resistances import start_resistance_n
from sim.kernels.ptr1520_rules import has_row, wagon_kind
from sim.kernels.track_forces import force_of_permille_n

if TYPE_CHECKING:
    from sim.arrays.consist import Consist
    from sim.arrays.performance import Ground
    from sim.model.traction import Physics

__all__ = ["chosen"]


def chosen(
    consist: Consist, physics: Physics, ground: Ground, pieces: tuple[tuple[str, Physics], ...]
) -> dict[str, float | str]:
    """Return what a train's running time was reckoned with.

    Parameters
    ----------
    consist : Consist
        The train.
    physics : Physics
        Of the stretch.
    ground : Ground
        The stretch itself.
    pieces : tuple of (str, Physics)
        Section and its line's physics of each part of the stretch.

    Returns
    -------
    figures : dict
        ``resistance``, ``curves`` and ``start`` in words; ``curve_permille``, the mean over the
        stretch, and ``start_permille``, of the weight of the wagons.
    """
    start_n = start_resistance_n(consist, physics)
    own = "by the 1520 mm rules" if physics.start_resistance_permille is None else "given"
    return {
        "resistance": _resistance(consist, physics),
        "curves": _curves(pieces),
        "curve_permille": ground.mean_curve_permille,
        "start": own,
        "start_permille": start_n / float(force_of_permille_n(consist.trailing_kg, 1.0)),
    }


def _resistance(consist: Consist, physics: Physics) -> str:
    if physics.resistance == "strahl":
        return f"strahl, {physics.strahl_f0_permille:g} and {physics.strahl_f2_permille:g} permille"
    if physics.resistance != "ptr1520":
        return f"{physics.resistance} of each vehicle"
    wagon = consist.wagon
    if has_row(consist.wagon_kg, wagon_kind(wagon.axles, wagon.bearings)):
        return f"ptr1520, {physics.track} track"
    key = "resistance_table_empty" if wagon.resistance_table_empty else "davis_empty"
    return f"ptr1520, {physics.track} track; wagons by `{key}`"


def _curves(pieces: tuple[tuple[str, Physics], ...]) -> str:
    sections = dict(pieces)
    listed = {s: p.curves[s] for s, p in sections.items() if s in p.curves}
    words = []
    if listed:
        curves = [curve for own in listed.values() for curve in own]
        tightest = f", tightest {min(c.radius_m for c in curves):g} m" if curves else ""
        words.append(f"{', '.join(listed)}: {len(curves)} listed{tightest}")
    means = dict.fromkeys(_mean(p) for s, p in sections.items() if s not in listed)
    words += [f"elsewhere {mean}" if listed else mean for mean in means]
    return "; ".join(words)


def _mean(physics: Physics) -> str:
    if physics.curve_radius_m is None or physics.curve_share_frac is None:
        return f"mean {physics.curve_permille:g} permille"
    return (
        f"{physics.curve_radius_m:g} m on {physics.curve_share_frac:.0%} of the length, "
        f"mean {mean_curve_permille(physics):.2g} permille"
    )
