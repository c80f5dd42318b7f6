"""Which uncertain numbers go together, in groups, and what of it numbers can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.copula import coupling, normal_of_rank, possible, rank_of_normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.model import Scenario

    Floats = NDArray[np.float64]

__all__ = ["Change", "Group", "correlated_groups"]


class Change(NamedTuple):
    """A rank correlation as asked for, and as it is used."""

    one: str
    other: str
    asked: float
    used: float

    @property
    def size(self) -> float:
        """How far it was moved."""
        return abs(self.used - self.asked)


@dataclass(frozen=True, slots=True)
class Group:
    """Uncertain numbers of which each goes together with some other.

    Parameters
    ----------
    names : tuple of str
        Entries, by name.
    asked, used : array of shape (n, n)
        Rank correlations.
    lower : array of shape (n, n)
        What makes normal numbers go together so.
    was_repaired : bool
        Whether what was asked for cannot be.
    """

    names: tuple[str, ...]
    asked: Floats
    used: Floats
    lower: Floats
    was_repaired: bool

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every pair."""
        return tuple(
            Change(one, other, float(self.asked[i, j]), float(self.used[i, j]))
            for i, one in enumerate(self.names)
            for j, other in enumerate(self.names)
            if i < j
        )

    @property
    def largest_change(self) -> Change:
        """The pair that was moved most."""
        return max(self.changes, key=lambda change: change.size)


def correlated_groups(scenario: Scenario) -> tuple[Group, ...]:
    """Return the groups of uncertain numbers that go together, by name.

    Parameters
    ----------
    scenario : Scenario
        Its rank correlations name entries that there are, each pair once.

    Returns
    -------
    groups : tuple of Group
        Numbers that go together with none are in no group.
    """
    rank = {frozenset(c.between): c.rank_correlation for c in scenario.rank_correlations.values()}
    left = sorted({name for pair in rank for name in pair})
    groups = []
    while left:
        inside, edge = set(), {left[0]}
        while edge:
            inside |= edge
            edge = {name for pair in rank if pair & edge for name in pair} - inside
        groups.append(_group(tuple(sorted(inside)), rank))
        left = [name for name in left if name not in inside]
    return tuple(groups)


def _group(names: tuple[str, ...], rank: dict[frozenset[str], float]) -> Group:
    asked = np.eye(len(names))
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            if i != j:
                asked[i, j] = rank.get(frozenset((one, other)), 0.0)
    normal = normal_of_rank(asked)
    np.fill_diagonal(normal, 1.0)
    matrix, was_repaired = possible(normal)
    used = rank_of_normal(matrix) if was_repaired else asked
    return Group(names, asked, used, coupling(matrix), was_repaired)
