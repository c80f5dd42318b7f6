"""Special functions of SciPy, loaded at the first call: it takes longer than a small study runs.

Examples
--------
>>> float(special.ndtri(0.5))
0.0
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["special"]


class _Special:
    """What stands for `scipy.special` until one of its functions is asked for."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        return getattr(_loaded(), name)


@cache
def _loaded() -> ModuleType:
    return import_module("scipy.special")


special = _Special()
"""It is used as ``scipy.special`` is."""
