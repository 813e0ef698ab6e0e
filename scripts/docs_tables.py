"""Tables of exposure and receptors for the documentation, computed by running the model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from neurosteroid import units
from neurosteroid.dosing import Protocol, protocol
from neurosteroid.evidence import library
from neurosteroid.model import ANALYTE, Course, ModelChoice, Person, assemble, simulate
from neurosteroid.pharmacokinetics.areas import area
from neurosteroid.pharmacokinetics.half_life import two_compartment_half_lives
from neurosteroid.pharmacokinetics.label import disposition_from_label
from neurosteroid.pharmacokinetics.noncompartmental import analyse_noncompartmental

PLASMA = f"plasma.{ANALYTE}"
WEIGHT = "82.9 kg"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows)]
    return "\n".join(lines)


def shown(value: float, digits: int = 3) -> str:
    """Return a number with some significant digits, without an exponent."""
    return f"{float(f'{value:.{digits}g}'):,.10g}".replace(",", "")


@functools.cache
def course(variant: str, until: str = "252 h", plan: Protocol | None = None) -> Course:
    """Return the typical woman of the reference weight under a protocol, in steps of 3 min."""
    choice = ModelChoice(pharmacokinetics=variant)
    step = "3 min" if plan is None else "30 min"
    return simulate(Person(weight=WEIGHT), plan or protocol("brexanolone-label"), until=until, step=step, model=choice)


def half_lives(variant: str) -> tuple[float, float]:
    """Return fast and slow half-life (h) of a variant in the typical woman."""
    numbers = library().card("brexanolone").variant(variant).numbers
    if "central_fraction" in numbers:
        keys = ("clearance", "steady_state_volume", "terminal_half_life", "central_fraction")
        found = disposition_from_label(*(numbers[key].value for key in keys))
        return found.distribution_half_life, found.terminal_half_life
    keys = ("clearance", "central_volume", "intercompartmental_clearance", "peripheral_volume")
    fast, slow = two_compartment_half_lives(*(numbers[key].value for key in keys))
    return float(fast), float(slow)


def at(found: Course, hour: float) -> float:
    """Return the plasma concentration in ng/mL at an hour that is an output time."""
    return float(found.in_unit(PLASMA, "ng/mL")[int(np.argmin(np.abs(found.times - hour)))])


def exposure() -> str:
    """Return the label infusion by variant."""
    columns = []
    for variant in ("population", "label"):
        found = course(variant)
        plasma = found.in_unit(PLASMA, "ng/mL")[None, :]
        analysis = analyse_noncompartmental(found.times, plasma, infusion_end=60.0)
        fast, slow = half_lives(variant)
        columns.append(
            {
                "highest concentration, ng/mL": shown(plasma.max()),
                "concentration at 4 h (end of 30 ug/kg/h), ng/mL": shown(at(found, 4)),
                "concentration at 24 h (end of 60 ug/kg/h), ng/mL": shown(at(found, 24)),
                "concentration at 60 h (end of infusion), ng/mL": shown(at(found, 60)),
                "concentration at 72 h, ng/mL": shown(at(found, 72)),
                "AUC 0 to 60 h, ng h/mL": shown(area(found.times, plasma, 0.0, 60.0)[0], 4),
                "AUC 24 to 56 h, ng h/mL": shown(area(found.times, plasma, 24.0, 56.0)[0], 4),
                "AUC to infinity, ng h/mL": shown(analysis.auc_infinity[0], 4),
                "fast half-life of the model, h": shown(fast),
                "terminal half-life of the model, h": shown(slow),
            }
        )
    rows = [[key, columns[0][key], columns[1][key]] for key in columns[0]]
    return table([f"typical woman of {WEIGHT}, 90 ug/kg/h label infusion", "`population`", "`label`"], rows)


def central_fraction() -> str:
    """Return what the free parameter of the label variant moves."""
    rows = []
    for variant in ("label-small-central", "label", "label-large-central"):
        found = course(variant)
        number = library().card("brexanolone").number("central_fraction", variant)
        plasma = found.in_unit(PLASMA, "ng/mL")
        whole = area(found.times, plasma[None, :], 0.0, 60.0)[0]
        fast, slow = half_lives(variant)
        rows.append(
            [
                f"`{variant}`",
                shown(number.value),
                shown(fast),
                shown(slow),
                shown(at(found, 1)),
                shown(at(found, 4)),
                shown(plasma.max()),
                shown(whole, 4),
            ]
        )
    header = ["variant", "central fraction", "fast half-life, h", "terminal half-life, h", "1 h, ng/mL", "4 h, ng/mL"]
    return table([*header, "Cmax, ng/mL", "AUC 0 to 60 h, ng h/mL"], rows)


def receptor_curves() -> str:
    """Return open probability and potentiation of every receptor variant at some steroid concentrations."""
    concentrations = (0.0, 10.0, 50.0, 100.0, 250.0, 500.0)
    rows = []
    for isoform, option in (("a1b2g2", "gamma_receptor"), ("a4b2d", "delta_receptor")):
        for variant in library().card(isoform).variants:
            system = assemble(ModelChoice.model_validate({option: variant})).system
            names = [f"receptor.{isoform}.open_probability", f"receptor.{isoform}.potentiation"]
            share = library().card("brain-link").number("receptor_to_brain").value
            states = np.zeros((1, len(concentrations), len(system.state_names)))
            brain = system.state_names.index(f"brain.{ANALYTE}")
            states[0, :, brain] = np.array(concentrations) / share
            times, weight = np.zeros((1, len(concentrations))), np.full((1, len(concentrations), 1), 80.0)
            found = system.outputs(names, times, states, system.parameters(1), weight)
            folds = [f"{fold:.2f}" for fold in found[names[1]][0, 1:]]
            rows.append([isoform, f"`{variant}`", shown(found[names[0]][0, 0]), *folds])
    header = ["isoform", "variant", "open probability without steroid"]
    return table([*header, *(f"{value:g} nmol/L" for value in concentrations[1:])], rows)


def brain_link() -> str:
    """Return what each reading of the link makes of the plateau at 90 ug/kg/h."""
    rows = []
    for variant in ("total-plasma", "total-brain", "unbound"):
        choice = ModelChoice(brain_link=variant)
        found = simulate(Person(weight=WEIGHT), protocol("brexanolone-label"), until="60 h", model=choice)
        place = int(np.argmin(np.abs(found.times - 52.0)))
        values = [shown(found.values[name][place]) for name in (PLASMA, f"brain.{ANALYTE}", f"receptor.{ANALYTE}")]
        folds = [f"{found.values[f'receptor.{name}.potentiation'][place]:.2f}" for name in ("a1b2g2", "a4b2d")]
        mood = f"{found.values['mood.hamd17_change'][-1]:.1f}"
        rows.append([f"`{variant}`", *values, *folds, mood])
    header = ["variant", "plasma, nmol/L", "brain, nmol/L", "at the receptor, nmol/L"]
    header += ["potentiation a1b2g2", "potentiation a4b2d", "HAM-D change at 60 h"]
    return table(header, rows)


def nanomolar() -> str:
    """Return a small crosswalk of mass and molar concentrations of allopregnanolone."""
    mass = library().card(ANALYTE, "compounds").number("molar_mass").to("g/mol")
    rows = [
        [shown(value), shown(float(units.convert(value, "ng/mL", "nmol/L", molar_mass=mass)))]
        for value in (0.5, 1.0, 10.0, 50.0, 80.0, 100.0)
    ]
    return table(["ng/mL", "nmol/L"], rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "exposure": exposure,
    "central-fraction": central_fraction,
    "receptor-curves": receptor_curves,
    "brain-link": brain_link,
    "mass-and-molar": nanomolar,
}
