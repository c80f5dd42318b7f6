"""The corridor, read once."""

import pytest

from geo import load_corridor


@pytest.fixture(scope="session")
def corridor():
    return load_corridor()
