"""What is read from a course for each woman: areas across doses into a vein, and levels a rounding error below zero."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.evidence import Ledger
from neurosteroid.model import dose_times, output_times, simulate_many, with_times
from neurosteroid.model.body_course import simulate_bodies
from neurosteroid.studies import read_protocols
from neurosteroid.studies.conduct import task_of
from neurosteroid.studies.config import config_from_data
from neurosteroid.studies.metrics import Analyte, Measures, Scale, Window

DOSES = "100 ug/kg intravenously every 12 h x 4"


def metrics(step, protocol, **more):
    """Return metric to values of three women, read at output times of a step."""
    tables = {"name": "doses", "title": "Doses", "question": "How large are areas?"}
    tables |= {"population": {"card": "postpartum", "size": 3}, "protocols": [protocol]}
    config = config_from_data(tables | {"time": {"start": "08:00", "until": "60 h", "step": step}} | more)
    task = task_of(config, read_protocols(config))
    women = task.population.draw(task.assembly, Ledger(), range(3), task.joined)
    (plan,), (measure,) = task.protocols, task.measures(task.assembly)
    if task.joined is None:
        courses = simulate_many(task.assembly, plan, women.weight, task.times, parameters=women.parameters)
    else:
        outcomes = task.assembly if task.calibrated else None
        courses = simulate_bodies(
            task.joined, outcomes, plan, women.weight, task.times, parameters=women.parameters, clock=8.0
        )
    found = measure.compute(courses.times, courses.values, courses.points)
    return dict(zip([metric.name for metric in measure.metrics], found, strict=True))


@pytest.mark.parametrize("states", [{}, {"states": [{"kind": "postpartum", "day": 21}]}], ids=["drug", "body"])
def test_the_area_before_a_dose_into_a_vein_is_that_before_its_rise(states):
    coarse, fine = (metrics(step, {"name": "doses", "sentence": DOSES}, **states) for step in ("1 h", "5 min"))
    # logarithmic pieces of an hour above a fall by distribution; read to the value after each dose, areas are a third
    # too large
    np.testing.assert_allclose(coarse["auc_treatment"], fine["auc_treatment"], rtol=0.05)
    np.testing.assert_allclose(coarse["c_max"], fine["c_max"], rtol=1e-9)


def test_points_stand_just_before_each_dose_but_the_first_and_courses_keep_their_times():
    assembly, plan, weights = ns.model.assemble(), ns.Protocol.parse(DOSES), np.array([60.0, 80.0])
    times = with_times(output_times("60 h", "5 h"), dose_times(plan))
    courses = simulate_many(assembly, plan, weights, times)
    assert courses.values["plasma.allopregnanolone"].shape == (2, len(times))
    np.testing.assert_allclose(courses.points.time, [12.0, 24.0, 36.0] * 2, atol=2e-8)
    assert courses.points.person.tolist() == [0, 0, 0, 1, 1, 1]
    assert not np.isin(courses.points.time, times).any()
    at_dose = courses.values["plasma.allopregnanolone"][:, np.searchsorted(times, [12.0, 24.0, 36.0])]
    assert np.all(courses.points.values["plasma.allopregnanolone"] < 0.5 * at_dose.ravel())
    # a course is not read otherwise for it
    whole = simulate_many(assembly, ns.Protocol.parse("100 ug/kg over 1 h"), weights, times)
    assert whole.points is None


def test_a_concentration_a_rounding_error_below_zero_is_counted_as_zero():
    times, plasma = np.linspace(0.0, 4.0, 5), np.array([[0.0, 10.0, 5.0, -1e-14, 1e-15]])
    counted = Analyte("allopregnanolone", "ng/mL", 1.0)
    window = Window("low", 0.0, 5.0)
    measures = Measures(counted, Scale(0.5, 7.0), 4.0, 4.0, window, counted, outcomes=False)
    found = measures.compute(times, {"plasma.allopregnanolone": plasma})
    same = measures.compute(times, {"plasma.allopregnanolone": np.maximum(plasma, 0.0)})
    np.testing.assert_array_equal(found, same)
    assert found[0][0] == 10.0


def test_what_the_body_makes_too_has_no_half_life():
    women = ns.population("postpartum", size=2, seed=3)
    ask = {"until": "5 day", "step": "6 h"}
    plain = ns.study(women, ["brexanolone-label"], **ask)
    with_cycle = ns.study(women, ["brexanolone-label"], states=[ns.MenstrualCycle(day=1)], **ask)
    gone = {"half_life", "auc_infinity"}
    assert gone <= set(plain.summary["metric"])
    assert not gone & set(with_cycle.summary["metric"])
    assert {"c_max", "auc_treatment"} <= set(with_cycle.summary["metric"])
