"""Keys that are unknown or missing, and the slip that was probably made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.hints import did_you_mean, listed, nearest
from sim.scenario.problems import Problem
from sim.scenario.unit_words import key_stem, unit_of
from sim.scenario.vocabulary import Shape, blocks, root_shape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sim.scenario.wording import Case

__all__ = ["misses_by_slip", "missing", "unknown_key"]


_RENAMED = {
    "closures": (
        "disruptions",
        "each entry must say its effect",
        "write `disruptions:` and add `effect: {closed: true}` to each of its entries",
    )
}
"""Keys of old files: the new name, the rule and the way out."""


def _same_but_unit(key: str, known: Iterable[str]) -> str:
    """Return the known key that says the same in another unit, or nothing."""
    stem = key_stem(key)
    same = [k for k in known if key_stem(k) == stem and k != key]
    # `_days` is nearer to `_d` than to `_t`
    alike = [k for k in same if k[len(stem) :][:2] == key[len(stem) :][:2]]
    return (*alike, *same)[0] if same and stem else ""


def misses_by_slip(key: str, unknown: Collection[str]) -> bool:
    """Return whether a missing key was written, but wrongly."""
    return any(nearest(other, [key]) == key or _same_but_unit(other, [key]) for other in unknown)


def missing(case: Case) -> Problem:
    """Return the problem of a key that is not there."""
    key = str(case.path[-1])
    meaning = case.shape.meaning.partition(". ")[0].rstrip(".")
    rule = f"it is needed: {meaning[:1].lower()}{meaning[1:]}" if meaning else "it is needed"
    way_out = f"add `{key}: {_example(case.shape)}`"
    return Problem("missing-key", case.path, f"the key `{key}` is missing", rule, way_out)


def _example(shape: Shape) -> str:
    if shape.is_law or shape.schema.get("type") == "number":
        return "<number>"
    if shape.variants:
        return f"{{{shape.discriminator}: {next(iter(shape.variants))}, ...}}"
    if shape.is_block or shape.is_map:
        return "{...}"
    if shape.schema.get("type") == "array":
        return "[...]"
    if "enum" in shape.schema:
        return " or ".join(str(choice) for choice in shape.schema["enum"][:2])
    return {"integer": "<whole number>"}.get(
        shape.schema.get("type", ""),
        "<YYYY-MM-DD>" if shape.schema.get("format") == "date" else "<text>",
    )


def unknown_key(case: Case, lacking: Collection[str]) -> Problem:
    """Return the problem of a key that no block of this kind has."""
    key = str(case.path[-1])
    known = case.around.keys
    if len(case.path) == 1 and key in _RENAMED:
        fact = f"`{key}` is now called `{_RENAMED[key][0]}`"
        return Problem("renamed-key", case.path, fact, *_RENAMED[key][1:], value=case.given)
    other = _same_but_unit(key, [*lacking, *known])
    near = nearest(key, lacking) or nearest(key, known)
    rule = ""
    if other:
        unit = unit_of(other)
        rule = f"this figure is in {unit}" if unit else ""
        way_out = f"write `{other}`" + (f" and give it in {unit}" if unit else "")
    elif near:
        way_out = f"did you mean `{near}`?"
    else:
        way_out = _belongs_elsewhere(key, case) or did_you_mean(key, known)
    fact = f"unknown key `{key}`"
    return Problem("unknown-key", case.path, fact, rule, way_out, value=case.given)


def _belongs_elsewhere(key: str, case: Case) -> str:
    """Return where a key belongs, if it is one of another block."""
    owners = [name for name, shape in blocks().items() if key in shape.keys]
    for place in root_shape().keys:
        below = root_shape().child(place)
        entry = below.child("x") if below is not None and below.is_map else below
        for tag, shape in _kinds(entry):
            if shape.name in owners and shape.name != case.around.name:
                is_sibling = place == case.path[0]
                goes = (
                    f"with `{entry.discriminator}: {tag}`" if entry and is_sibling and tag else ""
                )
                return f"it goes {goes or f'into an entry of `{place}`'}"
    if "Scenario" in owners:
        return "it is a key of the whole scenario: write it at the top"
    return f"it goes into a {listed(owners)} block" if owners else ""


def _kinds(shape: Shape | None) -> list[tuple[str, Shape]]:
    if shape is None:
        return []
    return list(shape.variants.items()) or [("", shape)]
