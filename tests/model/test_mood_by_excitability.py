"""A depression score that answers to membrane models instead of a concentration."""

from __future__ import annotations

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.assembly import assemble, felt_parts
from neurosteroid.model.choice import DRIVER
from neurosteroid.model.mood import surface as surfaces
from neurosteroid.model.mood.felt import driven_scores
from neurosteroid.model.mood.preparation import preparation
from neurosteroid.model.mood.run import read_out
from neurosteroid.model.mood.surface import principal_surface
from neurosteroid.model.neuron_bridge import bridge

PRINCIPAL = "neuron.principal.excitability"
WOMAN = ns.Person(weight="70 kg")


def course(mood: str | None, protocol: str = "brexanolone-label", until: str = "72 h", **chosen: str) -> ns.Course:
    model = ns.ModelChoice(mood=mood, **chosen)
    return ns.simulate(WOMAN, protocol, until=until, step="6 h", model=model)


def test_it_is_off_by_default_and_every_explanation_has_a_score() -> None:
    card = library().card("hamd17")
    assert DRIVER not in card.variant().settings
    driven = {card.variant(name).settings[DRIVER] for name in driven_scores()}
    known = library().card("excitability").variants
    explained = {known[name].settings.get("explanation") for name in driven}
    assert explained == {None, "none", *(each.name for each in ns.mood_hypotheses())}
    assert not any(name.startswith("neuron.") for name in course(None).names)


@pytest.mark.parametrize(
    ("name", "variant"), [("none", None), ("outward-block", None), ("chloride-shift", "weakened-kcc2")]
)
def test_a_surface_is_the_readout_of_its_preparation(name: str, variant: str | None) -> None:
    made, found = preparation(name, variant), principal_surface(name, variant)
    assert found.error <= surfaces.BOUND
    direct = read_out(made, [0.0, 2.0, 10.0, 220.0], exposure=14 * 24.0)
    receptor = direct.levels.receptor
    # rheobases are found to a thousandth of a pA of some hundreds: two differ by 1e-5 by the search alone
    assert found.at(receptor) == pytest.approx(1.0 + direct.excitability / 100, abs=surfaces.BOUND + 1e-5)
    assert found.at(0.0) == pytest.approx(1.0, abs=1e-12)


def test_expression_moves_the_surface_only_where_the_explanation_has_it() -> None:
    moving, still = principal_surface("expression-change"), principal_surface("none")
    assert moving.at(100.0, 1.0) == pytest.approx(float(still.at(100.0)), abs=2 * surfaces.BOUND)
    # receptors that are gone inhibit less
    assert moving.at(100.0, 0.5) > moving.at(100.0, 1.0) > moving.at(100.0, 2.0)
    assert still.coefficients.shape[1] == 1


def test_a_kept_surface_is_the_same_bit_for_bit_and_another_explanation_another() -> None:
    keys = [surfaces._key(preparation(name, None)) for name in ("none", "outward-block", "none", "interneuron-delta")]
    assert keys[0] == keys[2]
    assert len(set(keys)) == 3
    found = surfaces._computed(preparation("none", None))
    again = principal_surface("none")
    assert (np.array(found[0]) == again.coefficients).all()


def test_the_score_is_that_of_its_equation() -> None:
    found = course("by-principal-cell", until="60 h")
    excitability, hours = found.values[PRINCIPAL], found.times
    assert excitability[0] == pytest.approx(1.0, abs=1e-12)
    assert excitability == pytest.approx(
        principal_surface("none").at(found.values["receptor.allopregnanolone"]), rel=1e-9
    )
    card, name = library().card("hamd17"), "by-principal-cell"

    def number(key: str, unit: str = "1") -> float:
        return card.number(key, name).to(unit)

    # d effect / dt = k (loss - effect), on a finer course, by the trapezoid rule
    fine = ns.simulate(WOMAN, "brexanolone-label", until="60 h", step="3 min", model=ns.ModelChoice(mood=name))
    k, effect = np.log(2) / number("equilibration_half_life", "h"), 0.0
    loss = 1 - fine.values[PRINCIPAL]
    for step, mean in zip(np.diff(fine.times), (loss[1:] + loss[:-1]) / 2, strict=True):
        effect += k * step * (mean - effect)
    response = 1 - np.exp(-((hours[-1] / number("placebo_time_constant", "h")) ** number("placebo_shape")))
    before, highest = number("baseline_mean"), number("highest_score")
    odds = np.log(before / (highest - before)) - number("placebo_improvement") * response - number("slope") * effect
    assert found.values["mood.hamd17"][-1] == pytest.approx(highest / (1 + np.exp(-odds)), rel=1e-3)


