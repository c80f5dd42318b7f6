"""How the functions of the machine are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba as nb

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["compiled"]

Function = TypeVar("Function", bound="Callable[..., Any]")
_OPTIONS: Any = {
    "error_model": "numpy",
    "nogil": True,
    # nothing but the outermost function is called from Python
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
_njit = nb.njit(**_OPTIONS)


def compiled(function: Function) -> Function:
    """Return the function compiled; it knows the tape alone and calls none but compiled ones."""
    return cast("Function", _njit(function))
