import numpy as np
import pytest

from neurosteroid.engine import wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.evidence import library
from neurosteroid.studies.observed import verify_observed
from neurosteroid.studies.set_ups.progesterone import ALLO, P4, dosed_into, follow, model
from neurosteroid.studies.verification import verify

LINEAR = ("oral", "intramuscular", "subcutaneous")
VAGINAL = ("vaginal", "vaginal-capsule", "vaginal-gel", "vaginal-suppository")
ROUTES = (*LINEAR, *VAGINAL)
MISSED = {
    "rise_pregnanolone": "RIA baseline",
    "simon_oral_over_intramuscular": "share of the dose that is found unchanged",
    "maximum after 100 mg, four women": "fast release from oil",
    "mean maximum after 100 mg, four women": "excess of the assay",
    "capsule_postmenopausal_100_mg_t_max": "two studies of one capsule, threefold apart",
    "gel_half_life": "excluded by the label's own mean",
    "streuli_25_mg_c_max": "labels differ in the peak for its dose",
    "subcutaneous_25_mg_at_12_h": "a slow part of the release, or of progesterone",
    "subcutaneous_25_mg_trough": "a slow part of the release, or of progesterone",
    "mcauley_300_mg_range": "eight women of a study, farther apart than the label's",
    "utrogestan_200_mg_at_1_h": "another time of the peak",
    "levine_100_mg_auc_0_24": "an area of 1.6 times the peak, of the label 2.5 to 10 h",
    "capsule_200_mg_auc": "at odds with the label's own mean",
    "capsule_400_mg_auc": "at odds with the label's own mean",
    "crinone_study_45_mg_t_max_cv": "the same women after two doses, 78 and 29 %",
    "crinone_study_45_mg_half_life": "a slow part of the release, or of progesterone",
}
"""Published results that are missed; why stands with their claims."""
OBSERVED = ["progesterone-by-mouth", "progesterone-vaginal", "progesterone-injected"]


def test_published_exposure_comes_out_but_for_the_known_misses():
    results = [*verify(["progesterone-routes"]), *verify_observed(OBSERVED)]
    assert {result.name for result in results if result.passed is False} == set(MISSED)
    assert all(result.explained for result in results if result.passed is False)
    assert sum(result.role == "check" for result in results) >= 30


@pytest.mark.parametrize("route", LINEAR)
def test_exposure_is_proportional_to_dose(route):
    once, twice = follow(route, 50.0), follow(route, 100.0)
    for analyte in (P4, ALLO, "pregnanolone"):
        added = [course.plasma[analyte] - course.endogenous[analyte] for course in (once, twice)]
        np.testing.assert_allclose(added[1], 2.0 * added[0], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("route", VAGINAL)
def test_of_twice_the_dose_the_mucosa_takes_up_less_than_twice(route):
    added = [follow(route, dose, until=240.0) for dose in (0.001, 0.002, 100.0, 200.0, 400.0)]
    areas = [np.trapezoid(course.plasma[P4] - course.endogenous[P4], course.hours) for course in added]
    assert areas[1] / areas[0] == pytest.approx(2.0, rel=2e-3)  # far below the highest rate
    assert 1.0 < areas[4] / areas[3] < areas[3] / areas[2] < 2.0


def test_by_mouth_makes_many_times_the_allopregnanolone_of_other_routes():
    ratios = {}
    for route in ROUTES:
        course = follow(route, 100.0, until=240.0)
        ratios[route] = np.sum(course.plasma[ALLO] - course.endogenous[ALLO]) / np.sum(
            course.plasma[P4] - course.endogenous[P4]
        )
    assert ratios["oral"] / ratios["vaginal"] > 20.0
    # what reaches plasma unchanged is reduced as the ovary's own is
    assert ratios["vaginal"] == pytest.approx(0.038, rel=0.01)
    assert ratios["intramuscular"] == pytest.approx(0.038, rel=0.02)  # the slow depot is cut at 240 h


def test_metabolites_of_an_oral_dose_peak_after_it():
    course = follow("oral", 100.0)
    peaks = [course.hours[course.plasma[analyte].argmax()] for analyte in (P4, "5alpha-dihydroprogesterone", ALLO)]
    assert peaks[0] <= peaks[1] < peaks[2]
    assert 2.0 <= peaks[2] <= 6.0  # Arafat 1988: metabolites peak at 2 to 6 h


def test_the_whole_dose_is_accounted_for():
    from neurosteroid.engine import Covariate
    from neurosteroid.evidence import Ledger
    from neurosteroid.model.catalogue import part_from_card
    from neurosteroid.physiology.pathway import ACTIVITIES, pathway_parts
    from tests.physiology.pathway_double import COVARIATES, disposition, situation

    assert len(ACTIVITIES) + 3 == len(COVARIATES)
    for route in ROUTES:
        parts = pathway_parts(Ledger(), disposition())
        parts["depot"] = part_from_card(library().card("progesterone-routes"), route, Ledger(), route=route)
        if route == "intramuscular":
            parts["oil"] = part_from_card(
                library().card("progesterone-routes"), route, Ledger(), kind="oil-depot", route=route
            )
        system = wire(parts, [Covariate(item.name, item.unit) for item in COVARIATES], accounts=True)
        states = solve(
            system,
            [Record(1.0, 1, dosed_into(route), 1e5)],
            parameters=system.parameters(1),
            covariates=situation(only={"adrenal.drive": 0.0}),
            output_times=np.array([5.0, 24.0, 100.0]),  # the longest lag ends at 4.85 h,
        ).states[0]
        np.testing.assert_allclose(states.sum(axis=1), 1e5, rtol=1e-8)


def test_depots_keep_the_pathway_linear_but_for_the_mucosa():
    assert all(model(library(), route)[0].linear for route in LINEAR)
    assert not any(model(library(), route)[0].linear for route in VAGINAL)


def test_the_highest_uptake_is_one_for_all_forms():
    card = library().card("progesterone-routes")
    assert len({card.variant(form).numbers["highest_uptake"].to("nmol/h") for form in VAGINAL}) == 1


def test_a_form_has_its_own_peak_and_routes_are_compared_across():
    peaks = {form: follow(form, 100.0).plasma[P4].max() for form in ("vaginal", "vaginal-capsule", "vaginal-gel")}
    assert peaks["vaginal-capsule"] < peaks["vaginal"] < peaks["vaginal-gel"]
    twice = follow("subcutaneous", 25.0, 2, interval=12.0).plasma[P4]
    assert twice[0] > follow("subcutaneous", 25.0).plasma[P4][0]  # the first dose is there when the second comes
