"""Parts of the event machine, called as plain Python on a tape."""

import numpy as np
import pytest

from sim.engines.batch import columns as at, queues, timers, units
from sim.engines.batch.compiling import compiled


def tape(**columns):
    """Return a tape with these columns, one behind the other."""
    head = np.zeros(at.HEADER, np.int64)
    body = []
    for name, values in columns.items():
        head[getattr(at, name)] = at.HEADER + sum(map(len, body))
        body.append(np.array(values, np.int64))
    return np.concatenate([head, *body])


def plain(function):
    return function.py_func


def drained(m):
    """Return instants, slots and what they are for, as timers go off."""
    found = []
    while m[at.HEAP_SIZE]:
        key, note = int(m[m[at.HEAP_KEY]]), int(m[m[at.HEAP_NOTE]])
        found.append((key >> 4, key & 15, note & ((1 << timers.NOTE_BITS) - 1)))
        plain(timers.drop_first_timer)(m)
    return found


def heap(n):
    m = tape(HEAP_KEY=[0] * n, HEAP_NOTE=[0] * n)
    m[at.SLOT_BITS], m[at.END_MS] = 4, 1000
    return m


def test_timers_go_off_by_instant_then_slot_then_setting():
    m = heap(6)
    for delay, slot, note in [(7, 3, 1), (5, 9, 2), (7, 2, 3), (5, 9, 4), (0, 0, 5)]:
        plain(timers.set_timer)(m, delay, slot, note)
    assert drained(m) == [(0, 0, 5), (5, 9, 2), (5, 9, 4), (7, 2, 3), (7, 3, 1)]


def test_a_timer_at_the_end_is_not_set():
    m = heap(2)
    plain(timers.set_timer)(m, 1000, 0, 0)
    assert m[at.HEAP_SIZE] == 0
    plain(timers.set_timer)(m, 999, 0, 0)
    assert m[at.HEAP_SIZE] == 1


@pytest.mark.parametrize("seed", range(5))
def test_timers_are_sorted_as_python_sorts_them(seed):
    luck = np.random.default_rng(seed)
    m = heap(200)
    given = []
    for note in range(200):
        delay, slot = int(luck.integers(0, 30)), int(luck.integers(0, 16))
        plain(timers.set_timer)(m, delay, slot, note)
        given.append((delay, slot, note))
    assert drained(m) == sorted(given)


def test_a_queue_serves_the_first_and_lets_any_go():
    m = tape(QUEUE_FIRST=[-1], QUEUE_LAST=[-1], TRAIN_NEXT=[0] * 5)
    for train in (3, 1, 4):
        plain(queues.join_queue)(m, 0, train, at.TRAIN_NEXT)
    assert plain(queues.quit_queue)(m, 0, 1, at.TRAIN_NEXT)
    assert not plain(queues.quit_queue)(m, 0, 2, at.TRAIN_NEXT)
    assert plain(queues.quit_queue)(m, 0, 4, at.TRAIN_NEXT)
    plain(queues.join_queue)(m, 0, 0, at.TRAIN_NEXT)
    assert [plain(queues.leave_queue)(m, 0, at.TRAIN_NEXT) for _ in range(2)] == [3, 0]
    assert plain(queues.first_in_queue)(m, 0) == queues.NOBODY


def test_a_line_serves_by_priority_then_in_the_order_of_asking():
    m = tape(
        LINE_LENGTH=[0],
        LINE_FIRST=[-1] * at.N_PRIORITIES,
        LINE_LAST=[-1] * at.N_PRIORITIES,
        LOT_NEXT=[0] * 4,
        LOT_FLOW=[0, 1, 0, 1],
        FLOW_PRIORITY=[5, 1],
    )
    for lot in (0, 1, 2, 3):
        plain(queues.join_line)(m, 0, lot)
    found = []
    while (lot := plain(queues.first_in_line)(m, 0)) != queues.NOBODY:
        plain(queues.leave_line)(m, 0, lot)
        found.append(lot)
    assert found == [1, 3, 0, 2]


@pytest.mark.parametrize("seed", range(5))
def test_the_lowest_free_unit_is_taken(seed):
    luck, n = np.random.default_rng(seed), 9
    m = tape(SERVERS_BUSY=[0], SERVERS_BASE=[0], SERVERS_FREE=list(range(n)), SERVERS_N_FREE=[n])
    free = set(range(n))
    for _ in range(200):
        taken = sorted(set(range(n)) - free)
        if free and (not taken or luck.random() < 0.5):
            assert plain(units.take_unit)(m, 0) == min(free)
            free.discard(min(free))
        else:
            unit = taken[int(luck.integers(len(taken)))]
            plain(units.free_unit)(m, 0, unit)
            free.add(unit)
        assert m[m[at.SERVERS_BUSY]] == n - len(free)


def test_servers_of_any_number_have_none():
    m = tape(SERVERS_BUSY=[0], SERVERS_BASE=[-1], SERVERS_FREE=[], SERVERS_N_FREE=[0])
    assert plain(units.take_unit)(m, 0) == units.ANY_NUMBER


def test_compiled_functions_keep_their_words():
    assert compiled(plain(queues.join_queue)).__doc__ == queues.join_queue.__doc__
