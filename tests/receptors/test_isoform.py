"""Isoforms from their cards: any ligands, peak and steady state, mutations, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurosteroid as ns
from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.receptors.gating import Ligand, peak_open_probability, steady_open_probability
from neurosteroid.receptors.isoform import STEADY, isoforms
from neurosteroid.receptors.sites import site_cards

MODULATORS = [
    "allopregnanolone",
    "pregnanolone",
    "tetrahydrodeoxycorticosterone",
    "isoallopregnanolone",
    "ganaxolone",
    "zuranolone",
    "propofol",
    "etomidate",
    "diazepam",
    "pentobarbital",
    "ethanol",
]
RAISING = [name for name in MODULATORS if name != "isoallopregnanolone"]


def test_every_isoform_is_there_with_every_ligand() -> None:
    wanted = ["a1b2g2", "a1b3", "a1b3g2", "a2b3g2", "a3b3g2", "a5b3g2", "a4b3d", "a4b2d", "a6b3d", "a1b2d", "rho1"]
    assert set(wanted) <= set(isoforms())
    for name in wanted:
        if name != "rho1":
            assert {"GABA", "taurine", *MODULATORS} <= set(ns.receptor(name).ligands), name


def test_one_ligand_is_the_closed_form_of_the_two_state_model() -> None:
    receptor, card = ns.receptor("a1b2g2"), library().card("a1b2g2", "receptors")
    gaba = Ligand(
        affinity=card.number("GABA.agonist.affinity").value,
        efficacy_ratio=card.number("GABA.agonist.efficacy_ratio").value,
        sites=card.number("agonist.sites").value,
    )
    for amount in (0.0, 1.0, 26.0, 3000.0):
        wanted = peak_open_probability(receptor.closed_open_ratio, gaba.factor(amount))
        # the same arithmetic in another order
        assert receptor.open_probability({"GABA": f"{amount} umol/L"}) == pytest.approx(wanted, rel=1e-12)
        steady = steady_open_probability(
            receptor.closed_open_ratio, receptor.open_desensitised_ratio, gaba.factor(amount)
        )
        assert receptor.open_probability({"GABA": f"{amount} umol/L"}, STEADY) == pytest.approx(steady, rel=1e-12)


def test_the_whole_person_part_reads_the_same_numbers() -> None:
    card = library().card("a4b2d", "receptors")
    part = part_from_card(card, None, Ledger(), isoform="a4b2d", analyte="allopregnanolone")
    found = part.values(0.0, {}, {"steroid": 50.0})["open_probability"]
    probe = card.number("gaba_concentration").to("umol/L")
    wanted = ns.receptor("a4b2d").open_probability({"GABA": f"{probe} umol/L", "allopregnanolone": "50 nmol/L"})
    # allopregnanolone's desensitising site has no part at the peak
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("ligand", RAISING)
def test_a_potentiator_moves_the_gaba_curve_to_the_left(ligand: str) -> None:
    receptor = ns.receptor("a1b2g2")
    amount = ns.library().card("a1b2g2", "receptors").variant().numbers
    affinity = min(number.value for key, number in amount.items() if key.startswith(f"{ligand}.") and "affin" in key)
    with_it = {ligand: f"{affinity} {receptor.unit(ligand)}"}
    assert receptor.half_effective_concentration("GABA", with_it) < receptor.half_effective_concentration("GABA")


def test_a_3beta_isomer_leaves_the_peak_and_lowers_the_steady_current_without_competing() -> None:
    receptor = ns.receptor("a1b3")
    for gaba in ("0.3 umol/L", "3 umol/L", "1 mmol/L"):
        there = {"GABA": gaba, "allopregnanolone": "100 nmol/L", "isoallopregnanolone": "3 umol/L"}
        assert receptor.potentiation(there, "isoallopregnanolone") == pytest.approx(1.0, abs=1e-12)
        assert receptor.potentiation(there, "isoallopregnanolone", STEADY) < 1
        without = {key: value for key, value in there.items() if key != "isoallopregnanolone"}
        closing = [receptor.states(receptor.read(each)).closing for each in (there, without)]
        # nothing of what opens is displaced
        assert closing[0] == closing[1]


def test_allopregnanolone_desensitises_through_beta3_unless_mutated() -> None:
    # with both activating sites off only the desensitising one is left
    off = ("a1Q242L", "a1N408A/Y411F")
    there = {"GABA": "1 mmol/L", "allopregnanolone": "10 umol/L"}
    assert ns.receptor("a1b3", mutations=off).potentiation(there, "allopregnanolone", STEADY) < 0.95
    whole = ns.receptor("a1b3", mutations=[*off, "b3Y284F"])
    assert whole.potentiation(there, "allopregnanolone", STEADY) == pytest.approx(1.0, abs=1e-12)


def test_mutations_switch_sites_off() -> None:
    there = {"GABA": "0.3 umol/L", "allopregnanolone": "3 umol/L"}
    wild = ns.receptor("a1b3").potentiation(there, "allopregnanolone")
    one = ns.receptor("a1b3", mutations=["a1Q242L"]).potentiation(there, "allopregnanolone")
    both = ns.receptor("a1b3", mutations=["a1Q242L", "a1N408A/Y411F"]).potentiation(there, "allopregnanolone")
    assert wild > 2 * one > 2
    assert both == pytest.approx(1.0, abs=1e-12)
    # b2N265M takes etomidate away and leaves the steroid
    mutant = ns.receptor("a1b2g2", mutations=["b2N265M"])
    assert mutant.potentiation({"GABA": "1 umol/L", "etomidate": "3 umol/L"}, "etomidate") == 1.0
    assert mutant.potentiation({"GABA": "1 umol/L", "allopregnanolone": "1 umol/L"}, "allopregnanolone") > 5


def test_mutations_of_one_place_take_it_away_once() -> None:
    one, same = (ns.receptor("a1b3", mutations=each).sites for each in (["a1Q242L"], ["a1Q242L", "a1W246L"]))
    assert same == one
    assert one["steroid"] == 1
    other = ns.receptor("a1b3", mutations=["a1Q242W", "a1W246L", "a1N408A/Y411F"]).sites
    assert other["steroid"] == other["steroid-alpha-desensitising"] == 0
    assert other["steroid-beta-desensitising"] == 1


def test_every_mutation_of_a_site_card_names_the_place_it_hits() -> None:
    for card in site_cards():
        assert set(card.variant().settings) == set(card.variant().numbers), card.name


def test_ligands_of_one_site_exclude_each_other() -> None:
    receptor = ns.receptor("a1b2g2")
    # a weak partial agonist at a saturating concentration takes GABA's place and closes
    alone = receptor.open_probability({"GABA": "100 umol/L"})
    assert receptor.open_probability({"GABA": "100 umol/L", "taurine": "1 mol/L"}) < 0.5 * alone
    # two steroids at half each are one at the whole, when their constants are the same
    half = {"GABA": "5 umol/L", "allopregnanolone": "50 nmol/L", "pregnanolone": "50 nmol/L"}
    whole = {"GABA": "5 umol/L", "allopregnanolone": "100 nmol/L"}
    assert receptor.open_probability(half) == pytest.approx(receptor.open_probability(whole), rel=1e-12)


def test_a_benzodiazepine_needs_gamma() -> None:
    assert ns.receptor("a4b3d").potentiation({"GABA": "1 umol/L", "diazepam": "1 umol/L"}, "diazepam") == 1.0
    with pytest.raises(InputError, match="changes the open probability nowhere"):
        ns.receptor("a4b3d").half_effective_concentration("diazepam")


@given(
    gaba=st.floats(0, 1e4),
    steroid=st.floats(0, 1e5),
    isomer=st.floats(0, 1e5),
    name=st.sampled_from(["a1b2g2", "a1b3", "a4b3d"]),
)
def test_states_add_to_one_and_energies_add(gaba: float, steroid: float, isomer: float, name: str) -> None:
    receptor = ns.receptor(name)
    there = {"GABA": gaba, "allopregnanolone": steroid, "isoallopregnanolone": isomer}
    states = receptor.states(there)
    resting = states.steady * states.closing
    # rounding of three sums
    assert float(states.steady + states.desensitised + resting) == pytest.approx(1.0, abs=1e-12)
    apart = [float(receptor.states({ligand: value}).closing) for ligand, value in there.items()]
    product = np.prod(np.array(apart) / receptor.closed_open_ratio) * receptor.closed_open_ratio
    assert float(states.closing) == pytest.approx(float(product), rel=1e-9)


def test_a_curve_of_many_points_is_one_array_and_has_its_half() -> None:
    amounts = ns.receptor("a1b2g2").curve(
        "GABA", {"allopregnanolone": "50 nmol/L"}, concentrations=ns_quantity(np.logspace(-3, 5, 100_000), "umol/L")
    )
    assert amounts.open_probability.shape == (100_000,)
    assert np.all(np.diff(amounts.open_probability) >= 0)
    read = np.interp(0.5 * (amounts.without + amounts.largest), amounts.open_probability, amounts.concentrations)
    # the grid has 12 500 points a decade
    assert read == pytest.approx(amounts.half_effective_concentration, rel=1e-4)
    frame = amounts.to_frame()
    assert list(frame) == ["GABA (umol/L)", "open probability"]
    assert any("Sugasawa" in line for _, lines in amounts.sources() for line in lines)


def test_a_ligand_may_be_given_by_a_synonym_but_not_twice() -> None:
    receptor = ns.receptor("a1b2g2")
    short = receptor.open_probability({"GABA": "5 umol/L", "THDOC": "50 nmol/L"})
    assert short == receptor.open_probability({"GABA": "5 umol/L", "tetrahydrodeoxycorticosterone": "50 nmol/L"})
    assert receptor.potentiation({"gaba": "5 umol/L", "ALLO": "50 nmol/L"}, "allopregnanolone") > 2
    with pytest.raises(InputError, match="given twice"):
        receptor.open_probability({"THDOC": "1 nmol/L", "tetrahydrodeoxycorticosterone": "1 nmol/L"})


def test_arrays_of_two_ligands_broadcast() -> None:
    grid = ns.receptor("a4b2d").open_probability(
        {
            "GABA": ns_quantity(np.array([[0.1], [1.0]]), "umol/L"),
            "allopregnanolone": ns_quantity(np.array([0.0, 5.0, 50.0]), "nmol/L"),
        }
    )
    assert grid.shape == (2, 3)
    assert np.all(np.diff(grid, axis=1) > 0)


def ns_quantity(values, unit):
    from neurosteroid import units

    return units.quantity(values, unit)


@pytest.mark.parametrize(
    ("name", "options", "there", "error", "says"),
    [
        ("a1b2g", {}, {}, UnknownNameError, "Did you mean 'a1b2g2'"),
        ("a1b2g2", {"variant": "oocytes"}, {}, UnknownNameError, "Did you mean 'oocyte'"),
        ("a1b2g2", {"mutations": ["a1Q242X"]}, {}, UnknownNameError, "Did you mean 'a1Q242"),
        ("a1b2g2", {"mutations": ["Q242L"]}, {}, InputError, "write subunit, residue, place"),
        ("a1b2g2", {"mutations": ["b3Y284F"]}, {}, InputError, "made of a1, b2, g2"),
        ("a1b2g2", {"mutations": ["a1Q242L", "a1Q242L"]}, {}, InputError, "given twice"),
        ("a1b2g2", {"mutations": ["a1Q242L", "a1Q242W"]}, {}, InputError, "both change residue 242 of a1"),
        ("a1b2g2", {"mutations": "a1Q242L"}, {}, InputError, r"\['a1Q242L'\]"),
        ("a1b2g2", {"mutations": [None]}, {}, InputError, "None is not a mutation"),
        ("a1b2g2", {"mutations": 3}, {}, InputError, "mutations is 3; give a list"),
        ("a1b2g2", {"variant": ["hek"]}, {}, UnknownNameError, "No variant"),
        ("a1b2g2", {}, None, InputError, "None names no ligands"),
        ("a1b2g2", {}, {None: "1 umol/L"}, UnknownNameError, "No ligand 'None'"),
        ("a1b2g2", {}, {"GABA": None}, UnitError, "such as '1 umol/L'"),
        ("a1b2g2", {}, {"GABA": "-1 umol/L"}, InputError, "below 0"),
        ("a1b2g2", {}, {"GABA": 26}, UnitError, "has no unit"),
        ("a1b2g2", {}, {"GABA": "26"}, UnitError, "has no unit"),
        ("a1b2g2", {}, {"GABA": "26 ng/mL"}, UnitError, "molar mass"),
        ("a1b2g2", {}, {"GABA": "26 mV"}, UnitError, "measure different things"),
        ("a1b2g2", {}, {"allopregnanolon": "5 nmol/L"}, UnknownNameError, "Did you mean 'allopregnanolone'"),
        ("rho1", {}, {"diazepam": "1 umol/L"}, UnknownNameError, "No ligand 'diazepam'"),
    ],
)
def test_wrong_input_is_named(name, options, there, error, says) -> None:
    with pytest.raises(error, match=says):
        ns.receptor(name, **options).open_probability(there)


def test_a_steady_state_that_is_not_known_is_refused() -> None:
    with pytest.raises(InputError, match="no open/desensitised ratio"):
        ns.receptor("rho1").open_probability({"GABA": "1 umol/L"}, "steady state")
    with pytest.raises(UnknownNameError, match="Known: peak, steady state"):
        ns.receptor("a1b2g2").open_probability({"GABA": "1 umol/L"}, "plateau")


def test_what_rests_on_an_unknown_ratio_is_not_a_number() -> None:
    states = ns.receptor("rho1").states({"GABA": np.array([0.0, 1.0])})
    assert np.isfinite(states.peak).all()
    for each in (states.steady, states.desensitised, states.occupancy("GABA", "agonist")):
        assert np.isnan(each).all()


def test_a_ligand_on_the_axis_is_refused_in_the_background() -> None:
    receptor = ns.receptor("a1b2g2")
    for ask in (receptor.half_effective_concentration, receptor.curve):
        with pytest.raises(InputError, match="on the axis and in the background"):
            ask("GABA", {"gaba": "1 umol/L"})


def test_mass_per_volume_is_converted_with_the_molar_mass() -> None:
    receptor, mass = ns.receptor("a1b3"), library().card("allopregnanolone", "compounds").number("molar_mass")
    amount = 10 / mass.to("g/mol") * 1000  # 10 ng/mL in nmol/L
    wanted = receptor.probability({"GABA": 1.0, "allopregnanolone": amount})
    there = {"GABA": "1 umol/L", "brexanolone": "10 ng/mL"}
    assert receptor.open_probability(there) == pytest.approx(float(wanted), rel=1e-12)
    several = receptor.open_probability(there | {"brexanolone": ns_quantity(np.array([0.0, 10.0]), "ng/mL")})
    assert several[1] == pytest.approx(float(wanted), rel=1e-12)


def test_negative_entries_of_an_array_are_refused() -> None:
    with pytest.raises(InputError, match="below 0"):
        ns.receptor("a1b2g2").open_probability({"GABA": ns_quantity(np.array([1.0, -1.0]), "umol/L")})


CARD = """kind = "receptors"
name = "mine"
title = "Mine"
description = "An isoform of my own."
part = "monod-wyman-changeux"
[settings]
isoform = "mine"
subunits = "a1 b2 g2"
borrows = "a1b2g2"
[numbers.closed_open_ratio]
value = 1000
unit = "1"
assumed = "for the test"
"""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('[numbers."wine.agonist.efficacy_ratio"]\nvalue = 0.1\nunit = "1"\nassumed = "x"\n', "'affinity' is missing"),
        (
            '[numbers."wine.cellar.affinity"]\nvalue = 1\nunit = "umol/L"\nassumed = "x"\n',
            "whose number 'cellar.sites'",
        ),
        ('[numbers."wine.agonist.taste"]\nvalue = 1\nunit = "1"\nassumed = "x"\n', "No quantity of an action 'taste'"),
        ('[numbers."wine.agonist.affinity"]\nvalue = 0\nunit = "umol/L"\nassumed = "x"\n', "not above 0"),
    ],
)
def test_an_incomplete_card_of_ones_own_is_named(tmp_path, more, says) -> None:
    folder = tmp_path / "receptors"
    folder.mkdir()
    (folder / "mine.toml").write_text(CARD + more)
    kept = library()
    ns.use_library(tmp_path)
    try:
        with pytest.raises(InputError, match=says):
            ns.receptor("mine")
    finally:
        ns.use_library(None)
    assert library() is kept


@pytest.mark.parametrize("at", ["peak", "steady state"])
def test_a_ligand_named_as_its_site_has_a_curve_at_every_isoform_that_knows_it(at: str) -> None:
    for name in isoforms():
        found = ns.receptor(name)
        if "etomidate" in found.ligands:
            assert "etomidate.sites" in {
                number.key for number in found.curve("GABA", {"etomidate": "3.2 umol/L"}, at).ledger.numbers
            }
