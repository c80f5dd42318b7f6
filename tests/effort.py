"""How much chance tests try: a share in the usual run, all of it in `make slow`."""

import os

import pytest

LONG = os.environ.get("CORRIDOR_LONG_TESTS") == "1"


def examples(wanted):
    """Return how many examples to try now, of the number wanted when there is time."""
    return wanted if LONG else max(10, wanted // 3)


def part_of(cases, *, usual):
    """Return cases of a test, those after the first few marked slow."""
    return [
        case if k < usual else pytest.param(case, marks=pytest.mark.slow)
        for k, case in enumerate(cases)
    ]
