"""Every example in a docstring runs and gives what it says."""

import doctest
import importlib
import pkgutil

import pytest

import geo
import sim

SKIP = {"sim.cli.main"}


def modules():
    for package in (sim, geo):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name not in SKIP:
                yield found.name


@pytest.mark.parametrize("name", sorted(modules()))
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
