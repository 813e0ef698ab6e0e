"""`neurosteroid receptor`: what a receptor does; one module for each command, found by walking this folder."""

from __future__ import annotations

import importlib
import pkgutil

import typer

receptor = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@receptor.callback()
def _receptor() -> None:
    """Open probability, currents and targets of a receptor, as an electrophysiologist measures them."""


def _commands() -> None:
    """Add every command: a module holds a function of its own name, whose first line of documentation is the help."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        command = getattr(importlib.import_module(f"{__name__}.{module.name}"), module.name, None)
        if command is not None:
            receptor.command(module.name)(command)


_commands()
