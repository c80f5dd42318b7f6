"""The ``corridor`` command: subcommands loaded when they are asked for, errors told in one line."""

from __future__ import annotations

import difflib
import gc
import importlib
import importlib.util
import os
import signal
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from sim.errors import CorridorError, DeadlockError, ScenarioError
from sim.runs.starting import begin_early

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["COMMANDS", "LazyGroup", "cli", "main"]

COMMANDS = {
    "init": "sim.cli.init:init",
    "validate": "sim.cli.validate:validate",
    "run": "sim.cli.run:run",
    "compare": "sim.cli.compare:compare",
    "mc": "sim.cli.mc:mc",
    "sweep": "sim.cli.sweep:sweep",
    "sensitivity": "sim.cli.sensitivity:sensitivity",
    "search": "sim.cli.search:search",
    "info": "sim.cli.info:info",
    "graph": "sim.cli.graph:graph",
    "map": "sim.cli.map:draw_map",
    "physics": "sim.cli.physics:physics",
    "verify": "sim.cli.verify:verify",
    "schema": "sim.cli.schema:schema",
    "doctor": "sim.cli.doctor:doctor",
}
"""Where each subcommand is found, in the order in which they are told."""

SUMMARIES = {
    "init": "Write a commented starter scenario with its schema beside it.",
    "validate": "Tell every fault of scenario files, with its place and the way out.",
    "run": "Simulate one scenario with a full trace.",
    "compare": "Compare scenarios by paired replications.",
    "mc": "Simulate many replications of scenarios, with intervals.",
    "sweep": "Vary figures of a scenario over grids or ranges.",
    "sensitivity": "Tell which figure of a scenario matters most.",
    "search": "Find the cheapest whole number that meets a target.",
    "info": "Tell what a run folder holds, with a digest.",
    "graph": "Draw the train graph of a run.",
    "map": "Draw the network of a scenario or run.",
    "physics": "Tell running time, fuel and the largest rake of a service.",
    "verify": "Hold the simulator against formulas, or its engines against each other.",
    "schema": "Write the JSON Schema of scenario files.",
    "doctor": "Look at the environment and time a self-test.",
}
"""One line on each, so that help need not load it."""

STUDIES = ("compare", "mc", "sweep", "sensitivity", "search")
"""Those that have workers."""

OK, UNEXPECTED, INVALID, DEADLOCK, INTERRUPTED = 0, 1, 3, 5, 130
TRACE = "CORRIDOR_TRACE"
DISTRIBUTION = "railcorridor"


class LazyGroup(click.Group):
    """Commands by name, each imported only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands whose modules are there."""
        return [name for name in COMMANDS if _is_there(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, or None if there is none of this name."""
        if cmd_name not in COMMANDS or not _is_there(cmd_name):
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        with _unswept():
            found = getattr(importlib.import_module(module), function)
        if not isinstance(found, click.Command):
            message = f"{COMMANDS[cmd_name]} is no command"
            raise TypeError(message)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called, or fail with the one probably meant."""
        name = args[0]
        is_known = name.startswith("-") or name in self.list_commands(ctx)
        near = [] if is_known else difflib.get_close_matches(name, self.list_commands(ctx), 1)
        if near:
            ctx.fail(f"no command '{name}'; did you mean '{near[0]}'?")
        if name in STUDIES and not {"-h", "--help"} & set(args):
            begin_early()
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in self.list_commands(ctx)])


@contextmanager
def _unswept() -> Iterator[None]:
    """Have what is loaded meanwhile not be looked over for garbage: it is there to stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _is_there(name: str) -> bool:
    return importlib.util.find_spec(COMMANDS[name].partition(":")[0]) is not None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    package_name=DISTRIBUTION, prog_name="corridor", message="%(prog)s %(version)s"
)
def cli() -> None:
    """Simulate freight on railway corridors: trains, borders, terminals, wagons and trucks."""


def main(*, args: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    0 ok, 1 unexpected, 2 usage, 3 invalid scenario, 4 some replications failed, 5 deadlock, or no
    value meets the target, 130 interrupted.
    """
    signal.signal(signal.SIGTERM, _end)
    code = _outcome(args)
    # an interrupt that fell into code run from a string, as named tuples are made, would else
    # end the process by a signal though it was dealt with; running such code forgets it
    exec("pass")  # noqa: S102
    sys.exit(code)


def _end(_signal: int, _frame: object) -> None:
    """End as an interrupted run does: workers stopped, no draft left."""
    raise KeyboardInterrupt


def _outcome(args: Sequence[str] | None) -> int:
    try:
        code = cli.main(args=args, prog_name="corridor", standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _told("interrupted", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        return _quiet()
    except Exception as error:  # noqa: BLE001 (the last door: whatever it is, one line and a code)
        if os.environ.get(TRACE):
            traceback.print_exc()
        return _told(_words(error), _exit_code(error))
    return code if isinstance(code, int) else OK


def _told(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code


def _words(error: Exception) -> str:
    if isinstance(error, CorridorError):
        return str(error)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{error.filename}: {reason}" if error.filename else reason
    hint = f"run again with {TRACE}=1 for the trace"
    return f"unexpected: {type(error).__name__}: {error}; {hint}"


def _exit_code(error: Exception) -> int:
    if isinstance(error, ScenarioError):
        return INVALID
    return DEADLOCK if isinstance(error, DeadlockError) else UNEXPECTED


def _quiet() -> int:
    """Leave quietly when whoever read the output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK


if __name__ == "__main__":
    main()
