"""How the functions of the machine are compiled.

Numba compiles each function to machine code of its own, with all that it calls once more inside,
though only the outermost is ever called from Python: here a minute in place of some seconds. While
that one is compiled, the others are therefore kept from being optimised and emitted by themselves
(docs/adr/0010-one-tape-compiled-once.md). Where Numba's inner workings are not as known, all is
compiled as usual, and only takes longer.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast
from unittest.mock import patch

import numba as nb
from numba.core import codegen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["compile_outermost", "compiled"]

Function = TypeVar("Function", bound="Callable[..., Any]")
_OPTIONS: Any = {
    "error_model": "numpy",
    "nogil": True,
    # nothing but the outermost function is called from Python
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
_njit = nb.njit(**_OPTIONS)
_INNER = ("_optimize_final_module", "_finalize_final_module", "get_pointer_to_function")


def compiled(function: Function) -> Function:
    """Return the function compiled; it knows the tape alone and calls none but compiled ones."""
    return cast("Function", _njit(function))


def compile_outermost(function: Any, *arguments: Any) -> None:  # noqa: ANN401
    """Compile a function for arguments of these types, and with it all that it calls.

    Parameters
    ----------
    function : dispatcher
        Made by `numba.njit` with ``cache=True``.
    arguments : types
        Of Numba.
    """
    if function.signatures:
        return
    collects = gc.isenabled()
    gc.disable()  # a quarter of the time would go into looking at what stays
    try:
        with _emitted_once(function.py_func.__name__):
            function.compile(tuple(arguments))
    finally:
        if collects:
            gc.enable()


@contextmanager
def _emitted_once(outermost: str) -> Iterator[None]:
    """Keep all libraries but that of one function from being optimised and emitted."""
    library, linker = codegen.JITCodeLibrary, codegen.JITCPUCodegen
    if not all(hasattr(library, name) for name in _INNER) or not hasattr(linker, "set_env"):
        yield
        return
    usual = {name: getattr(library, name) for name in _INNER}
    set_environment = linker.set_env

    def is_inner(self: Any) -> bool:  # noqa: ANN401
        return not self.name.endswith(outermost)

    def optimise(self: Any) -> None:  # noqa: ANN401
        if not is_inner(self):
            usual["_optimize_final_module"](self)

    def finalise(self: Any) -> None:  # noqa: ANN401
        if not is_inner(self):
            usual["_finalize_final_module"](self)
            return
        self._finalize_dynamic_globals()
        self._finalized = True

    def pointer(self: Any, name: str) -> int:  # noqa: ANN401
        return 0 if is_inner(self) else int(usual["get_pointer_to_function"](self, name))

    def set_env(self: Any, env_name: str, env: Any) -> None:  # noqa: ANN401
        if self._engine.get_global_value_address(env_name):
            set_environment(self, env_name, env)

    with (
        patch.object(linker, "set_env", set_env),
        patch.object(library, "_optimize_final_module", optimise),
        patch.object(library, "_finalize_final_module", finalise),
        patch.object(library, "get_pointer_to_function", pointer),
    ):
        yield
