"""What is told while a study makes ready."""

import time

from sim.cli.engine_choice import told_if_long


def test_what_takes_long_is_told_and_what_does_not_is_not(capsys):
    with told_if_long("at work", quiet=False, after_s=0.05):
        time.sleep(0.5)
    assert capsys.readouterr().err == "at work\n"
    with told_if_long("at work", quiet=False, after_s=60):
        pass
    with told_if_long("at work", quiet=True, after_s=0.0):
        time.sleep(0.2)
    assert capsys.readouterr().err == ""
