"""`neurosteroid receptor jump`: the current of a receptor after pulses of agonist."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table, say, variants_of
from neurosteroid.cli.output_files import check_places

if TYPE_CHECKING:
    from neurosteroid.receptors.kinetics.results import Jump

_ROUNDING = 1e-12  # of a share of receptors
_COLUMNS = ("receptor", "peak", "time to peak (ms)", "10-90 % rise (ms)", "area / peak, whole run (ms)")
_LIST = "list"
_START = 10.0  # ms, of a pulse that does not say when


@verb
def jump(
    scheme: Annotated[str, typer.Argument(metavar="SCHEME", help="Such as jones-westbrook, or 'list' for all.")],
    pulse: Annotated[
        str, typer.Option("--pulse", help="Pulses, split by ';'. One without 'at' begins at 10 ms.")
    ] = "1 mmol/L for 1 ms",
    steroid: Annotated[
        str | None, typer.Option("--with", metavar="STEROID", help="Such as '100 nmol/L allopregnanolone'.")
    ] = None,
    hypothesis: Annotated[
        str | None, typer.Option("--hypothesis", help="Which rate constants the steroid changes; see the card.")
    ] = None,
    background: Annotated[str, typer.Option("--background", help="Agonist before and after.")] = "0 umol/L",
    until: Annotated[str | None, typer.Option("--until", help="End of the run; else 1 s after the pulses.")] = None,
    step: Annotated[str, typer.Option("--step", help="Between samples.")] = "0.2 ms",
    variant: Annotated[str | None, typer.Option("--variant", help="Of the card; its default otherwise.")] = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write the courses as a table.")] = None,
    atf: Annotated[
        str | None, typer.Option("--atf", metavar="FILE", help="Write the currents as an Axon Text File.")
    ] = None,
    figure: Annotated[str | None, typer.Option("--figure", metavar="FILE.svg", help="Draw them.")] = None,
    as_json: Json = False,
) -> None:
    """Run a concentration jump on a Markov scheme, without and with a steroid."""
    from neurosteroid.errors import InputError
    from neurosteroid.receptors.kinetics import scheme as scheme_of

    if scheme == _LIST:
        _list(as_json=as_json)
        return
    check_places(csv=csv, atf=atf, figure=figure)
    plain = scheme_of(scheme, variant)
    if hypothesis is not None and steroid is None:
        raise InputError("a hypothesis says what a steroid does; give one with --with.", where="--hypothesis")
    rigs = [plain] if steroid is None else [plain, plain.with_steroid(steroid, hypothesis)]
    found = [rig.jump(pulse, background=background, until=until, step=step) for rig in rigs]
    _write(found, csv, atf, figure)
    if as_json:
        print_json({"pulse": pulse, "jumps": [_json(answer) for answer in found]})
        return
    say(f"{plain.title}: {pulse}")
    columns = (*_COLUMNS, f"at {found[0].end:g} ms")
    print_table("", columns, [_row(answer) for answer in found], right=columns[1:])
    _say_brief(pulse, step)
    if steroid is not None:
        _compare(*found)
    if len(found[0].peaks) > 1 and found[0].peak > 0.0:
        for answer in found:
            ratios = ", ".join(f"{peak / answer.peak:.3g}" for peak in answer.peaks[1:])
            say(f"{answer.scheme}: later peaks over the first: {ratios}")
    if plain.unbalanced:
        say(f"Not in detailed balance, as its card declares: {plain.unbalanced[0]}.")
    assumed = list(dict.fromkeys(number.where for answer in found for number in answer.ledger.assumed))
    say(f"{len(found[-1].ledger.numbers)} numbers took part; assumed: {', '.join(assumed) or 'none'}.")
    for what, path in (("courses are", csv), ("Axon Text File is", atf), ("figure is", figure)):
        if path is not None:
            say(f"The {what} in {path}.")


def _say_brief(pulse: str, step: str) -> None:
    """Say of pulses shorter than a step that samples may miss them."""
    from neurosteroid.receptors.kinetics.stimulus import read_pulses, span

    between = span(step, where="--step")
    brief = min(each.end - each.start for each in read_pulses(pulse, start=_START))
    if brief < between:
        say(
            f"A pulse of {brief:g} ms is shorter than the step of {between:g} ms, so samples may miss it. The numbers"
            " above and the figure do not."
        )


def _list(*, as_json: bool) -> None:
    """Print the schemes with their variants, and the hypotheses of what a steroid does to them."""
    from neurosteroid.evidence import library
    from neurosteroid.receptors.kinetics import scheme_names
    from neurosteroid.receptors.kinetics.steroid import CARD, hypotheses

    cards = [library().card(name, "schemes") for name in scheme_names()]
    rates = library().card(CARD, "schemes")
    acts = {name: rates.variant(name) for name in hypotheses()}
    if as_json:
        print_json(
            {
                "schemes": [
                    {"name": each.name, "title": each.title, "variants": list(each.variants)} for each in cards
                ],
                "hypotheses": {
                    name: {"title": each.title, "rates": each.settings["rates"].split()} for name, each in acts.items()
                },
                "steroids": rates.variant().settings["steroids"].split(),
            }
        )
        return
    print_table(
        "", ("scheme", "title", "variants"), [(each.name, each.title, variants_of(each)) for each in cards]
    )  # fmt: skip
    print_table(
        "",
        ("hypothesis", "what a steroid does", "rates"),
        [(name, each.title, each.settings["rates"]) for name, each in acts.items()],
    )
    say(f"Steroids: {', '.join(rates.variant().settings['steroids'].split())}.")


def _row(answer: Jump) -> tuple[str, ...]:
    values = (answer.peak, answer.peak_times[0], answer.rise, answer.area_over_peak, answer.at_end)
    return (answer.scheme, *(_shown(value) for value in values))


def _shown(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.4g}" if abs(value) > _ROUNDING else "0"


def _compare(plain: Jump, changed: Jump) -> None:
    if math.isnan(plain.area_over_peak):
        say("The pulse opens no channel above the background, so there is nothing to compare.")
        return
    say(
        f"With steroid: peak x {changed.peak / plain.peak:.3g}, decay (area / peak) x"
        f" {changed.area_over_peak / plain.area_over_peak:.3g}, charge x {changed.area / plain.area:.3g}."
    )


def _json(answer: Jump) -> dict[str, Any]:
    return {
        "scheme": answer.scheme,
        "before": answer.before,
        "end": answer.end,
        "at_end": answer.at_end,
        "peaks": answer.peaks,
        "peak_times": answer.peak_times,
        "onsets": answer.onsets,
        "rise": answer.rise,
        "area": answer.area,
        "area_over_peak": answer.area_over_peak,
        "units": dict(answer.units),
        "courses": answer.columns(),
        "numbers": len(answer.ledger.numbers),
        "assumed": [number.where for number in answer.ledger.assumed],
        "sources": answer.ledger.sources,
    }


def _write(found: list[Jump], csv: str | None, atf: str | None, figure: str | None) -> None:
    import numpy as np

    from neurosteroid.files import write_text

    if csv is not None:
        import pandas as pd

        frames = [answer.to_frame().assign(receptor=answer.scheme) for answer in found]
        units = frames[0].attrs["units"]
        table = pd.concat(frames).rename(columns={name: f"{name} ({unit})" for name, unit in units.items()})
        write_text(Path(csv), table.to_csv(index=False))
    if atf is not None:
        from neurosteroid.reports.axon_text import write_axon_text

        write_axon_text(
            Path(atf), 1e-3 * found[0].times, np.stack([answer.current for answer in found]),
            signal="Im", unit="pA", comment="; ".join(answer.scheme for answer in found),
        )  # fmt: skip
    if figure is not None:
        from neurosteroid.reports.kinetics_figure import kinetics_svg

        write_text(Path(figure), kinetics_svg(found))
