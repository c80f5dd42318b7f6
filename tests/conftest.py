"""What all tests share: the specimens beside this file can be imported."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# a shell in which tests run in the background hands down that interrupts are ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
