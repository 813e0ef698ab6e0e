"""Outcomes of the brexanolone trials: mean HAM-D change and the share of women sedated, in drawn women."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import protocol
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model import Assembly, ModelChoice, assemble, output_times, simulate_many
from neurosteroid.model.variability import TruncatedNormal
from neurosteroid.studies.people import Population

_PEOPLE: Final = 4000
_SEED: Final = 22
_MOOD, _SEDATION = "mood.hamd17_change", "sedation.probability"


def _courses(
    choice: ModelChoice, protocol_name: str, until: str, baseline: tuple[float, float] | None = None
) -> dict[str, NDArray[np.float64]]:
    return _courses_of(library(), choice, protocol_name, until, baseline)


@functools.lru_cache(maxsize=16)
def _courses_of(
    shelf: Library, choice: ModelChoice, protocol_name: str, until: str, baseline: tuple[float, float] | None
) -> dict[str, NDArray[np.float64]]:
    """Follow the women; kept as long as the library in use, `shelf`, is the same."""
    assembly = assemble(choice)
    if baseline is not None:
        assembly = _with_baseline(assembly, *baseline)
    women = Population("postpartum", _PEOPLE, _SEED).draw(assembly, Ledger())
    times = output_times(until, "30 min")
    names = (_MOOD, _SEDATION)
    found = simulate_many(
        assembly, protocol(protocol_name), women.weight, times, parameters=women.parameters, outputs=names
    )
    return {name: np.asarray(found.values[name]) for name in names}


def _with_baseline(assembly: Assembly, mean: float, sd: float) -> Assembly:
    """Return the model for women of another study: the same in all but the distribution of the score at baseline."""
    effects = tuple(
        replace(item, mean=mean, sd=sd) if isinstance(item, TruncatedNormal) and item.name == "mood.baseline" else item
        for item in assembly.parameter_effects
    )
    return replace(assembly, parameter_effects=effects)


def mood_change(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the mean change of the HAM-D score from baseline at the hour of the arguments, over drawn women.

    ``mean_change`` is that under one protocol, ``mean_difference`` is it less the one under the argument ``reference``.
    ``baseline_mean`` and ``baseline_sd`` in the arguments put women of another study in the place of the card's.
    """
    if entry.metric not in ("mean_change", "mean_difference"):
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    given = entry.arguments
    baseline = (float(given["baseline_mean"]), float(given["baseline_sd"])) if "baseline_mean" in given else None

    def change(protocol_name: str) -> float:
        found = _courses(ModelChoice(mood=variant), protocol_name, str(given["time"]), baseline)
        return float(found[_MOOD][:, -1].mean())

    own = change(str(given["protocol"]))
    return own - change(str(given["reference"])) if entry.metric == "mean_difference" else own


def sedation_share(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the share of women at least mildly sedated at any time within 60 h; several protocols as the trials' mix.

    A woman keeps her place among women, so her chance of ever being sedated is that at her highest signal. Protocols
    are joined by commas; each counts by the women of its arm, given as ``weights`` in the arguments.
    """
    names = [name.strip() for name in str(entry.arguments["protocol"]).split(",")]
    weights = [float(text) for text in str(entry.arguments.get("weights", "1")).split()]
    if len(weights) != len(names):
        raise CardError(f"{len(names)} protocols need as many 'weights'.", where=f"{entry.name}: arguments")
    choice = ModelChoice(sedation=variant)
    shares = [float(_courses(choice, name, "60 h")[_SEDATION].max(axis=1).mean()) for name in names]
    return float(units.convert(float(np.average(shares, weights=weights)), "1", entry.observed.unit))


SET_UPS = {"hamd17-at-60-h": mood_change, "sedation-incidence": sedation_share}
