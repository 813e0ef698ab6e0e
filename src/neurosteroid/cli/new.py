"""`neurosteroid new`: a commented study file to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, say
from neurosteroid.errors import InputError

_TEMPLATE = Path(__file__).parent / "templates" / "study.toml"


@verb
def new(
    name: Annotated[str, typer.Argument(help="Name of the study: lower-case letters, digits and hyphens.")],
    folder: Annotated[Path, typer.Option(help="Where the file is written.")] = Path(),
    as_json: Json = False,
) -> None:
    """Write a commented study file NAME.toml; an existing file is never overwritten."""
    wanted = name.removesuffix(".toml")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", wanted):
        raise InputError(
            f"'{name}' cannot name a study; use lower-case letters, digits and hyphens, such as 'my-study'.",
            where="NAME",
        )
    path = folder / f"{wanted}.toml"
    text = _TEMPLATE.read_text(encoding="utf-8").replace("@NAME@", wanted)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError("this file exists already; choose another name.", where=str(path)) from None
    except OSError as error:
        raise InputError(f"this cannot be written ({error.strerror}).", where=str(path)) from None
    if as_json:
        print_json({"path": str(path)})
    else:
        say(f"Wrote {path}. Change it, then: neurosteroid check {path}, neurosteroid run {path}")
