"""Commands and what they print, for the documentation; run in one process and one empty folder."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

VERBS = (
    "neurosteroid new my-study",
    "neurosteroid check my-study.toml",
    "neurosteroid explain sedation | head -n 7",
    "neurosteroid list protocols",
    "neurosteroid show allopregnanolone | head -n 7",
    "neurosteroid cite brexanolone-60",
    "neurosteroid verify a4b2d",
    "neurosteroid show brexanolne",
)
TUTORIAL = ("neurosteroid new my-study", "neurosteroid check my-study.toml")
PANEL = ('neurosteroid receptor panel allopregnanolone --at "5 nmol/L,50 nmol/L,3 umol/L"',)
RECEPTORS = (
    "neurosteroid receptor curve a1b2g2 --ligand GABA --with 'allopregnanolone=50 nmol/L' | head -n 17",
    "neurosteroid receptor curve a1b3 --at steady --with 'isoallopregnanolone=3 umol/L' | head -n 16",
    "neurosteroid receptor curve a1b3 --mutation b3Y283F",
    "neurosteroid receptor curve a1b2g2 --with 'allopregnanolone=-5 nmol/L'",
)
JUMP = (
    'neurosteroid receptor jump jones-westbrook --pulse "1 mmol/L for 1 ms" --with "220 nmol/L allopregnanolone"',
    'neurosteroid receptor jump mozrzymas --pulse "1 mmol/L for 1 ms at 300 ms" --until "200 ms"',
)
MAIN = ("neurosteroid run brexanolone-postpartum",)


@contextlib.contextmanager
def empty_folder() -> Iterator[None]:
    """Work in an empty folder that is removed afterwards, and leave the environment as it was."""
    before, environment = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            # an example may put a folder of cards in use, which is named in the environment
            os.environ.clear()
            os.environ.update(environment)


def _run(command: str) -> str:
    from typer.testing import CliRunner

    from neurosteroid.cli.app import app

    verb, _, head = command.partition(" | head -n ")
    result = CliRunner().invoke(app, shlex.split(verb)[1:])
    lines = [line.rstrip() for line in result.output.splitlines()]
    kept = [line for line in lines if line][: int(head) if head else None]
    # the only output that differs between runs is the time they take
    return re.sub(r"\(\d+\.\d s\)", "(... s)", "\n".join(kept))


def console(commands: Sequence[str]) -> str:
    """Return a console block of commands and their output without empty lines."""
    with empty_folder():
        found = [f"$ {command}\n{_run(command)}" for command in commands]
    return "```console\n" + "\n\n".join(found) + "\n```"


BLOCKS: Mapping[str, Callable[[], str]] = {
    "console-jump": functools.partial(console, JUMP),
    "console-main": functools.partial(console, MAIN),
    "console-panel": functools.partial(console, PANEL),
    "console-verbs": functools.partial(console, VERBS),
    "console-receptors": functools.partial(console, RECEPTORS),
    "console-tutorial": functools.partial(console, TUTORIAL),
}
