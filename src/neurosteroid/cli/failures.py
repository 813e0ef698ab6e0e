"""How a verb fails: a sentence on stderr and an exit code, never a traceback that nobody asked for."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import typer

from neurosteroid.errors import NeurosteroidError

CHECK_FAILED: Final = 1
INTERRUPTED: Final = 130
UNEXPECTED: Final = 70  # EX_SOFTWARE of sysexits.h
DEBUG: Final = "NEUROSTEROID_DEBUG"

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def verb(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Wrap a verb: every failure becomes one line on stderr and an exit code.

    Wrong input exits with the error's own code (2, or 1 for a computation that did not finish), Ctrl-C with 130, and a
    fault of the program with 70. With ``NEUROSTEROID_DEBUG=1`` the traceback comes too.
    """

    @functools.wraps(function)
    def run(*arguments: _Arguments.args, **options: _Arguments.kwargs) -> _Result:
        try:
            return function(*arguments, **options)
        except NeurosteroidError as error:
            _report(f"error: {error}", error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as interrupt:
            _report("stopped: interrupted; nothing was left half-written. Run the same command again.", interrupt)
            raise typer.Exit(INTERRUPTED) from interrupt
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except OSError as error:
            _report(describe(error), error)
            raise typer.Exit(2) from error
        except Exception as fault:
            # the last line of defence: a person is never shown a traceback that she did not ask for
            name = type(fault).__name__
            _report(
                f"error: this is a fault of neurosteroid, not of your input ({name}: {fault}). Please report it with "
                f"what the same command prints under {DEBUG}=1.",
                fault,
            )
            raise typer.Exit(UNEXPECTED) from fault

    return run


def describe(error: OSError) -> str:
    """Return what went wrong with a file, or with the output where no file is named."""
    reason = error.strerror or str(error)
    if error.filename:
        return f"error: {error.filename}: {reason}"
    return f"error: the output could not be written: {reason}. Make room, or send it elsewhere."


def _report(message: str, cause: BaseException) -> None:
    if os.environ.get(DEBUG, "") not in ("", "0"):
        import traceback

        traceback.print_exception(cause)
    typer.echo(message, err=True)
