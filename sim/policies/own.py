"""Dispatch rules of users: read from their files, asked, and told by name when they fail."""

from __future__ import annotations

import hashlib
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import RunError
from sim.policies.registry import DISPATCH, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from sim.policies.registry import Waiting

__all__ = ["RuleFile", "goes_to_workers", "load_rules", "loaded_rules", "order_of"]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file of rules that was read."""

    path: str
    sha256: str
    names: tuple[str, ...]
    """Rules it made known."""


_loaded: dict[str, RuleFile] = {}


def loaded_rules() -> tuple[RuleFile, ...]:
    """Return the files of rules read so far, in order."""
    return tuple(_loaded.values())


def goes_to_workers(name: str) -> bool:
    """Return whether other processes can know a rule: built in, or read from a file."""
    is_built_in = name in DISPATCH and DISPATCH[name].choose is None
    return is_built_in or any(name in file.names for file in _loaded.values())


def load_rules(file: str | PathLike[str]) -> RuleFile:
    """Carry out a Python file that registers dispatch rules; once, however often it is named.

    Parameters
    ----------
    file : path
        It calls `register` for each of its rules.

    Returns
    -------
    rules : RuleFile
        Its path, its hash and the rules it made known.

    Raises
    ------
    RunError
        If the file fails, or registers nothing.
    """
    path = Path(file).resolve()
    if str(path) in _loaded:
        return _loaded[str(path)]
    before = set(DISPATCH)
    try:
        text = path.read_bytes()
        runpy.run_path(str(path), run_name="dispatch_rules")
    except Exception as error:
        _forget(before)
        message = f"rules file {file}: {type(error).__name__}: {error}"
        raise RunError(message) from error
    names = tuple(name for name in DISPATCH if name not in before)
    if not names:
        message = (
            f"rules file {file} registers no rule; "
            'put @register("name") of sim.policies before a function'
        )
        raise RunError(message)
    _loaded[str(path)] = RuleFile(str(path), hashlib.sha256(text).hexdigest(), names)
    return _loaded[str(path)]


def _forget(before: set[str]) -> None:
    for name in set(DISPATCH) - before:
        del DISPATCH[name]


def order_of(rule: Rule, waiting: Sequence[Waiting], now_ms: int) -> list[int]:
    """Return the order in which a rule of the user's wants waiting trains to be looked at.

    Raises
    ------
    RunError
        If the rule fails or names a train that there is not, or one twice; names the rule.

    Examples
    --------
    >>> from sim.policies.registry import RuleCode
    >>> last = Rule("last", RuleCode.OWN, lambda waiting, now_ms: reversed(range(len(waiting))))
    >>> order_of(last, ("a", "b", "c"), 0)
    [2, 1, 0]
    """
    if rule.choose is None:
        return list(range(len(waiting)))
    try:
        answer = rule.choose(waiting, now_ms)
        order = list(answer)
        positions = [int(i) for i in order]
    except Exception as error:
        message = f"dispatch rule '{rule.name}' failed: {type(error).__name__}: {error}"
        raise RunError(message) from error
    is_sound = positions == order and len(set(positions)) == len(positions)
    if not is_sound or not all(0 <= i < len(waiting) for i in positions):
        message = (
            f"dispatch rule '{rule.name}' returned {order} for {len(waiting)} waiting trains; "
            f"it must return positions from 0 to {len(waiting) - 1}, each once at most"
        )
        raise RunError(message)
    return positions
