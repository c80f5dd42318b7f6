"""From a plain tree to a scenario, or every reason why not: the only place that asks pydantic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sim.model.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Refusal", "validate"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value the models do not take.

    ``kind`` is pydantic's word for the reason, ``place`` its location, in which the tags of
    variants and ``[key]`` appear beside the keys; ``limits`` are the bounds it tells.
    """

    kind: str
    place: tuple[str | int, ...]
    value: object
    limits: Mapping[str, Any]


def validate(tree: Mapping[str, Any]) -> Scenario | tuple[Refusal, ...]:
    """Return the scenario a tree states, or everything the models refuse in it.

    Parameters
    ----------
    tree : mapping
        Maps, lists and scalars as read from a file; no infinite numbers.
    """
    try:
        return Scenario.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        return tuple(
            Refusal(e["type"], e["loc"], e["input"], e.get("ctx", {}))
            for e in error.errors(include_url=False)
        )
