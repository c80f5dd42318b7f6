"""Three formats of the same problems."""

import json

from sim.scenario import Mark, Problem, render

PROBLEM = Problem(
    "too-small", ("terminals", "a", "gangs"), "got 0 gangs", "must be at least 1", "100 %\nmore",
    value=0, mark=Mark("a,b.yaml", 3, 5),
)  # fmt: skip
WARNING = Problem("post-unused", ("posts", "b"), "unused", severity="warning", mark=Mark("c", 1, 1))


def test_text_is_place_fact_and_rule_and_way_out():
    assert render([PROBLEM]) == (
        "a,b.yaml:3:5  terminals.a.gangs\n    got 0 gangs; must be at least 1\n"
        "    way out: 100 %\nmore"
    )
    assert render([WARNING]) == "c:1:1  posts.b  (warning)\n    unused"


def test_json_is_a_list_of_objects():
    (first, second) = json.loads(render([PROBLEM, WARNING], style="json"))
    assert first == {
        "file": "a,b.yaml", "line": 3, "column": 5, "severity": "error", "code": "too-small",
        "path": "terminals.a.gangs", "value": 0, "message": "got 0 gangs; must be at least 1",
        "hint": "100 %\nmore",
    }  # fmt: skip
    assert second["severity"] == "warning"
    assert render([], style="json") == "[]"


def test_github_annotations_are_one_line_each_and_escaped():
    place = "::error file=a%2Cb.yaml,line=3,col=5,title=too-small::terminals.a.gangs: "
    assert render([PROBLEM, WARNING], style="github").splitlines() == [
        place + "got 0 gangs; must be at least 1; way out: 100 %25%0Amore",
        "::warning file=c,line=1,col=1,title=post-unused::posts.b: unused",
    ]


def test_a_problem_as_a_string_begins_with_its_place():
    assert str(PROBLEM).startswith("a,b.yaml:3:5: terminals.a.gangs: got 0 gangs; must be")
