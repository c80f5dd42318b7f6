"""Options that commands share."""

import click
import pytest
from click.testing import CliRunner

from sim.cli.options import colour_option, seed_option, set_option, verbosity_option


@click.command()
@set_option
@seed_option
@verbosity_option
@colour_option
def command(sets, seed, verbosity, colour):
    click.echo(repr((sets, seed, verbosity, colour)))


def run(*args, **env):
    result = CliRunner().invoke(command, args, env=env)
    return result.exit_code, result.output.strip()


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), ((), None, 0, True)),
        (("-q",), ((), None, -1, True)),
        (("-v",), ((), None, 1, True)),
        (("--quiet", "--seed", "0"), ((), 0, -1, True)),
        (("--no-color",), ((), None, 0, False)),
        (("--set", "a=1", "--set", "b=2"), (("a=1", "b=2"), None, 0, True)),
    ],
)
def test_options_reach_the_command(args, expected):
    assert run(*args) == (0, repr(expected))


def test_a_negative_seed_is_a_usage_error():
    assert run("--seed", "-1")[0] == 2


def test_no_color_in_the_environment_is_heeded():
    assert run(NO_COLOR="1") == (0, repr(((), None, 0, False)))
    assert run(NO_COLOR="") == (0, repr(((), None, 0, True)))
