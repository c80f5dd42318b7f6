"""Files written whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sim.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["told_by_name", "write_texts"]

_FULL = 28  # ENOSPC


@contextmanager
def told_by_name(path: Path) -> Iterator[None]:
    """Turn a failure of the file system into an error that names the user's file and a way out.

    Raises
    ------
    RunError
        In place of any OSError.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        way_out = (
            "make room, or name another place" if error.errno == _FULL else "name another place"
        )
        message = f"{path}: could not be written: {reason}; nothing there was changed; {way_out}"
        raise RunError(message) from error


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write several texts: all are written beside their places before the first takes its name.

    Raises
    ------
    RunError
        If one can't be written; what stood there stays.
    """
    drafts: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            drafts[path] = path.with_name(f".{path.name}.part-{os.getpid()}")
            with told_by_name(path):
                if path.is_dir():
                    raise IsADirectoryError(21, "it is a folder")
                drafts[path].write_text(text, encoding="utf-8")
        for path, draft in drafts.items():
            with told_by_name(path):
                draft.replace(path)
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
