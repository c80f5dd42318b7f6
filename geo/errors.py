"""The one error of this package: it carries every problem found, not the first."""

from __future__ import annotations


class NetworkError(Exception):
    """A network that cannot be read, built, searched or written.

    Parameters
    ----------
    problems : tuple of str
        One text for each problem: place (file, layer, row), fact, rule, way out.

    Examples
    --------
    >>> error = NetworkError(("my.gpkg, sections: no rows; draw at least one section",))
    >>> error.problems
    ('my.gpkg, sections: no rows; draw at least one section',)
    >>> str(error)
    'my.gpkg, sections: no rows; draw at least one section'
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        return "\n".join(
            (f"{len(self.problems)} problems", *(f"  {text}" for text in self.problems))
        )


def raise_if_any(problems: list[str]) -> None:
    """Raise the problems found so far, or do nothing.

    Parameters
    ----------
    problems : list of str
        Texts collected by the checks.

    Raises
    ------
    NetworkError
        If the list is not empty.
    """
    if problems:
        raise NetworkError(tuple(problems))
