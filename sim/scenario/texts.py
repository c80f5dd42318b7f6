"""From a path to text: what is no readable scenario file is refused before it is parsed."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from sim.scenario.hints import did_you_mean
from sim.scenario.marks import Mark, SourceFile, shown_path
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BYTES_AT_MOST", "FileError", "decoded", "read_text"]

BYTES_AT_MOST = 2_000_000
_MB = 1e6
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class FileError(Exception):
    """A file that cannot be read as a scenario; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _refusal(mark: Mark, code: str, fact: str, rule: str, way_out: str) -> FileError:
    return FileError(Problem(code, (), fact, rule, way_out, mark=mark))


def read_text(path: Path) -> tuple[str, SourceFile]:
    """Return the text of a scenario file, and which file it is.

    Raises
    ------
    FileError
        If there is no such file, or it cannot be read, is too large, or is no UTF-8 text.
    """
    shown = shown_path(path)
    start = Mark(shown, 1, 1)
    try:
        if path.is_dir():
            raise _refusal(
                start, "not-a-file", "this is a folder", "a scenario is a file", "name the file"
            )
        if not path.is_file():
            raise _missing(path, start)
        with path.open("rb") as file:
            data = file.read(BYTES_AT_MOST + 1)
            size = max(path.stat().st_size, len(data))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(
            start,
            "unreadable-file",
            f"the file cannot be read: {reason}",
            "",
            "look at its permissions",
        ) from error
    if size > BYTES_AT_MOST:
        raise _refusal(
            start,
            "file-too-large",
            f"got {size / _MB:.1f} MB",
            f"a scenario file must be at most {BYTES_AT_MOST / _MB:.0f} MB",
            "keep measured data in files of its own, and parts in files joined by `extends`",
        )
    return decoded(data, shown), SourceFile(path, shown, hashlib.sha256(data).hexdigest())


def _missing(path: Path, start: Mark) -> FileError:
    if path.exists():
        return _refusal(
            start,
            "not-a-file",
            "this is no ordinary file",
            "a scenario is a file",
            "name the file",
        )
    beside = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
    return _refusal(
        start, "no-such-file", "there is no such file", "", did_you_mean(path.name, beside)
    )


def decoded(data: bytes, shown: str) -> str:
    """Return the bytes of a file as text.

    Raises
    ------
    FileError
        If they are no UTF-8 text or hold characters that no text has.
    """
    rule = "a scenario file must be UTF-8 text"
    if data.startswith(_UTF_16):
        fact, way_out = "the file is in UTF-16", "save it as UTF-8 in the editor"
        raise _refusal(Mark(shown, 1, 1), "not-utf-8", fact, rule, way_out)
    if b"\0" in data:
        mark = _place(data[: data.index(b"\0")].decode("utf-8", errors="replace"), shown)
        fact, way_out = "the file holds a NUL byte", "name the scenario, not a data file"
        raise _refusal(mark, "not-text", fact, rule, way_out)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = _place(data[: error.start].decode("utf-8", errors="replace"), shown)
        fact = f"byte 0x{data[error.start]:02x} is no UTF-8 text"
        raise _refusal(mark, "not-utf-8", fact, rule, "save it as UTF-8 in the editor") from error
    found = _CONTROL.search(text)
    if found:
        mark = _place(text[: found.start()], shown)
        fact = f"the file holds the control character U+{ord(found[0]):04X}"
        raise _refusal(mark, "not-text", fact, rule, "remove the character")
    return text


def _place(before: str, shown: str) -> Mark:
    return Mark(shown, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
