"""What an assay reads: the numbers of the cards, and the laws that hold for every scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.observation.assay_scale import ASSAYS, AssayScale, assay_scale, observe, read_by

P4, ALLO, DHP = "progesterone", "allopregnanolone", "5alpha-dihydroprogesterone"
SCALES = [
    (f"{card.name}[{variant}]", card.variant(variant).settings.get("analyte", variant))
    for card in library().cards(ASSAYS)
    for variant in card.variants
    if variant != "lh"
]
LEVELS = st.floats(0.0, 1e4)


def levels(scale: AssayScale, analyte: float, other: float) -> dict[str, float]:
    return {scale.analyte: analyte, **dict.fromkeys(scale.cross, other)}


@pytest.mark.parametrize(("assay", "analyte"), SCALES)
@given(low=LEVELS, step=st.floats(1e-3, 1e3), other=LEVELS)
@settings(max_examples=20, deadline=None)
def test_more_analyte_reads_more(assay: str, analyte: str, low: float, step: float, other: float) -> None:
    scale = assay_scale(analyte, assay)
    assert scale.observe(levels(scale, low + step, other)) > scale.observe(levels(scale, low, other))


@pytest.mark.parametrize(("assay", "analyte"), SCALES)
@given(value=LEVELS, other=LEVELS)
@settings(max_examples=20, deadline=None)
def test_the_truth_of_a_reading_is_what_was_read(assay: str, analyte: str, value: float, other: float) -> None:
    scale = assay_scale(analyte, assay).drawn(np.random.default_rng(3))
    inside = levels(scale, value, other)
    # the subtraction of floor and cross-reaction loses digits of the largest term
    largest = max(value, other, scale.floor, 1.0)
    assert scale.truth(scale.observe(inside), inside) == pytest.approx(value, rel=1e-12, abs=1e-13 * largest)


@pytest.mark.parametrize(("assay", "analyte"), SCALES)
@given(value=LEVELS, other=LEVELS)
@settings(max_examples=10, deadline=None)
def test_the_unit_does_not_matter(assay: str, analyte: str, value: float, other: float) -> None:
    scale = assay_scale(analyte, assay)
    mass = {
        name: library().card(name, "compounds").number("molar_mass").to("g/mol") for name in (analyte, *scale.cross)
    }
    molar = levels(scale, value, other)
    by_mass = {name: level * mass[name] / 1000 for name, level in molar.items()}
    wanted = observe(molar, analyte, assay, unit="nmol/L") * mass[analyte] / 1000
    assert observe(by_mass, analyte, assay, unit="ng/mL") == pytest.approx(wanted, rel=1e-9)
    assert observe({name: 1000 * level for name, level in by_mass.items()}, analyte, assay, unit="pg/mL") == (
        pytest.approx(1000 * wanted, rel=1e-9)
    )


def test_mass_spectrometry_reads_what_is_there() -> None:
    for assay in ("liquid-chromatography-ms", "gas-chromatography-ms"):
        assert observe({ALLO: [0.0, 0.2, 220.0]}, ALLO, assay, unit="nmol/L").tolist() == [0.0, 0.2, 220.0]


def test_elecsys_progesterone_counts_its_cross_reactants() -> None:
    # Krasowski 2014, Table 4: 18.2 % of 5beta-dihydroprogesterone, 0.90 % of pregnanolone, 0.82 % of allopregnanolone
    values = {P4: 1.0, "5beta-dihydroprogesterone": 1.0, "pregnanolone": 10.0, ALLO: 50.0}
    assert observe(values, P4, "elecsys", unit="nmol/L") == pytest.approx(1 + 0.182 + 0.09 + 0.41)


def test_the_floor_of_the_radioimmunoassay_of_5alpha_dihydroprogesterone() -> None:
    # 0.16 ng/mL was read beside 0.11 ng/mL progesterone, where the luteal ratio 2.1 / 14.25 leaves 0.016 ng/mL
    found = observe({DHP: 0.11 * 2.1 / 14.25}, DHP, "radioimmunoassay", unit="ng/mL")
    assert found == pytest.approx(0.16, abs=0.0005)


def test_after_oral_progesterone_a_direct_assay_over_reads() -> None:
    assay = "immunoassay-after-oral-progesterone"
    typical = observe({P4: 2.5}, P4, assay, unit="ng/mL")
    label = observe({P4: 2.5}, P4, assay, "Prometrium label", unit="ng/mL")
    assert typical == pytest.approx(10.0)
    # the label's mean Cmax after 100 mg; the factor is within the reported 6 to 9
    assert label == pytest.approx(17.3)
    assert 6 < label / 2.5 < 9
    assert observe({P4: 2.5}, P4, assay, "another study", unit="ng/mL") == pytest.approx(typical)


def test_the_floor_lifts_low_readings_and_not_high_ones() -> None:
    low, high = observe({P4: [0.2, 45.0]}, P4, "immunoassay", unit="nmol/L")
    assert low == pytest.approx(0.79)
    assert high == pytest.approx(45.0, rel=0.02)


def test_what_the_assay_also_reads_must_be_given() -> None:
    with pytest.raises(InputError, match="5beta-dihydroprogesterone is missing"):
        observe({P4: 1.0}, P4, "elecsys", unit="nmol/L")
    with pytest.raises(InputError, match="progesterone is missing"):
        observe({ALLO: 1.0}, P4, "radioimmunoassay", unit="nmol/L")


def test_no_scale_is_taken_for_granted() -> None:
    with pytest.raises(UnknownNameError, match=r"No assay 'imunoassay'\. Did you mean 'immunoassay'"):
        observe({P4: 1.0}, P4, "imunoassay", unit="nmol/L")
    with pytest.raises(UnknownNameError, match="No analyte 'pregnanolone'"):
        observe({"pregnanolone": 1.0}, "pregnanolone", "elecsys", unit="nmol/L")


def test_a_unit_that_is_none_of_a_concentration_is_refused() -> None:
    with pytest.raises(UnitError):
        observe({ALLO: 5.6}, ALLO, "gas-chromatography-ms", unit="ng/g")


def test_luteinising_hormone_has_units_of_its_own() -> None:
    assert observe({"lh": 7.1}, "lh", "elecsys", unit="IU/L") == pytest.approx(7.1)
    with pytest.raises(UnitError):
        observe({"lh": 7.1}, "lh", "elecsys", unit="nmol/L")


def test_the_bias_of_studies_is_log_normal_with_median_1() -> None:
    scale = assay_scale(P4, "immunoassay")
    generator = np.random.default_rng(7)
    drawn, spread = np.log([scale.drawn(generator).bias for _ in range(4000)]), scale.bias_log_sd
    # standard errors: sd / sqrt(n) of the mean, sd / sqrt(2 n) of the spread; four of them allowed
    assert drawn.mean() == pytest.approx(0.0, abs=4 * spread / 4000**0.5)
    assert drawn.std() == pytest.approx(spread, abs=4 * spread / 8000**0.5)


def test_a_bias_multiplies_the_reading_and_not_the_floor() -> None:
    scale = AssayScale(analyte="x", assay="a", unit="nmol/L", slope=2.0, floor=1.0, bias=1.5, cross={"y": 0.5})
    assert scale.observe({"x": 2.0, "y": 4.0}) == pytest.approx(1.5 * 2.0 * (2.0 + 2.0) + 1.0)


@pytest.mark.parametrize("wrong", [{"slope": 0.0}, {"bias": -1.0}, {"floor": -0.1}, {"cross": {"y": -1.0}}])
def test_impossible_numbers_are_refused(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"analyte": "x", "assay": "a", "unit": "nmol/L", "slope": 1.0, "floor": 0.0}
    with pytest.raises(InputError, match="is needed"):
        AssayScale(**(right | wrong))


def test_numbers_that_took_part_are_recorded() -> None:
    ledger = Ledger()
    assay_scale(P4, "elecsys", ledger=ledger)
    assert {number.key for number in ledger.numbers} >= {"slope", "floor", "cross_5beta-dihydroprogesterone"}
    assert "krasowski2014" in ledger.sources
    assert {number.key for number in ledger.assumed} == {"slope", "floor"}


def test_every_observed_row_with_an_assay_has_a_scale_for_its_analyte() -> None:
    rows = [row for card in library().cards("observations") for row in card.rows if row.assay and row.analyte]
    assert len(rows) > 40
    for row in rows:
        assert assay_scale(row.analyte, row.assay, row.study).slope > 0


def test_molar_cross_reactions_name_known_analytes() -> None:
    for assay, analyte in SCALES:
        for other in assay_scale(analyte, assay).cross:
            assert ("compounds", other) in library().files


def test_an_assay_says_what_it_reads() -> None:
    assert set(read_by("elisa")) == {ALLO, P4}
    assert read_by("elisa[allopregnanolone-five-fold]") == (ALLO,)
    with pytest.raises(UnknownNameError, match="Did you mean 'allopregnanolone'"):
        read_by("elisa[allopregnanolon]")


@pytest.mark.parametrize("assay", ["elisa", "immunoassay", "radioimmunoassay"])
def test_the_ends_of_an_assumed_slope_are_variants(assay: str) -> None:
    """What no comparison says stands as a range: mass spectrometry at one end, five-fold at the other."""
    low, middle, high = (
        assay_scale(ALLO, f"{assay}{variant}").slope
        for variant in ("[allopregnanolone-as-mass-spectrometry]", "", "[allopregnanolone-five-fold]")
    )
    assert low == 1.0 < middle < high
