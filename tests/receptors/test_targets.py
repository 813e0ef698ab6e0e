"""Targets other than GABA-A receptors: the ways of acting, what cards say, and what they do not say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.engine import Covariate, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_classes
from neurosteroid.receptors.actions import Evidence, action, curves, ligands, target_cards
from neurosteroid.receptors.targets import (
    WAYS,
    BindingOccupancy,
    HillActivation,
    HillInhibition,
    RelativeOccupancy,
)

POSITIVE = st.floats(1e-3, 1e6)


@given(half=POSITIVE, n=st.floats(0.3, 4.0), top=st.floats(0.01, 1.0), x=POSITIVE)
def test_inhibition_is_half_of_the_largest_at_its_constant_and_rises(half: float, n: float, top: float, x: float):
    part = HillInhibition(half_inhibition=half, hill=n, largest_inhibition=top, target="t")
    assert part.effect(half) == pytest.approx(top / 2)
    assert 0 <= part.effect(x) <= part.effect(2 * x) <= top
    assert part.effect(0.0) == 0


@given(kd=POSITIVE, x=POSITIVE)
def test_occupancy_is_mass_action(kd: float, x: float):
    assert BindingOccupancy(dissociation_constant=kd, target="t").effect(x) == pytest.approx(x / (x + kd))


def test_relative_affinity_divides_the_constant_of_the_reference():
    part = RelativeOccupancy(reference_dissociation=2.0, relative_affinity=0.5, target="t")
    assert part.effect(4.0) == pytest.approx(0.5)


def test_parts_are_wired_by_the_steroid_at_the_receptor():
    parts = {
        "block": HillInhibition(half_inhibition=10.0, hill=1.0, largest_inhibition=1.0, target="channel"),
        "signal": HillActivation(half_activation=10.0, hill=2.0, largest_activation=0.5, target="receptor"),
    }
    system = wire(parts, [Covariate("receptor.allopregnanolone", "nmol/L")])
    assert {"target.channel.inhibition", "target.receptor.activation"} <= set(system.output_names)


def test_every_way_is_found_by_walking_the_room():
    assert {name: part_classes()[name] for name in WAYS} == dict(WAYS)


@pytest.mark.parametrize("card", list(target_cards()), ids=lambda card: card.name)
def test_card_says_target_family_and_ligand_and_its_curves_load(card):
    for name, variant in card.variants.items():
        if "ligand" not in variant.settings:
            continue
        assert variant.settings["target"] == card.name
        assert variant.settings["family"]
        found = curves(card, name, Ledger())
        assert (variant.part is None) == (not found)
        if not found:
            assert "seen_at" in variant.numbers or variant.settings["finding"]
    rows = {row.id for row in library().card("receptor-targets", "observations").rows}
    named = {variant.settings["row"] for variant in card.variants.values() if "row" in variant.settings}
    assert named <= rows


def _of(target: str, steroid: str):
    return action(library().card(target, "targets"), steroid)


def test_l_type_block_is_irrelevant_in_brain():
    low, high = _of("calcium-l-type", "allopregnanolone").effect(np.array([5.0, 3000.0]))
    assert low[0] == high[0] == pytest.approx(5 / 10005)
    assert 0.2 < low[1] < 0.25


def test_tgr5_needs_micromoles_but_for_pregnanolone():
    allo, five_beta = _of("tgr5", "allopregnanolone"), _of("tgr5", "pregnanolone")
    assert allo.evidence is five_beta.evidence is Evidence.BOUNDS
    assert allo.effect(np.array([50.0]))[1] < 0.05
    assert five_beta.effect(np.array([5.0]))[1] > 0.8
    assert five_beta.effect(np.array([5.0]))[0] < 0.01


def test_progesterone_receptor_hangs_on_oxidation():
    low, high = _of("progesterone-receptor", "allopregnanolone").effect(np.array([5.0]))
    # 0.4 % and 94 % of the affinity of progesterone, Kd 2.6 nmol/L
    assert low[0] == pytest.approx(5 / (5 + 2.6 / 0.004))
    assert high[0] == pytest.approx(5 / (5 + 2.6 / 0.94))


def test_what_is_not_known_stays_unknown():
    for target, steroid, evidence in (
        ("mpr-delta", "allopregnanolone", Evidence.SEEN),
        ("serotonin-5ht3", "allopregnanolone", Evidence.DIRECTION),
        ("nmda", "allopregnanolone", Evidence.LITTLE),
        ("sigma-1", "allopregnanolone", Evidence.UNKNOWN),
        ("sigma-1", "zuranolone", Evidence.UNKNOWN),
    ):
        found = _of(target, steroid)
        assert found.evidence is evidence
        assert np.isnan(found.effect(np.array([50.0]))[0]).all()
        assert all(math.isnan(each) for each in found.threshold(0.1))
    assert _of("serotonin-5ht3", "allopregnanolone").sources == ("wetzel1998",)


def test_nothing_recalled_stands_on_the_cards():
    numbers = [number for card in target_cards() for number in card.all_numbers()]
    assert numbers
    assert not [number.where for number in numbers if number.status == "recalled"]
    assert {"allopregnanolone", "pregnanolone", "tetrahydrodeoxycorticosterone", "ganaxolone"} <= set(ligands())


def test_threshold_is_where_the_effect_reaches_the_share():
    found = _of("nicotinic-alpha4-beta2", "allopregnanolone")
    low, high = found.threshold(0.1)
    assert low == high
    assert found.effect(np.array([low]))[0][0] == pytest.approx(0.1)
    assert found.evidence is Evidence.MEASURED
