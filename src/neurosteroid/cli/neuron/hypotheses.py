"""`neurosteroid neuron hypotheses`: rival explanations of the U-shaped mood curve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import Csv, Figure, present
from neurosteroid.cli.output import Json, print_json, print_table, say
from neurosteroid.cli.output_files import check_places

if TYPE_CHECKING:
    from neurosteroid.model.mood.comparison import MoodComparison
    from neurosteroid.model.mood.experiments import Separation


@verb
def hypotheses(
    name: Annotated[
        str | None,
        typer.Argument(metavar="HYPOTHESIS", help="One explanation, such as outward-block; all when left out."),
    ] = None,
    variant: Annotated[str | None, typer.Option("--variant", help="Variant of its card, such as yielding.")] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Levels in serum, such as '0.5 nmol/L,2 nmol/L'; one with --experiments.")
    ] = None,
    experiments: Annotated[
        bool, typer.Option("--experiments", help="For each pair the experiment that parts it most.")
    ] = False,
    scan: Annotated[
        bool, typer.Option("--scan", help="What one explanation would need: values of its least known number.")
    ] = False,
    as_json: Json = False,
    csv: Csv = None,
    figure: Figure = None,
) -> None:
    """Print what five explanations of the U-shaped mood curve predict of the excitability of a principal cell."""
    from neurosteroid.errors import InputError
    from neurosteroid.model.mood.comparison import compare_mood_hypotheses
    from neurosteroid.model.mood.experiments import separating_experiments
    from neurosteroid.model.mood.hypotheses import LEVELS, mood_hypothesis

    check_places(csv=csv, figure=figure)
    if variant is not None and name is None:
        raise InputError("a variant belongs to an explanation; name it.", where="--variant")
    if experiments and (name is not None or scan or figure is not None):
        raise InputError("it compares all pairs; leave the name, --scan and --figure away.", where="--experiments")
    if scan and (name is None or at is not None):
        raise InputError(
            "it tries values of one explanation over its own levels; name one, and leave --at away.", where="--scan"
        )
    levels = LEVELS if at is None else [each.strip() for each in at.split(",")]
    if experiments:
        _separation(separating_experiments("2 nmol/L" if at is None else at), as_json=as_json, csv=csv)
    elif name is None:
        _comparison(compare_mood_hypotheses(levels), as_json=as_json, csv=csv, figure=figure)
    else:
        chosen = mood_hypothesis(name, variant)
        present(chosen.scan() if scan else chosen.predict(levels), as_json=as_json, csv=csv, figure=figure)


def _comparison(found: MoodComparison, *, as_json: bool, csv: Path | None, figure: Path | None) -> None:
    from neurosteroid.files import write_text

    if csv is not None:
        write_text(csv, found.to_frame().to_csv(index=False, lineterminator="\n"))
    if figure is not None:
        from neurosteroid.reports.mood_figure import mood_svg

        write_text(figure, mood_svg(found))
    if as_json:
        print_json(found.plain())
        return
    levels = [f"{level:g} nmol/L" for level in found.recordings[0].columns["serum"][1:]]
    rows = [
        [
            each.label,
            *(f"{change:+.3f}" for change in one.columns["excitability"][1:]),
            f"{one.scalars['worst level']:.3g}",
            str(one.scalars["shape"]),
        ]
        for each, one in zip(found.hypotheses, found.recordings, strict=True)
    ]
    print_table("", ["excitability (%) at", *levels, "highest at", "shape"], rows, right=[*levels, "highest at"])
    low, high = found.window
    say(f"Mood was worst at {low:g} to {high:g} nmol/L. That a more excitable principal cell is worse mood is assumed.")
    say(f"{len(found.ledger.numbers)} numbers took part, {len(found.ledger.assumed)} of them assumed.")
    for what, path in (("table", csv), ("figure", figure)):
        if path is not None:
            say(f"The {what} is in {path}.")


def _separation(found: Separation, *, as_json: bool, csv: Path | None) -> None:
    from neurosteroid.files import write_text

    if csv is not None:
        write_text(csv, found.to_frame().to_csv(index=False, lineterminator="\n"))
    if as_json:
        print_json({"level (nmol/L)": found.level, "experiments": found.plain()})
        return
    rows = [
        [
            each.first,
            each.second,
            each.manipulation.name,
            " / ".join(each.manipulation.conditions),
            *(" / ".join(f"{value:+.3g}" for value in each.predictions[name]) for name in (each.first, each.second)),
            f"{each.difference:.3g} {each.unit}",
            f"{each.times_resolved:.2g}",
        ]
        for each in found.experiments
    ]
    headings = ["first", "second", "experiment", "conditions", "first predicts", "second predicts", "apart by"]
    headings.append("times what is resolved")
    print_table("", headings, rows, right=headings[4:])
    for manipulation in dict.fromkeys(each.manipulation.name for each in found.experiments):
        words = next(each.manipulation for each in found.experiments if each.manipulation.name == manipulation)
        say(f"{words.name}: {words.doing}; read the {words.reading}, in {words.unit}.")
    say("What some ten cells resolve is assumed: see the card common-preparation. Below 1 an experiment parts nothing.")
    say(f"{len(found.ledger.numbers)} numbers took part, {len(found.ledger.assumed)} of them assumed.")
    if csv is not None:
        say(f"The table is in {csv}.")
