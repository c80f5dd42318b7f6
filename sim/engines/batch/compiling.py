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
from numba.core import codegen, types
from numba.np import arrayobj

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
_inner_names: set[str] = set()
_LIBRARY, _LINKER = codegen.JITCodeLibrary, codegen.JITCPUCodegen
_INNER = ("_optimize_final_module", "_finalize_final_module", "get_pointer_to_function")


def compiled(function: Function) -> Function:
    """Return the function compiled; it knows the tape alone and calls none but compiled ones."""
    _inner_names.add(function.__qualname__)
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
        with _emitted_once():
            function.compile(tuple(arguments))
    finally:
        if collects:
            gc.enable()


class _Once:
    """What stands in for methods of Numba's libraries while one function is compiled."""

    def __init__(self) -> None:
        self.usual: dict[str, Any] = {name: getattr(_LIBRARY, name) for name in _INNER}
        self.set_environment: Any = _LINKER.set_env

    def is_inner(self, library: Any) -> bool:  # noqa: ANN401
        """Return whether a library is that of a function of the machine but the outermost."""
        return library.name in _inner_names

    def optimise(self, library: Any) -> None:  # noqa: ANN401
        """Optimise no inner library: all are linked into the outermost."""
        if not self.is_inner(library):
            self.usual["_optimize_final_module"](library)

    def finalise(self, library: Any) -> None:  # noqa: ANN401
        """Emit no inner library; end it as it is."""
        if self.is_inner(library):
            library._finalize_dynamic_globals()  # noqa: SLF001
            library._finalized = True  # noqa: SLF001
        else:
            self.usual["_finalize_final_module"](library)

    def pointer(self, library: Any, name: str) -> int:  # noqa: ANN401
        """Return where a function is; an inner one is nowhere."""
        if self.is_inner(library):
            return 0
        return int(self.usual["get_pointer_to_function"](library, name))

    def set_env(self, linker: Any, env_name: str, env: Any) -> None:  # noqa: ANN401
        """Set the environment of a function that was emitted."""
        if linker._engine.get_global_value_address(env_name):  # noqa: SLF001
            self.set_environment(linker, env_name, env)


def _index_from_the_front(context: Any, builder: Any, kind: Any, index: Any, _size: Any) -> Any:  # noqa: ANN401
    """Return an index as it is: no place on the tape is counted from its end."""
    return context.cast(builder, index, kind, types.intp if kind.signed else types.uintp)


@contextmanager
def _emitted_once() -> Iterator[None]:
    """Keep the libraries of inner functions from being optimised and emitted."""
    known = hasattr(_LINKER, "set_env") and hasattr(arrayobj, "fix_integer_index")
    if not known or not all(hasattr(_LIBRARY, name) for name in _INNER):
        yield
        return
    once = _Once()
    # functions, not methods, so that each is told whose method it is
    with (
        patch.object(_LINKER, "set_env", lambda *given: once.set_env(*given)),  # noqa: PLW0108
        patch.object(_LIBRARY, _INNER[0], lambda self: once.optimise(self)),  # noqa: PLW0108
        patch.object(_LIBRARY, _INNER[1], lambda self: once.finalise(self)),  # noqa: PLW0108
        patch.object(_LIBRARY, _INNER[2], lambda *given: once.pointer(*given)),  # noqa: PLW0108
        patch.object(arrayobj, "fix_integer_index", _index_from_the_front),
    ):
        yield
