"""Many people at once: each gets what she would get alone."""

import numpy as np
import pytest

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.engine.solvers.propagation import by_numpy
from neurosteroid.engine.timeline import build_timelines
from neurosteroid.errors import InputError
from tests.engine.doubles import Oral
from tests.engine.event_cases import CASES

TIMES = np.linspace(0, 48, 25)
PROPERTIES = ("bioavailability", "lag", "infusion_rate", "infusion_duration")


def everybody():
    """All cases in one batch, with dose properties, weights and rate constants of their own."""
    rng = np.random.default_rng(11)
    names = list(CASES)
    system = Oral(declared=PROPERTIES, production=0.4)
    parameters = system.parameters(len(names))
    parameters[:, :4] *= np.exp(0.3 * rng.standard_normal((len(names), 4)))
    for person, name in enumerate(names):
        for field, value in CASES[name].properties.items():
            parameters[person, system.parameter_names.index(field)] = value
    schedules = [
        [*CASES[name].records, *(Record(60.0 + n, 0) for n in range(index % 4))] for index, name in enumerate(names)
    ]
    return system, schedules, parameters, rng.uniform(45, 120, (len(names), 1))


def test_different_schedules_in_one_batch_equal_each_alone():
    system, schedules, parameters, weights = everybody()
    together = solve(system, schedules, parameters=parameters, covariates=weights, output_times=TIMES)
    assert together.mask.sum(axis=1).min() < together.mask.sum(axis=1).max()
    for person, records in enumerate(schedules):
        who = slice(person, person + 1)
        alone = solve(system, records, parameters=parameters[who], covariates=weights[who], output_times=TIMES)
        real = together.mask[person]
        assert np.isnan(together.states[person, ~real]).all()
        np.testing.assert_array_equal(together.times[person, real], alone.times[0])
        scale = np.abs(alone.states).max()
        np.testing.assert_allclose(together.states[person, real], alone.states[0], rtol=0, atol=1e-12 * scale)
        np.testing.assert_allclose(together.rates[person, real], alone.rates[0], rtol=1e-15)
        np.testing.assert_array_equal(together.timeline.row_record[person, real], alone.timeline.row_record[0])


def test_working_in_groups_changes_nothing(monkeypatch):
    system, schedules, parameters, weights = everybody()
    whole = solve(system, schedules, parameters=parameters, covariates=weights, output_times=TIMES)
    monkeypatch.setattr(by_numpy, "MEMORY", 1)
    one_by_one = solve(system, schedules, parameters=parameters, covariates=weights, output_times=TIMES)
    np.testing.assert_allclose(one_by_one.states, whole.states, rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("properties", [(), PROPERTIES])
def test_shared_schedule_with_arrays_equals_one_list_each(properties):
    rng = np.random.default_rng(3)
    people = 7
    system = Oral(declared=properties)
    parameters = system.parameters(people, lag=rng.uniform(0, 9, people), bioavailability=rng.uniform(0.3, 1.2, people))
    parameters[:3, system.parameter_names.index("lag")] = [0.0, 4.0, 8.0]
    weights = rng.uniform(45, 120, (people, 1))
    amount, rate, duration = rng.uniform(50, 150, people), rng.uniform(4, 30, people), rng.uniform(0.5, 12, people)

    def records(who):
        return [
            Record(0, 1, "central", amount[who], rate=rate[who], interval=4.0, steady_state=1, additional=2),
            Record(3, 0),
            Record(5, 1, "depot", amount[who], interval=6.0, steady_state=2),
            Record(9, 1, "central", amount[who], duration=duration[who], interval=3.0, additional=3),
            Record(14, 4, "depot", 20.0, interval=2.0, additional=2),
            Record(15, 0),
        ]

    shared = solve(system, records(slice(None)), parameters=parameters, covariates=weights, output_times=TIMES)
    each = [records(person) for person in range(people)]
    separate = solve(system, each, parameters=parameters, covariates=weights, output_times=TIMES)
    np.testing.assert_array_equal(shared.times, separate.times)
    np.testing.assert_allclose(shared.states, separate.states, rtol=1e-11, atol=1e-11)


def test_the_same_list_is_expanded_once():
    records = [Record(0, 1, "central", 100.0)]
    system = Oral()
    mixed = [records, [Record(1, 1, "central", 50.0)], records]
    timeline = build_timelines(system, mixed, system.parameters(3), np.full((3, 1), 70.0), [0.0, 2.0])
    np.testing.assert_array_equal(timeline.start, 0.0)
    np.testing.assert_array_equal(timeline.boluses.sum(axis=1)[:, 0], [100, 50, 100])


def test_each_person_may_have_her_own_output_times():
    system = Oral()
    times = np.array([[0.0, 1.0, 2.0], [0.0, 5.0, 5.5]])
    solution = solve(
        system,
        [Record(0, 1, "central", 100.0)],
        parameters=system.parameters(2),
        covariates=np.full((2, 1), 70.0),
        output_times=times,
    )
    np.testing.assert_array_equal(solution.times, times)
    for person in range(2):
        alone = solve(
            system,
            [Record(0, 1, "central", 100.0)],
            parameters=system.parameters(),
            covariates=np.full((1, 1), 70.0),
            output_times=times[person],
        )
        np.testing.assert_allclose(solution.states[person], alone.states[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schedules": [[], []]}, "2 schedules for 3 people"),
        ({"output_times": [1.0, 0.5]}, "must not decrease"),
        ({"output_times": [0.0, np.nan]}, "must be finite"),
        ({"output_times": np.zeros((2, 4))}, r"output times have shape \(2, 4\)"),
        ({"covariates": np.zeros((3, 2))}, r"\(3, 1\) is needed"),
        ({"parameters": np.zeros((3, 2))}, r"parameters have shape \(3, 2\)"),
        ({"start": 2.0, "output_times": [1.0]}, "start is 2 h"),
        ({"method": "magic"}, "No method 'magic'"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(changes, message):
    system = Oral()
    arguments = {"schedules": [], "parameters": system.parameters(3), "covariates": np.full((3, 1), 70.0)} | changes
    with pytest.raises(InputError, match=message):
        solve(system, arguments.pop("schedules"), **arguments)


def test_a_companion_on_a_longer_clock_changes_nothing():
    system = Oral()
    times = np.array([0.0, 1.04e-7, 2.0e-7, 2.93e-7])
    both = solve(
        system,
        [[Record(1e6, 1, "depot", 1.0)], [Record(0, 1, "depot", 1.0)]],
        parameters=system.parameters(2, ka=1e6),
        covariates=np.full((2, 1), 70.0),
        output_times=np.stack([1e6 + np.arange(4.0), times]),
    )
    # steps of 1e-7 h would be rounded by 1e-8 h on the other person's clock
    np.testing.assert_allclose(both.states[1, :, 0], np.exp(-1e6 * times), rtol=1e-12)
