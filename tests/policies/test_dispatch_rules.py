"""The registry of dispatch rules, and what the built-in ones decide on plain values."""

import pytest

from sim.errors import RunError
from sim.policies import (
    DISPATCH,
    Rule,
    RuleCode,
    dispatch_rule,
    goes_to_workers,
    load_rules,
    order_of,
    register,
)
from sim.policies.builtin import WEIGHTS, cost_of_waiting, next_run, turn, weight


@pytest.fixture
def rule_file(tmp_path):
    before = set(DISPATCH)

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    yield write
    for name in set(DISPATCH) - before:
        del DISPATCH[name]


GOOD = """
from sim.policies import register

@register("shortest-section-name")
def choose(waiting, now_ms):
    return sorted(range(len(waiting)), key=lambda i: len(waiting[i].section))
"""


def test_built_in_rules_have_their_numbers():
    codes = {name: int(dispatch_rule(name).code) for name in DISPATCH}
    assert codes == {"first-come": 0, "priority": 1, "least-delay": 2, "fleeting": 3}
    assert all(rule.keeps_last_track for rule in DISPATCH.values())


def test_an_unknown_rule_is_told_with_the_one_meant():
    with pytest.raises(ValueError, match=r"no dispatch rule 'fleting'; did you mean 'fleeting'"):
        dispatch_rule("fleting")


def test_a_rule_is_registered_once():
    with pytest.raises(ValueError, match="registered twice"):
        register("priority")(lambda _waiting, _now_ms: [])


def test_weights_fall_with_the_class():
    assert [weight(k) for k in range(1, 10)] == sorted(WEIGHTS[1:], reverse=True)
    assert weight(42) == 1
    assert cost_of_waiting(9, 10, 10, 500) == 0, "a train that need not wait need not stop"


def test_the_other_direction_has_its_turn_after_a_batch():
    run, seen = (-1, 0), []
    for _ in range(8):
        first = min((0, 1), key=lambda heading: turn(heading, *run, 2))
        seen.append(first)
        run = next_run(first, *run)
    assert seen == [0, 0, 1, 1, 0, 0, 1, 1]


def test_a_file_of_rules_is_carried_out_once(rule_file):
    path = rule_file(GOOD)
    found = load_rules(path)
    assert found.names == ("shortest-section-name",)
    assert load_rules(path) is found
    assert goes_to_workers("shortest-section-name")
    assert goes_to_workers("fleeting")


def test_a_rule_known_to_this_process_only_is_told_apart():
    register("here-only")(lambda _waiting, _now_ms: [])
    assert not goes_to_workers("here-only")
    del DISPATCH["here-only"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n", "registers no rule"),
        ("def (:\n", "SyntaxError"),
        ("raise KeyError('x')\n", "KeyError: 'x'"),
        (GOOD.replace("shortest-section-name", "priority"), "registered twice"),
    ],
)
def test_a_file_that_fails_is_told_by_name(rule_file, text, words):
    with pytest.raises(RunError, match=r"rules file .*wrong\.py") as told:
        load_rules(rule_file(text, "wrong.py"))
    assert words in str(told.value)


@pytest.mark.parametrize("answer", [[0, 0], [3], [-1], [0.5], None, ["a"], 7])
def test_a_wrong_answer_is_told_with_the_name_of_the_rule(answer):
    rule = Rule("odd", RuleCode.OWN, lambda _waiting, _now_ms: answer)
    with pytest.raises(RunError, match="dispatch rule 'odd'"):
        order_of(rule, ("a", "b"), 0)


def test_an_exception_of_a_rule_is_told_with_its_name():
    def fails(_waiting, now_ms):
        raise ZeroDivisionError(now_ms)

    with pytest.raises(RunError, match=r"dispatch rule 'odd' failed: ZeroDivisionError: 5"):
        order_of(Rule("odd", RuleCode.OWN, fails), ("a",), 5)


def test_a_rule_may_leave_trains_out():
    rule = Rule("picky", RuleCode.OWN, lambda _waiting, _now_ms: [1])
    assert order_of(rule, ("a", "b"), 0) == [1]
