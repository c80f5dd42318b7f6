"""What all tests share: the specimens beside this file can be imported."""

import signal
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

from effort import LONG, examples

# how long an example takes says something of the machine alone; the usual run tries the same
# examples each time, `make slow` new ones
settings.register_profile("house", deadline=None, max_examples=examples(100), derandomize=not LONG)
settings.load_profile("house")

# a shell in which tests run in the background hands down that interrupts are ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
