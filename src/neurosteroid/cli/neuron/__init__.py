"""`neurosteroid neuron`: what a cell does; one module for each command, found by walking this folder."""

from __future__ import annotations

import importlib
import pkgutil

import typer

neuron = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@neuron.callback()
def _neuron() -> None:
    """Firing, synaptic currents and chloride of a neuron, with GABA and steroid around it."""


def _commands() -> None:
    """Add every command: a module holds a function of its own name, whose first line of documentation is the help."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        command = getattr(importlib.import_module(f"{__name__}.{module.name}"), module.name, None)
        if command is not None:
            neuron.command(module.name)(command)


_commands()
