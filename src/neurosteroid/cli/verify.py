"""`neurosteroid verify`: every published result that the model claims to bring out, beside its prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from neurosteroid.cli.failures import CHECK_FAILED, verb
from neurosteroid.cli.output import Json, bar, print_json, print_table, say

if TYPE_CHECKING:
    from neurosteroid.evidence import Card, Row
    from neurosteroid.studies import CheckResult
    from neurosteroid.studies.agreement import Agreement

_COLUMNS: Final = ("card", "result", "predicted", "observed", "unit", "ratio", "role", "verdict", "comparison")
_OBSERVED: Final = ("group", "row", "what", "predicted", "observed", "unit", "ratio", "role", "verdict", "comparison")
_NUMBERS: Final = ("predicted", "observed", "ratio")
_AGREEMENT: Final = (
    "group",
    "points",
    "within 1.25-fold",
    "1.5-fold",
    "2-fold",
    "AFE",
    "AAFE",
    "median",
    "ranges",
    "proportions",
    "changes",
    "missed",
    "at source",
    "in model",
)
_CAUSES: Final = {"source": "at the source", "model": "in the model"}


@verb
def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="[CARD]...", help="Cards; all when left out.")] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Print the agreement and the last line only.")] = False,
    as_json: Json = False,
) -> None:
    """Run the published results that cards and observed rows claim, and print predicted, observed and ratio.

    Rows of role 'fit' chose a parameter; 'consistency' rows lie inside the source's own fit, were compared before they
    were declared, or their miss led to a change of the model; only 'check' rows count as validation. Observed rows that
    the model does not claim are listed with the reason. The agreement of the check rows comes at the end; the last line
    says how many checks are met, how near they come, and where the causes of the others lie, with what rival variants
    of a card claim counted once.
    --summary prints that end alone. Exits with 1 when any row of any role misses, because a claim that is not met is
    wrong or out of date.
    """
    from neurosteroid.studies import verify as run
    from neurosteroid.studies.agreement import agreements
    from neurosteroid.studies.counts import counted_once, tallies
    from neurosteroid.studies.observed import uncovered, verify_observed

    own: list[CheckResult] = []
    observed: list[CheckResult] = []
    with bar("published results") as show:
        total = _how_many(names or None)
        show(0, total)
        for found, results in ((own, run(names or None)), (observed, verify_observed(names or None))):
            for result in results:
                found.append(result)
                show(len(own) + len(observed), total)
    open_rows, agreement, on_cards = list(uncovered(names or None)), agreements(observed), agreements(counted_once(own))
    missed = [result for result in (*own, *observed) if result.passed is False]
    if as_json:
        print_json(
            {
                "results": [asdict(result) for result in own],
                "observed": [asdict(result) for result in observed],
                "agreement": [asdict(part) for part in agreement],
                "agreement_on_cards": [asdict(part) for part in on_cards],
                "counts_on_cards": [asdict(part) for part in tallies(own)],
                "uncovered": [_uncovered_json(card, row) for card, row in open_rows],
                "missed": len(missed),
            }
        )
    else:
        if not summary:
            _print(own, observed, open_rows)
            for result in missed:
                where = f" ({result.cause})" if result.cause else ""
                say(f"missed{where}: {result.card} {result.name}: {result.explained or result.note or 'no note'}")
            say(_counted(own, observed, len(open_rows)))
        _print_agreement(agreement, on_cards)
        say(summary_line((*counted_once(own), *observed)))
    if missed:
        raise typer.Exit(CHECK_FAILED)


def summary_line(results: Sequence[CheckResult]) -> str:
    """Return in one line how many checks are met, how near they come, and where the causes of the others lie.

    Args:
        results: of observed rows, and of cards with each observation once.
    """
    from neurosteroid.studies.agreement import agreements

    checks = [result for result in results if str(result.role) == "check" and result.passed is not None]
    if not checks:
        return "No result here is a check: none of them validates the model."
    missed = [result for result in checks if not result.passed]
    causes = [_CAUSES.get(result.cause, "unexplained") for result in missed]
    counted = ", ".join(f"{causes.count(cause)} {cause}" for cause in dict.fromkeys([*_CAUSES.values(), *causes]))
    line = f"Checks: {len(checks) - len(missed)} of {len(checks)} met, {len(missed)} missed"
    line += f" ({counted})." if missed else "."
    every = agreements(checks)
    if not every or not every[-1].points:
        return line
    whole = every[-1]
    shares = ", ".join(f"{count / whole.points:.0%} within {fold:g}-fold" for fold, count in whole.within.items())
    return f"{line} Of {whole.points} compared by ratio {shares}."


def _how_many(names: Sequence[str] | None) -> int:
    """Return how many results are claimed, so that it can be shown how far the run is."""
    from neurosteroid.studies.observed import rows
    from neurosteroid.studies.verification import entries

    return sum(1 for _ in entries(names)) + sum(row.claim is not None for _, row in rows(names))


def _print(own: Sequence[CheckResult], observed: Sequence[CheckResult], open_rows: Sequence[tuple[Card, Row]]) -> None:
    if own:
        title = "results that cards claim of their own sources" if observed else ""
        print_table(title, _COLUMNS, [_row(result) for result in own], right=_NUMBERS)
    checks = [result for result in observed if str(result.role) == "check"]
    others = [result for result in observed if result not in checks]
    for title, chosen in (("observed rows, role check", checks), ("observed rows, role fit or consistency", others)):
        if chosen:
            rows = [_observed_row(result) for result in sorted(chosen, key=lambda result: result.group)]
            print_table(title, _OBSERVED, rows, right=_NUMBERS)
    if open_rows:
        from neurosteroid.studies.observed import gathered

        rows = [(part.group, str(part.count), part.places, part.reason) for part in gathered(open_rows)]
        print_table("observed rows that the model does not claim", ("group", "n", "rows", "why"), rows, right=("n",))


def _print_agreement(agreement: Sequence[Agreement], on_cards: Sequence[Agreement]) -> None:
    for title, parts in (("observed check rows", agreement), ("check results on cards, default variants", on_cards)):
        if parts:
            rows = [_agreement_row(part) for part in parts]
            print_table(f"agreement over {title}", _AGREEMENT, rows, right=_AGREEMENT[1:])
    if agreement or on_cards:
        say("AFE = 10^mean(log10(predicted/observed)), the bias; AAFE takes |log10(...)|, the size of the error;")
        say("median: of predicted/observed, which single points far off do not carry.")
        say(
            "at source, in model: where the cause lies of what is beyond 1.5-fold or missed, as its card explains it.\n"
        )


def _uncovered_json(card: Card, row: Row) -> dict[str, Any]:
    return {
        "card": f"{card.kind}/{card.name}",
        "name": row.id,
        "group": row.group,
        "role": row.role,
        "about": f"{row.quantity}; {row.arm}",
        "uncovered": row.uncovered,
    }


def _verdict(result: CheckResult) -> str:
    verdict = {True: "met", False: "MISSED", None: "-"}[result.passed]
    return f"{verdict} ({result.cause})" if result.cause else verdict


def _seen(result: CheckResult) -> str:
    return f"{result.observed:.4g}" if result.interval is None else "{:.4g} to {:.4g}".format(*result.interval)


def _row(result: CheckResult) -> tuple[str, ...]:
    card = f"{result.card} [{result.variant}]" if result.variant else result.card
    numbers = (f"{result.predicted:.4g}", _seen(result), result.unit, f"{result.ratio:.3f}")
    return (card, result.name, *numbers, str(result.role), _verdict(result), result.statement)


def _observed_row(result: CheckResult) -> tuple[str, ...]:
    place = f"{result.card.partition('/')[2]}: {result.name}"
    ratio = "" if result.interval is not None else f"{result.ratio:.3f}"
    numbers = (f"{result.predicted:.4g}", _seen(result), "" if result.unit == "1" else result.unit, ratio)
    return (result.group, place, result.about, *numbers, str(result.role), _verdict(result), result.statement)


def _agreement_row(part: Agreement) -> tuple[str, ...]:
    shares = [f"{count / part.points:.0%}" if part.points else "" for count in part.within.values()]
    errors = (part.average_fold_error, part.absolute_average_fold_error, part.median_ratio)
    inside = [f"{met} of {whole}" if whole else "" for met, whole in (part.ranges, part.proportions, part.changes)]
    folds = [f"{error:.2f}" if part.points else "" for error in errors]
    counts = (str(part.missed), str(part.at_source), str(part.in_model))
    return (part.group, str(part.points), *shares, *folds, *inside, *counts)


def _counted(own: Sequence[CheckResult], observed: Sequence[CheckResult], open_rows: int) -> str:
    from neurosteroid.studies.counts import counted_once, tallies

    once = (*counted_once(own), *observed)
    roles = [str(result.role) for result in once]
    parts = ", ".join(f"{roles.count(role)} {role}" for role in dict.fromkeys(["fit", "consistency", "check", *roles]))
    missed = sum(result.passed is False for result in once)
    kinds = tallies(own)
    rivals, rivals_missed = sum(kind.rivals for kind in kinds), sum(kind.rivals_missed for kind in kinds)
    more = f" {rivals} more of rival variants on the same observations, {rivals_missed} missed." if rivals else ""
    validation = "" if "check" in roles else " None of them is a check, so none of them validates the model."
    rest = f" {open_rows} observed rows are not claimed." if open_rows else ""
    return f"{len(once)} results ({parts}), {missed} missed.{more}{validation}{rest}"
