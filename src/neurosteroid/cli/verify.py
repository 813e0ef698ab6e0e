"""`neurosteroid verify`: every published result that cards claim to bring out, beside its prediction."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from neurosteroid.cli.failures import CHECK_FAILED, verb
from neurosteroid.cli.output import Json, console, print_json, print_table, say

if TYPE_CHECKING:
    from neurosteroid.studies import CheckResult

_COLUMNS = ("card", "result", "predicted", "observed", "unit", "ratio", "role", "verdict", "comparison")


@verb
def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="[CARD]...", help="Cards; all when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Run the published results that cards claim, and print predicted, observed and ratio.

    Rows of role 'fit' chose a parameter, 'consistency' rows lie inside the source's own fit; only 'check' rows count as
    validation. Exits with 1 when any row of any role misses, because a claim that is not met is wrong or out of date.
    """
    from neurosteroid.studies import verify as run

    wait = console(error=True)
    found: list[CheckResult] = []
    with wait.status("running the published results ...") as status:
        for result in run(names or None):
            found.append(result)
            status.update(f"{len(found)} done: {result.card}, {result.name}")
    missed = [result for result in found if result.passed is False]
    if as_json:
        print_json({"results": [asdict(result) for result in found], "missed": len(missed)})
    else:
        rows = [_row(result) for result in found]
        print_table("", _COLUMNS, rows, right=("predicted", "observed", "ratio"))
        for result in missed:
            say(f"missed: {result.card} {result.name}: {result.note or 'no note'}")
        say(_counted(found, len(missed)))
    if missed:
        raise typer.Exit(CHECK_FAILED)


def _row(result: CheckResult) -> tuple[str, ...]:
    card = f"{result.card} [{result.variant}]" if result.variant else result.card
    verdict = {True: "met", False: "MISSED", None: "-"}[result.passed]
    numbers = (f"{result.predicted:.4g}", f"{result.observed:.4g}", result.unit, f"{result.ratio:.3f}")
    return (card, result.name, *numbers, str(result.role), verdict, result.statement)


def _counted(found: list[CheckResult], missed: int) -> str:
    roles = [str(result.role) for result in found]
    parts = ", ".join(f"{roles.count(role)} {role}" for role in dict.fromkeys(["fit", "consistency", "check", *roles]))
    validation = "" if "check" in roles else " None of them is a check, so none of them validates the model."
    return f"{len(found)} results ({parts}), {missed} missed.{validation}"