def test_it_is_compared_with_the_same_woman_before() -> None:
    # what the brain holds of its own lowers excitability at hour 0 and is no effect
    found = course("by-local-synthesis")
    assert found.values[PRINCIPAL][0] < 0.99
    placebo = course("by-local-synthesis", "no-drug")
    assert placebo.values[PRINCIPAL] == pytest.approx(placebo.values[PRINCIPAL][0], rel=1e-6)
    plain = course("by-principal-cell", "no-drug").values["mood.hamd17_change"]
    improved = [
        library().card("hamd17").number("placebo_improvement", f"by-{each}").to("1")
        for each in ("local-synthesis", "principal-cell")
    ]
    assert placebo.values["mood.hamd17_change"] == pytest.approx(plain, rel=5e-3 + abs(improved[0] / improved[1] - 1))
    choice = ns.ModelChoice(mood="by-local-synthesis")
    site = felt_parts(choice, bridge(choice, Ledger()), Ledger())["mood_site"]
    assert vars(site)["own_excitability"] == pytest.approx(found.values[PRINCIPAL][0], rel=1e-6)


def test_expression_falls_and_comes_back_through_the_days() -> None:
    found = course("by-expression-change", until="240 h")
    without = course("by-principal-cell", until="240 h")
    late = found.times > 100
    # less inhibition is left while receptors are few
    assert (found.values[PRINCIPAL][late] > without.values[PRINCIPAL][late] - 1e-4).all()
    assert found.values[PRINCIPAL][10] > without.values[PRINCIPAL][10] + 0.01


def test_the_score_brings_its_neurons_and_refuses_others() -> None:
    assert ns.ModelChoice(mood="by-outward-block").excitability == "outward-block"
    assert ns.ModelChoice(mood="by-outward-block", excitability="outward-block").excitability == "outward-block"
    assert ns.ModelChoice().excitability is None
    with pytest.raises(InputError, match="fitted"):
        ns.ModelChoice(mood="by-outward-block", excitability="pyramidal")
    with pytest.raises(UnknownNameError, match="by-outward-block"):
        ns.ModelChoice(mood="by-outward-blok")
    with pytest.raises(InputError, match="brings a link"):
        course("by-yielding-synthesis", brain_link="local-synthesis")
    mother = ns.Person(weight="70 kg", states=(ns.Postpartum(day=21),))
    with pytest.raises(InputError, match="by its enzymes"):
        ns.simulate(mother, "brexanolone-label", until="24 h", model=ns.ModelChoice(mood="by-yielding-synthesis"))
    two = ns.Person(weight="70 kg", states=(ns.ReceptorAdaptation(variant="mouse-pregnancy"),))
    with pytest.raises(InputError, match="ReceptorAdaptation"):
        ns.simulate(two, "brexanolone-label", until="24 h", model=ns.ModelChoice(mood="by-expression-change"))


def test_a_study_takes_it_and_no_other_outcome_moves() -> None:
    women = ns.population("postpartum", size=3, seed=1)
    found, usual = (
        ns.study(women, ["brexanolone-label"], model=model, until="60 h", step="12 h")
        for model in (ns.ModelChoice(mood="by-pyramidal-cell"), None)
    )
    own, other = (each.bands["brexanolone-label", "mood.hamd17_change"].mean for each in (found, usual))
    assert own[-1] == pytest.approx(other[-1], abs=0.5)  # both fitted to the same rows
    assert not np.allclose(own, other, rtol=1e-6)
    for name in ("plasma.allopregnanolone", "sedation.probability"):
        one, two = (each.bands["brexanolone-label", name].mean for each in (found, usual))
        assert one == pytest.approx(two, rel=1e-6)


def test_limits_say_what_it_rests_on_and_the_numbers_are_counted() -> None:
    found = assemble(ns.ModelChoice(mood="by-outward-block"))
    assert any("That a quieter cell is better mood is assumed" in text for text in found.limits)
    assert any("off by at most" in text for text in found.limits)
    keys = {(number.card, number.key) for number in found.ledger.numbers}
    assert {("outward-block", "half_block"), ("common-preparation", "interneurons"), ("hamd17", "slope")} <= keys
    assert ("hamd17", "half_effect_concentration") not in keys


def test_points_by_level() -> None:
    found = ns.mood_by_level(["1.75 nmol/L", "5 nmol/L", "170 nmol/L"], ["by-outward-block", "by-principal-cell"])
    block, plain = found["by-outward-block"], found["by-principal-cell"]
    assert block[0] == plain[0] == 0.0
    assert (np.diff(plain) < 0).all()
    assert 0 < block[1] < block[2] < 0.1  # worse, and by less than any rating tells
    assert block[3] < -3
    assert found["worst level, by-outward-block"] == 5.0
    assert found.plot() is not None
    assert "points" in found.to_frame().columns[1]


@pytest.mark.parametrize(
    ("levels", "scores", "error", "message"),
    [
        (["2"], None, UnitError, "unit"),
        (["-1 nmol/L"], None, InputError, "below zero"),
        (["2 nmol/L"], [], InputError, "one score or more"),
        (["2 nmol/L"], "by-outward-block", InputError, "list"),
        (["2 nmol/L"], ["half-effect-30"], UnknownNameError, "by-principal-cell"),
    ],
)
def test_what_is_no_level_and_no_score(levels, scores, error, message) -> None:
    with pytest.raises(error, match=message):
        ns.mood_by_level(levels, scores)
