"""A course on the scale of an assay: plasma that it reads, and nothing else."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError, UnknownNameError
from neurosteroid.observation.assay_scale import assay_scale, observe

ALLO, P4 = "plasma.allopregnanolone", "plasma.progesterone"


@pytest.fixture(scope="module")
def course():
    woman = ns.Person(weight="70 kg", states=[ns.MenstrualCycle(day=18)])
    return ns.simulate(woman, until="2 day", step="6 h")


def test_mass_spectrometry_reads_what_is_there(course):
    read = course.as_measured(assay="gas-chromatography-ms")
    assert read.values[ALLO] == pytest.approx(course.values[ALLO], rel=1e-12)


def test_an_immunoassay_reads_as_its_card_says_and_leaves_the_rest(course):
    read = course.as_measured(assay="elisa", analytes=["allopregnanolone"])
    slope = assay_scale("allopregnanolone", "elisa").slope
    assert read.values[ALLO] == pytest.approx(slope * course.values[ALLO], rel=1e-12)
    for name in set(course.values) - {ALLO}:
        assert read.values[name] is course.values[name]
    assert read.units == course.units
    assert len(read.ledger.numbers) > len(course.ledger.numbers)
    assert "elisa" in read.limits[-1]
    assert "elisa" not in "".join(course.limits)


def test_all_that_an_assay_reads_is_read(course):
    read = course.as_measured(assay="elecsys")
    names = ("progesterone", "5beta-dihydroprogesterone", "pregnanolone", "allopregnanolone")
    inside = {name: course.values[f"plasma.{name}"] for name in names}
    assert read.values[P4] == pytest.approx(observe(inside, "progesterone", "elecsys", unit=course.units[P4]))
    assert np.all(read.values[P4] > course.values[P4])


def test_the_bias_of_a_study_is_its_own(course):
    assay, only = "immunoassay-after-oral-progesterone", ["progesterone"]
    typical = course.as_measured(assay=assay, analytes=only).values[P4]
    label = course.as_measured(assay=assay, study="Prometrium label", analytes=only).values[P4]
    assert label / typical == pytest.approx(1.73 * np.ones_like(label))


def test_a_study_with_a_fitted_bias_reads_by_it_and_says_how_well_it_is_known(course):
    typical = course.as_measured(assay="RIA", analytes=["progesterone"])
    study = course.as_measured(assay="RIA", study="daily samples 1977", analytes=["progesterone"])
    scale = assay_scale("progesterone", "radioimmunoassay", "daily samples 1977")
    assert scale.bias_log_se > 0
    assert study.values[P4] / typical.values[P4] == pytest.approx(scale.bias * np.ones_like(study.values[P4]))
    low, high = scale.bias_interval()
    assert f"95 % {low:.2f} to {high:.2f}" in study.limits[-1]
    assert "95 % of studies read" in typical.limits[-1]


def test_the_bias_of_a_study_that_nobody_knows_is_drawn(course):
    typical, one, again, other = (course.as_measured(assay="elisa", seed=seed).values[ALLO] for seed in (None, 1, 1, 2))
    np.testing.assert_array_equal(one, again)
    spread = assay_scale("allopregnanolone", "elisa").bias_log_sd
    for drawn in (one, other):
        logs = np.log(drawn / typical)
        assert np.ptp(logs) < 1e-12
        assert 0 < abs(logs[0]) < 5 * spread
    assert one[0] != other[0]
    with pytest.raises(InputError, match="not both"):
        course.as_measured(assay="RIA", study="daily samples 1977", seed=1)


def test_a_predictive_interval_holds_the_biases_that_are_drawn():
    scale, generator = assay_scale("progesterone", "immunoassay"), np.random.default_rng(11)
    low, high = scale.interval({"progesterone": 10.0}, 0.9)
    floor = scale.observe({"progesterone": 0.0})
    drawn = np.array([scale.drawn(generator).observe({"progesterone": 10.0}) for _ in range(4000)])
    # binomial standard error of 0.9 in 4000, three of them
    assert np.mean((drawn > low) & (drawn < high)) == pytest.approx(0.9, abs=3 * (0.09 / 4000) ** 0.5)
    assert floor < low < high
    with pytest.raises(InputError, match="between 0 and 1"):
        scale.bias_interval(1.0)


def test_what_cannot_be_read_is_refused(course):
    with pytest.raises(UnknownNameError, match="Did you mean 'elisa'"):
        course.as_measured(assay="elissa")
    with pytest.raises(UnknownNameError, match="No analyte 'cortisol'"):
        course.as_measured(assay="elisa", analytes=["cortisol"])
    drug = ns.simulate(ns.Person(weight="70 kg"), ns.Protocol.parse("50 mg orally", compound="zuranolone"), until="6 h")
    with pytest.raises(InputError, match="the course holds zuranolone"):
        drug.as_measured(assay="elisa")


def test_a_course_is_read_once(course):
    with pytest.raises(InputError, match="read by an assay already"):
        course.as_measured(assay="elisa").as_measured(assay="elisa")


def test_analytes_are_a_list(course):
    with pytest.raises(InputError, match=r"a list of names, such as \['allopregnanolone'\]"):
        course.as_measured(assay="elisa", analytes="allopregnanolone")


@pytest.mark.parametrize(
    ("word", "card"),
    [
        ("RIA", "radioimmunoassay"),
        ("lcms", "liquid-chromatography-ms"),
        ("LC-MS/MS", "liquid-chromatography-ms"),
        ("ELISA", "elisa"),
        ("GC-MS", "gas-chromatography-ms"),
        ("EIA", "elisa"),
        ("CPB", "competitive-protein-binding"),
    ],
)
def test_an_assay_goes_by_other_names(course, word, card):
    only = ["progesterone"]
    found, named = (course.as_measured(assay=each, analytes=only) for each in (word, card))
    np.testing.assert_array_equal(found.values[P4], named.values[P4])
    assert f"'{card}'" in found.limits[-1]


@pytest.mark.parametrize(
    ("assay", "study", "message"),
    [
        ("elissa", None, "Did you mean 'elisa'"),
        ("elisa", "Levy", "has the bias of no study, only the typical one's"),
        ("immunoassay-after-oral-progesterone", "Prometrum label", "Did you mean 'prometrium-label'"),
    ],
)
def test_a_study_that_the_assay_does_not_know_is_not_taken_for_the_typical_one(course, assay, study, message):
    with pytest.raises(InputError, match=message):
        course.as_measured(assay=assay, study=study)
