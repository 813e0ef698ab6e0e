"""What the Markov schemes do, side by side, and the figures of their page, for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docs_tables import table

from neurosteroid.evidence import library
from neurosteroid.receptors.kinetics import Scheme, scheme, scheme_names
from neurosteroid.receptors.kinetics.steroid import hypotheses
from neurosteroid.reports.kinetics_figure import kinetics_svg

PULSE, UNTIL = "1 mmol/L for 1 ms at 10 ms", "1510 ms"
STEROID = "220 nmol/L allopregnanolone"
FIGURES = ("docs/receptor-jump.svg", "docs/receptor-single-channel.svg")


def schemes() -> str:
    """Return every variant of every scheme with what a rig measures on it."""
    rows = []
    for name in scheme_names():
        card = library().card(name, "schemes")
        for variant in card.variants:
            found = scheme(name, variant)
            answer = found.jump(PULSE, until=UNTIL, step="1 ms")
            curve = found.dose_response(["1 mmol/L"])
            rows.append(
                [
                    f"`{name}`",
                    f"`{variant}`" + (" (default)" if variant == card.default else ""),
                    str(len(found.states)),
                    f"{curve.maximum:.3g}",
                    f"{curve.half_effective_concentration:.3g}",
                    f"{answer.peak:.3g}",
                    f"{answer.rise:.2g}",
                    f"{answer.area_over_peak:.3g}",
                    f"{found.open_probability('1 umol/L'):.2g}",
                    f"{found.open_probability('1 mmol/L'):.2g}",
                ]
            )
    heads = [
        "scheme",
        "variant",
        "states",
        "largest peak",
        "half-effective GABA, umol/L",
        "peak after 1 ms of 1 mmol/L",
    ]
    heads += ["10-90 % rise, ms", "area / peak, ms", "in the end, 1 umol/L", "in the end, 1 mmol/L"]
    return table(heads, rows)


def steroids() -> str:
    """Return what each hypothesis makes of one steroid concentration, as a multiple of control."""
    plain = scheme()
    before, pairs = plain.jump(PULSE, until=UNTIL, step="1 ms"), plain.paired_pulses(intervals=["100 ms"])
    rows = []
    for name in hypotheses():
        found = plain.with_steroid(STEROID, name)
        answer, again = found.jump(PULSE, until=UNTIL, step="1 ms"), found.paired_pulses(intervals=["100 ms"])
        factors = found.steroid.factors if found.steroid is not None else {}
        ratios = (
            answer.peak / before.peak,
            answer.area_over_peak / before.area_over_peak,
            found.open_probability("1 umol/L") / plain.open_probability("1 umol/L"),
            float(again.ratio[0] / pairs.ratio[0]),
        )
        said = ", ".join(f"{rate} x {factor:.2g}" for rate, factor in factors.items())
        rows.append([f"`{name}`", said, *(f"{ratio:.3g}" for ratio in ratios)])
    return table(
        ["hypothesis", "rate constants", "peak", "decay", "open in 1 umol/L GABA", "second pulse at 100 ms"], rows
    )


def files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the figures of the page with their paths."""

    def both(rig: Scheme) -> list[Scheme]:
        return [rig, rig.with_steroid(STEROID)]

    jumps = [rig.jump(PULSE, until="400 ms") for rig in both(scheme())]
    jump, record = FIGURES
    yield root / jump, kinetics_svg(jumps)
    yield root / record, kinetics_svg([scheme().single_channel("30 umol/L", "200 s", seed=2)])


BLOCKS: Mapping[str, Callable[[], str]] = {"schemes": schemes, "steroid-hypotheses": steroids}
