"""Scenario files: reading, checking, explaining.

``read_scenario`` turns a file and those it extends into a frozen scenario, or into every problem
with its place; ``check_scenario`` holds it against its network; ``render`` tells the problems;
``explain`` and ``assumptions`` say where figures come from; ``scenario_schema`` and
``reference_page`` are made from the same models.
"""

from sim.scenario.assumptions import Figure, assumptions
from sim.scenario.checks import check_scenario
from sim.scenario.context import CheckContext
from sim.scenario.explaining import explain
from sim.scenario.marks import Mark, SourceFile
from sim.scenario.problems import Problem, has_errors
from sim.scenario.reading import Reading, read_scenario
from sim.scenario.reference import reference_page
from sim.scenario.render import render
from sim.scenario.schema import scenario_schema, schema_text, write_schema

__all__ = [
    "CheckContext",
    "Figure",
    "Mark",
    "Problem",
    "Reading",
    "SourceFile",
    "assumptions",
    "check_scenario",
    "explain",
    "has_errors",
    "read_scenario",
    "reference_page",
    "render",
    "scenario_schema",
    "schema_text",
    "write_schema",
]
