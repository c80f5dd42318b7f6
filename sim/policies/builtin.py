"""What the built-in dispatch rules decide, on plain integers (docs/semantics.md, 4.6 and 4.10)."""

from __future__ import annotations

from sim.policies.registry import RuleCode

__all__ = ["LEAST_WEIGHT", "WEIGHTS", "cost_of_waiting", "look_key", "next_run", "turn", "weight"]

WEIGHTS = (0, 9, 8, 7, 6, 5, 4, 3, 2, 1)
"""Weight of an hour of delay of a train of each class, 1 to 9: assumed, so that a train of class 1
counts as much as nine of class 9. Place 0 is no class."""

LEAST_WEIGHT = 1
"""Weight of classes beyond the table."""


def look_key(code: int, priority: int, asked_ms: int) -> tuple[int, int]:
    """Return a train's place among those that wait: lowest first, ties as they came.

    Examples
    --------
    >>> look_key(RuleCode.PRIORITY, 3, 60_000), look_key(RuleCode.FLEETING, 3, 60_000)
    ((3, 60000), (0, 60000))
    """
    return (priority if code == RuleCode.PRIORITY else 0, asked_ms)


def weight(priority: int) -> int:
    """Return what an hour of delay of a train of this class weighs.

    Examples
    --------
    >>> weight(1), weight(5), weight(9)
    (9, 5, 1)
    """
    return WEIGHTS[priority] if 0 < priority < len(WEIGHTS) else LEAST_WEIGHT


def cost_of_waiting(priority: int, ready_ms: int, free_ms: int, stop_ms: int) -> int:
    """Return the weighted delay of a train that is ready and waits until its way is free.

    Parameters
    ----------
    priority : int
        Its class.
    ready_ms, free_ms : int
        When it could go, and when the other train is out of its way. [ms]
    stop_ms : int
        What it loses besides by stopping and starting again; 0 if it stands already. [ms]

    Returns
    -------
    cost : int
        Weight times delay; 0 if the way is free before. [ms]

    Examples
    --------
    >>> cost_of_waiting(5, 1_000, 4_000, 100), cost_of_waiting(5, 4_000, 1_000, 100)
    (15500, 0)
    """
    wait_ms = free_ms - ready_ms
    return weight(priority) * (wait_ms + stop_ms) if wait_ms > 0 else 0


def turn(heading: int, run_heading: int, run_count: int, batch: int) -> int:
    """Return 0 if a train is looked at in the first round at a section under `fleeting`, else 1.

    Parameters
    ----------
    heading : int
        Direction in which the train wants the section.
    run_heading, run_count : int
        Direction of the trains that had it last, and how many in a row; -1 if none had it.
    batch : int
        Trains that may follow each other before the other direction has its turn.

    Examples
    --------
    >>> turn(0, 0, 2, 3), turn(1, 0, 2, 3), turn(0, 0, 3, 3), turn(1, 0, 3, 3), turn(0, -1, 0, 3)
    (0, 1, 1, 0, 0)
    """
    if run_heading < 0:
        return 0
    has_turn = heading == run_heading if run_count < batch else heading != run_heading
    return 0 if has_turn else 1


def next_run(heading: int, run_heading: int, run_count: int) -> tuple[int, int]:
    """Return direction and number of the trains in a row once one more has got the section.

    Examples
    --------
    >>> next_run(0, 0, 2), next_run(1, 0, 3)
    ((0, 3), (1, 1))
    """
    return heading, run_count + 1 if heading == run_heading else 1
