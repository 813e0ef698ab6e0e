"""What differs between people in their states: stress, deoxycorticosterone, and nothing in the typical person."""

from __future__ import annotations

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.evidence import library
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import Joined, join


def joined(*states: ns.model.states.AbstractState, choice: ns.ModelChoice | None = None) -> Joined:
    person = ns.Person(weight="70 kg", states=list(states))
    return join(Situation(person=person, clock=8.0, until=24.0, choice=choice or ns.ModelChoice()))


def deviations(model: Joined) -> dict[str, float]:
    return {
        name: float(np.sqrt(each.covariance[0][0]))
        for each in model.effects
        if isinstance(each, ns.model.variability.CorrelatedNormal) and len(each.names) == 1
        for name in each.names
    }


def test_the_axis_differs_in_its_levels_and_in_what_a_stressor_adds() -> None:
    found = deviations(joined(ns.Stress()))
    numbers = library().card("stress", "physiology").variant().numbers
    assert found["hpa_cortisol.eta_baseline"] == pytest.approx(numbers["sd_cortisol"].to("1"))
    assert found["hpa_acth.eta_baseline"] == pytest.approx(numbers["sd_corticotropin"].to("1"))
    assert found["hpa_drive.eta_stressor"] == pytest.approx(numbers["sd_stressor"].to("1"))


def test_the_published_axis_has_no_spread() -> None:
    assert not {
        name for name in deviations(joined(ns.Stress(), choice=ns.ModelChoice(stress="published"))) if "hpa" in name
    }


def test_everybody_converts_a_share_of_her_own_to_deoxycorticosterone() -> None:
    found = deviations(joined(ns.Menopause()))
    name = "pathway_progesterone_to_deoxycorticosterone_by_21-hydroxylase.eta_share"
    assert found[name] == pytest.approx(0.653)
    assert found["pathway_adrenal_deoxycorticosterone.eta_production"] == pytest.approx(0.235)


def test_peaks_of_a_stress_test_differ_between_people() -> None:
    women = ns.population("reproductive-age", size=100, seed=4)
    found = ns.study(
        women,
        ["no-drug"],
        states=[ns.Stress(events=[ns.Stressor("social stress test", at="8 h")])],
        until="10 h",
        step="30 min",
        measures=[{"output": "plasma.cortisol", "kind": "cmax", "since": "8 h"}],
    )
    peaks = np.asarray(found.individuals.columns["plasma.cortisol.cmax"], dtype=float)
    assert np.quantile(peaks, 0.9) > 2 * np.quantile(peaks, 0.1)
    assert peaks.min() > 0
