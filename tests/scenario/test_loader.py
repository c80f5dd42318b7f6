"""From bytes to a tree: YAML 1.2, with a place for everything, and no traceback whatever comes."""

import json
import os

import pytest
from hypothesis import given, settings, strategies as st

from sim.scenario import read_scenario
from sim.scenario.loader import load_text, load_value
from sim.scenario.marks import Mark
from sim.scenario.nodes import plain, walk
from sim.scenario.texts import BYTES_AT_MOST


def value_of(text):
    loaded = load_text(f"key: {text}\n", "f.yaml")
    assert not loaded.problems
    return plain(loaded.root)["key"]


def code_of(text):
    (problem,) = load_text(text, "f.yaml").problems
    return problem.code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18:00", "18:00"),
        ("08:00", "08:00"),
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        (".5", 0.5),
        ("5.", 5.0),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("2026-03-21", "2026-03-21"),
        ("2026-03-21T10:00:00Z", "2026-03-21T10:00:00Z"),
        ("190:20:30", "190:20:30"),
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ('"24"', "24"),
        ("'true'", "true"),
        ("|\n  two\n  lines", "two\nlines\n"),
        ("[a, 1, {b: 2}]", ["a", 1, {"b": 2}]),
    ],
)
def test_scalars_follow_yaml_1_2(text, value):
    got = value_of(text)
    assert got == value
    assert type(got) is type(value)


def test_every_key_and_value_knows_its_place():
    root = load_text("a:\n  b: [x,\n      y]\n", "f.yaml").root
    places = {path: (node.key, node.at) for path, node in walk(root)}
    assert places["a",] == (Mark("f.yaml", 1, 1), Mark("f.yaml", 2, 3))
    assert places["a", "b"] == (Mark("f.yaml", 2, 3), Mark("f.yaml", 2, 6))
    assert places["a", "b", 1] == (Mark("f.yaml", 3, 7), Mark("f.yaml", 3, 7))


def test_an_alias_stands_where_it_is_used_and_its_parts_where_they_were_written():
    root = load_text("a: &x {b: 1}\nc: *x\n", "f.yaml").root
    places = {path: node.key for path, node in walk(root)}
    assert plain(root) == {"a": {"b": 1}, "c": {"b": 1}}
    assert places["c",].line == 2
    assert places["c", "b"].line == 1


def test_a_doubled_key_keeps_the_first_value_and_names_both_places():
    loaded = load_text("a: 1\nb:\n  c: 1\n  c: 2\n", "f.yaml")
    (problem,) = loaded.problems
    assert plain(loaded.root) == {"a": 1, "b": {"c": 1}}
    assert problem.mark == Mark("f.yaml", 4, 3)
    assert "first at 3:3" in problem.fact


def test_what_is_refused_does_not_stop_the_rest_from_being_read():
    loaded = load_text("a: !!python/object:os.system x\n<<: {b: 1}\nc: .nan\n1: 2\nd: 4\n", "f")
    assert [p.code for p in loaded.problems] == ["tag", "merge-key", "bad-value", "not-a-key"]
    assert plain(loaded.root)["d"] == 4


def test_an_alias_bomb_is_counted_as_what_it_stands_for():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    assert code_of("\n".join(rows)) == "too-many-values"


def test_aliases_do_not_hide_depth():
    rows = ["a0: &a0 [[[[[[[[x]]]]]]]]"]
    rows += [f"a{i}: &a{i} [[[[[[[[*a{i - 1}]]]]]]]]" for i in range(1, 10)]
    assert code_of("\n".join(rows)) == "too-deep"


@pytest.mark.parametrize("text", ["[" * 5000, "- " * 5000, "{a: " * 5000, "? " * 5000])
def test_nesting_without_end_is_refused_at_once(text):
    assert code_of(text) == "too-deep"


def test_64_levels_are_read_and_65_not():
    assert not load_text("a: " + "[" * 63 + "]" * 63, "f").problems
    assert code_of("a: " + "[" * 65 + "]" * 65) == "too-deep"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~", "[a]", "words", "3"])
def test_what_is_no_map_is_no_scenario(text):
    assert code_of(text) == "not-a-scenario"


def test_a_value_of_the_command_line_may_be_nothing():
    assert load_value("", "--set").root.value is None


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"name: caf\xe9\n", "not-utf-8", (1, 10)),
        ("name: x\n".encode("utf-16"), "not-utf-8", (1, 1)),
        (b"name: x\n\x00\x01", "not-text", (2, 1)),
        (b"name: x\n  \x07", "not-text", (2, 3)),
        (b"PK\x03\x04zip", "not-text", (1, 3)),
        (b"", "not-a-scenario", (1, 1)),
        (b"name: " + b"x" * BYTES_AT_MOST, "file-too-large", (1, 1)),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path, data, code, place):
    path = tmp_path / "f.yaml"
    path.write_bytes(data)
    (problem,) = read_scenario(path).problems
    assert problem.code == code
    assert (problem.mark.line, problem.mark.column) == place


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\r\nlines: {}\r\n")
    assert read_scenario(path).tree == {"name": "x", "lines": {}}


def test_size_and_limit_are_told(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_bytes(b"#" * 3_100_000)
    (problem,) = read_scenario(path).problems
    assert problem.message == "got 3.1 MB; a scenario file must be at most 2 MB"


def test_a_missing_file_a_folder_and_a_pipe_are_told(tmp_path):
    (tmp_path / "base.yaml").write_text("name: x")
    (missing,) = read_scenario(tmp_path / "bse.yaml").problems
    assert missing.code == "no-such-file"
    assert missing.way_out == "did you mean `base.yaml`?"
    assert [p.code for p in read_scenario(tmp_path).problems] == ["not-a-file"]
    os.mkfifo(tmp_path / "pipe")
    assert [p.code for p in read_scenario(tmp_path / "pipe").problems] == ["not-a-file"]
    assert [p.code for p in read_scenario("a\0b").problems] != []


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    path = tmp_path / "f.yaml"
    path.write_text("name: x")

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    (problem,) = read_scenario(path).problems
    assert problem.code == "unreadable-file"
    assert "Permission denied" in problem.fact


SNIPPETS = (
    "a: ",
    "- ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    "&a ",
    "*a",
    "!!str ",
    "! ",
    "|",
    ">",
    "? ",
    "<<",
    '"',
    "'",
    "#",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "%TAG ! x\n",
    "\t",
    "1e9",
    "\\ud800",
    "~",
    "x",
    "@",
    "`",
    "0x",
    "\x85",
    "\u2028",
    "\ufeff",
    '"\\x00"',
    '"\\uD800"',
    "name: x\n",
    "🚂",
    "&b [*a, *b]",
    "1" * 5000,
)


@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SNIPPETS), max_size=25).map("".join))
)
@settings(max_examples=400, deadline=None)
def test_the_loader_gives_a_tree_or_problems_for_any_text(text):
    loaded = load_text(text, "f.yaml")
    assert (loaded.root is None) <= bool(loaded.problems)
    if loaded.root is not None:
        json.loads(json.dumps(plain(loaded.root), allow_nan=False))
        json.dumps(plain(loaded.root), ensure_ascii=False).encode("utf-8")


@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(st.sampled_from(SNIPPETS), max_size=20).map("".join).map(str.encode),
    )
)
@settings(max_examples=150, deadline=None)
def test_reading_never_raises_whatever_the_bytes(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    reading = read_scenario(path)
    assert reading.scenario is None
    assert reading.problems
