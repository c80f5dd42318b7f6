"""Dispatch rules: which waiting train is looked at first, which is held, which goes before it.

The built-in rules are numbers (`RuleCode`) and small functions of plain values (`builtin`), which
every engine carries out. A rule of your own is a Python function made known by `register`.
"""

from sim.policies.own import RuleFile, goes_to_workers, load_rules, loaded_rules, order_of
from sim.policies.registry import (
    DISPATCH,
    Choose,
    Rule,
    RuleCode,
    Waiting,
    dispatch_rule,
    register,
)

__all__ = [
    "DISPATCH",
    "Choose",
    "Rule",
    "RuleCode",
    "RuleFile",
    "Waiting",
    "dispatch_rule",
    "goes_to_workers",
    "load_rules",
    "loaded_rules",
    "order_of",
    "register",
]
