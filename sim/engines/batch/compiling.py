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

import numba as nb
from numba.core import codegen, types
from numba.core.base import BaseContext
from numba.core.runtime import nrt
from numba.np import arrayobj

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["compile_outermost", "compiled", "is_kept"]

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
_READS_FIRST = (0, 68)
"""Version of Numba that is known to look on the disk before it makes ready to compile anew."""
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
        with _emitted_once(), _read_alone():
            function.compile(tuple(arguments))
    finally:
        if collects:
            gc.enable()


def is_kept(function: Any, *arguments: Any) -> bool:  # noqa: ANN401
    """Return whether a function is on disk, compiled from its source as it is; in doubt, not."""
    try:
        kept = function._cache._cache_file._load_index()  # noqa: SLF001
    except (AttributeError, OSError):
        return False
    return any(key[0] == arguments for key in kept)


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


@contextmanager
def _instead(owner: Any, name: str, stand_in: Any) -> Iterator[None]:  # noqa: ANN401
    """Have an attribute of a class or module stand in for the usual one."""
    usual, is_own = getattr(owner, name), name in vars(owner)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        if is_own:
            setattr(owner, name, usual)
        else:
            delattr(owner, name)


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
        _instead(_LINKER, "set_env", lambda *given: once.set_env(*given)),  # noqa: PLW0108
        _instead(_LIBRARY, _INNER[0], lambda self: once.optimise(self)),  # noqa: PLW0108
        _instead(_LIBRARY, _INNER[1], lambda self: once.finalise(self)),  # noqa: PLW0108
        _instead(_LIBRARY, _INNER[2], lambda *given: once.pointer(*given)),  # noqa: PLW0108
        _instead(arrayobj, "fix_integer_index", _index_from_the_front),
    ):
        yield


@contextmanager
def _read_alone() -> Iterator[None]:
    """Have what is on the disk read without all that compiling needs.

    Numba learns of every function it can compile before it looks on the disk, which takes four
    times as long as to read the machine. What was compiled needs nothing of that but Numba's own
    runtime; where nothing is on the disk, Numba makes ready once more, and then as usual.
    """
    if nb.version_info.short != _READS_FIRST:
        yield
        return
    usual: Any = BaseContext.refresh
    runtime: Any = nrt.rtsys
    first = iter([True])

    def refresh(context: Any) -> None:  # noqa: ANN401
        if next(first, False):
            runtime.initialize(context)
        else:
            usual(context)

    with _instead(BaseContext, "refresh", refresh):
        yield
