# SPDX-License-Identifier: Apache-2.0
"""The commands together, and what becomes of their failures."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from wayside import __version__
from wayside.cli.backup import backup, restore
from wayside.cli.checkpoint import checkpoint
from wayside.cli.demo import demo
from wayside.cli.doctor import doctor
from wayside.cli.erase import erase, hold_app
from wayside.cli.exchange import export, take
from wayside.cli.failures import EXIT_STOPPED, exit_code, sentence
from wayside.cli.passages import passages
from wayside.cli.people import people_app
from wayside.cli.plate import plate_command, plates_app
from wayside.cli.read import read
from wayside.cli.screen import complain, listen_to_warnings, say, silence_native_noise, speak_any_language
from wayside.cli.search import search_command
from wayside.cli.serve import serve
from wayside.cli.verify import verify
from wayside.cli.watch import watch

app = typer.Typer(
    help="Wayside keeps the movement record of a site's roads: plates, directions, head counts.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(watch)
app.command()(read)
app.command()(passages)
app.command()(serve)
app.command()(demo)
app.command("plate")(plate_command)
app.command("search")(search_command)
app.command()(export)
app.command("import")(take)
app.command()(erase)
app.add_typer(hold_app, name="hold", no_args_is_help=False)
app.add_typer(people_app, name="people", no_args_is_help=False)
app.command()(backup)
app.command()(restore)
app.command()(doctor)
app.command()(verify)
app.command()(checkpoint)
app.add_typer(plates_app, name="plates", no_args_is_help=False)


def show_version(asked: bool) -> None:
    """Prints the version and ends."""
    if asked:
        say(f"wayside {__version__}")
        raise typer.Exit


@app.callback()
def shared(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Takes the options that belong to no command."""


def usage_sentence(error: TyperException) -> str:
    """What the option parser complains of, with where to look it up."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "wayside"
    return f"{error.format_message().rstrip('.')}; see `{command} --help`"


def run(arguments: Sequence[str]) -> int:
    """Runs one command; the exit code. Complaints are one sentence each, on standard error."""
    listen_to_warnings()
    try:
        return app(args=list(arguments) or ["--help"], prog_name="wayside", standalone_mode=False) or 0
    except TyperException as error:
        complain(usage_sentence(error))
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return EXIT_STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that closing it does not fail again
        return exit_code(BrokenPipeError())
    except Exception as error:
        complain(sentence(error))
        return exit_code(error)


def main() -> None:
    """The `wayside` command."""
    silence_native_noise()
    speak_any_language()
    sys.exit(run(sys.argv[1:]))
