"""Compiled C, numba and SciPy agree on every model of the library and on random systems, or say that they cannot.

The promise: within 50 times the relative tolerance of each state's maximum, for each person.
"""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from neurosteroid.dosing import protocol
from neurosteroid.engine import Record, Tolerances, confirm, solve, wire
from neurosteroid.engine.solvers.convergence import PROMISE
from neurosteroid.errors import InputError
from neurosteroid.evidence import library
from neurosteroid.model import ModelChoice
from neurosteroid.model.assembly import assemble
from tests.engine.judges import errors, judge, tolerances
from tests.engine.native_parts import Oscillator, compartments, weights
from tests.engine.random_systems import END, Binding, Exchange, Feedback, Pool, Saturable, people, schedules, systems
from tests.engine.test_rosenbrock import MODELS, spread

TOLERANCES = (1e-4, 1e-6, 1e-8)


def courses(system, records, given):
    """Return every person's course (P, R, n) by the judge."""
    parameters = given["parameters"]
    others = {name: value for name, value in given.items() if name != "parameters"}
    found = [judge(system, records, parameters[[person]], **others) for person in range(len(parameters))]
    assert all(states is not None for states, _ in found), found
    return np.concatenate([states for states, _ in found])


def library_models():
    """Every variant of the cards that the model is made of, one card at a time, and all kinetics with all links."""
    cards = {
        "pharmacokinetics": "brexanolone",
        "brain_link": "brain-link",
        "gamma_receptor": "a1b2g2",
        "delta_receptor": "a4b2d",
        "mood": "hamd17",
        "sedation": "sedation",
    }
    variants = {field: [name for name in library().card(card).variants if name] for field, card in cards.items()}
    both = itertools.product(variants.pop("pharmacokinetics"), variants.pop("brain_link"))
    choices = [{"pharmacokinetics": kinetics, "brain_link": link} for kinetics, link in both]
    choices += [{field: name} for field, names in variants.items() for name in names]
    # The receptors and outcomes only read the states; two sets of equations stand for all in the quick tests.
    quick = ({"pharmacokinetics": "population", "brain_link": "unbound"}, {"mood": "half-effect-30"})
    return [pytest.param(choice, marks=() if choice in quick else pytest.mark.slow) for choice in choices]


@pytest.mark.parametrize("choice", library_models(), ids=lambda choice: "-".join(choice.values()))
def test_every_model_of_the_library(choice):
    assembly = assemble(ModelChoice(**choice), accounts=True)
    system, rng = assembly.system, np.random.default_rng(3)
    mass = rng.uniform(45.0, 110.0, 3)
    plan = protocol("brexanolone-label")
    given = {
        "parameters": system.parameters(3) * rng.uniform(0.9, 1.1, (3, len(system.parameter_names))),
        "covariates": mass[:, None],
        "output_times": np.linspace(0.0, 96.0, 49),
        "start": 0.0,
    }
    records = plan.records(mass, assembly.molar_mass, {"intravenous": assembly.dose_state})
    # All are linear, so there is an exact solution.
    exact = solve(system, records, **given, method="exact").require_complete()
    worst = []
    for relative in TOLERANCES:
        for method in ("rosenbrock", "numba", "reference"):
            found = solve(system, records, **given, method=method, tolerances=tolerances(relative)).require_complete()
            assert found.method.startswith("reference" if method == "reference" else "rosenbrock")
            error = errors(found.states, exact.states)
            assert (error <= PROMISE * relative).all(), (method, relative, error.max())
            if method == "rosenbrock":
                worst.append(error.max())
    assert worst[0] > 10.0 * worst[1] > 100.0 * worst[2]


UNIVERSAL = {
    "a": Pool(start=100.0, loss=0.1, name="a"),
    "b": Pool(start=0.0, loss=0.1, name="b"),
    "c": Pool(start=1.0, loss=0.1, name="c"),
    "fast": Exchange(there=10.0, back=10.0, first="a", second="b"),
    "enzyme": Saturable(most=10.0, half=1.0, first="b", second="c"),
    "feedback": Feedback(rate=1.0, half=1.0, hill=2.0, first="c", second="a"),
    "binding": Binding(on=0.01, first="a", second="c"),
}
POWERS = {"loss": (-4, 2), "there": (-3, 5), "back": (-3, 5), "most": (-1, 3), "half": (-2, 2), "on": (-4, 2)}
"""Powers of ten between which the parameters of one system are drawn."""


@st.composite
def universal(draw):
    """Return one system with parameters of two people, and records."""
    system = wire(UNIVERSAL)
    table = system.parameters(2)
    for column, name in enumerate(system.parameter_names):
        powers = POWERS.get(name.partition(".")[2])
        if powers is not None:
            table[:, column] = 10.0 ** np.array(draw(st.lists(st.floats(*powers), min_size=2, max_size=2)))
    return system, table, draw(schedules(system))


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(universal())
def test_one_system_with_random_numbers_and_events(drawn):
    system, parameters, records = drawn
    agree(system, records, parameters, ("rosenbrock", "numba"))


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_systems_by_compiled_code(data):
    system = data.draw(systems())
    agree(system, data.draw(schedules(system)), people(system, 2), ("rosenbrock",))


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_many_random_systems_by_compiled_code(data):
    system = data.draw(systems(7))
    agree(system, data.draw(schedules(system)), people(system, 2), ("rosenbrock",))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_systems_by_numba(data):
    system = data.draw(systems())
    agree(system, data.draw(schedules(system)), people(system, 2), ("rosenbrock", "numba"))


def agree(system, records, parameters, methods):
    """Require each person's agreement with the judge at each tolerance.

    Of people whose courses multiply errors, or about whom nobody can tell, a word is required of both solvers.
    """
    given = {"output_times": np.linspace(0.0, END, 25), "start": 0.0}
    right = []
    for person in range(len(parameters)):
        states, how = judge(system, records, parameters[[person]], **given)
        event(f"judged by {how.partition(' until')[0].partition(' beyond')[0]}")
        right.append(states)
    given["parameters"] = parameters
    for method, relative in itertools.product(methods, TOLERANCES):
        found = solve(system, records, **given, method=method, tolerances=tolerances(relative))
        unfinished, doubtful = unfinished_people(found), set()
        for person, states in enumerate(right):
            if states is None:
                doubtful.add(person)
                continue
            assert person not in unfinished, (method, relative, found.failures)
            if (errors(found.states[[person]], states) > PROMISE * relative).any():
                doubtful.add(person)
        if doubtful:
            event("reported by all solvers")
            coarse = solve(system, records, **given, method="reference", tolerances=tolerances(relative))
            for solution in (found, coarse):
                doubts = {doubt.person for doubt in confirm(solution)[1]}
                assert doubts | unfinished_people(solution) >= doubtful, (method, relative)


def unfinished_people(solution):
    """Return who did not finish; each has a time and a reason."""
    assert all(np.isfinite(failure.time) and failure.reason for failure in solution.failures)
    return {failure.person for failure in solution.failures}


@pytest.mark.parametrize("relative", [1e-4, 1e-6])
@pytest.mark.parametrize("method", ["rosenbrock", "numba", "reference"])
def test_all_report_a_course_that_multiplies_errors(method, relative):
    # A stiff oscillator: each jump comes at a moment that carries the errors of all moments before; a millionth of a
    # parameter is 4000 millionths of x at the end. Who begins at rest stays there.
    system = MODELS["stiff"][0]
    given = {"parameters": spread(system, 2), "output_times": np.linspace(0.0, 400.0, 201), "method": method}
    given["parameters"][0, system.parameter_names.index("oscillator.place")] = 0.0
    solution = solve(system, [], **given, start=0.0, tolerances=tolerances(relative))
    closer, doubts = confirm(solution)
    assert [doubt.person for doubt in doubts] == [1]
    assert doubts[0].moved > PROMISE * relative
    (note,) = closer.notes
    assert note.startswith(f"Person 1: '{doubts[0].state}' moved by ")
    assert "Her equations multiply errors" in note
    assert closer.tolerances["relative"] == pytest.approx(0.1 * relative)


def test_a_course_that_holds_is_confirmed():
    system, records, covariates = MODELS["saturating"]
    given = {"parameters": spread(system, 4), "covariates": covariates[:4], "output_times": np.linspace(0.0, 40.0, 41)}
    closer, doubts = confirm(solve(system, records, **given, method="rosenbrock", tolerances=tolerances(1e-6)))
    assert (doubts, closer.notes) == ((), ())


def test_an_exact_solution_needs_no_confirming():
    system = compartments()
    solution = solve(system, parameters=system.parameters(1), covariates=weights(1), output_times=[0.0, 1.0])
    with pytest.raises(InputError, match="'exact' has no tolerances"):
        confirm(solution)


@pytest.mark.parametrize("relative", [1e-2, *TOLERANCES])
@pytest.mark.parametrize("method", ["rosenbrock", "numba", "reference"])
def test_a_state_that_cannot_be_negative_does_not_run_away(method, relative):
    # Behind half = -0.05 of its amount the enzyme makes its substrate: a step that jumps there never comes back.
    system = wire(
        {
            "a": Pool(start=100.0, loss=0.08, name="a"),
            "d": Pool(start=1.0, loss=1.0, name="d"),
            "enzyme": Saturable(most=610.0, half=0.05, first="a", second="d"),
        }
    )
    records = [Record(2.8, 1, "a", 300.0, duration=0.05, interval=0.03, additional=57)]
    given = {"parameters": people(system, 3), "output_times": np.linspace(0.0, END, 49), "start": 0.0}
    right = courses(system, records, given)
    found = solve(system, records, **given, method=method, tolerances=tolerances(relative)).require_complete()
    assert (errors(found.states, right) <= PROMISE * relative).all()


@pytest.mark.parametrize("relative", TOLERANCES)
@pytest.mark.parametrize("method", ["rosenbrock", "numba"])
def test_a_state_that_ends_where_its_powers_end_does_not_stop_a_course(method, relative):
    # The enzyme empties f at 26000 per h; below zero, (f / 2.4)^5.26 is no number.
    enzyme = Saturable(most=826.0, half=0.0316, first="f", second="b")
    feedback = Feedback(rate=78.8, half=2.43, hill=5.26, first="f", second="b")
    pools = {"f": Pool(start=100.0, loss=0.1, name="f"), "b": Pool(start=1.0, loss=1.0, name="b")}
    system = wire({**pools, "enzyme": enzyme, "feedback": feedback})
    given = {"parameters": people(system, 3), "output_times": np.linspace(0.0, END, 49), "start": 0.0}
    right = courses(system, [], given)
    found = solve(system, [], **given, method=method, tolerances=tolerances(relative)).require_complete()
    assert (found.notes, found.states.min() >= -PROMISE * relative) == ((), True)
    assert (errors(found.states, right) <= PROMISE * relative).all()


@pytest.mark.parametrize("method", ["rosenbrock", "reference"])
def test_a_state_that_ran_away_below_zero_is_followed_again_with_its_sensitivities(method):
    system = wire(
        {
            "a": Pool(start=100.0, loss=0.08, name="a"),
            "d": Pool(start=1.0, loss=1.0, name="d"),
            "enzyme": Saturable(most=610.0, half=0.05, first="a", second="d"),
        }
    )
    records = [Record(2.8, 1, "a", 300.0, duration=0.05, interval=0.03, additional=57)]
    names = ["a.loss", "enzyme.most"]
    given = {"parameters": people(system, 3), "output_times": np.linspace(0.0, END, 49), "sensitivities": names}
    coarse = Tolerances(1e-2, 1e-2 if method == "reference" else 1e-4, sensitivities=False)
    found = solve(system, records, **given, start=0.0, method=method, tolerances=coarse).require_complete()
    tight = Tolerances(1e-11, 1e-13)
    right = solve(system, records, **given, start=0.0, method="reference", tolerances=tight).require_complete()
    assert found.notes
    # she is followed again at 1e-10; the plain walk left a at -1300 or lower, and sensitivities off by their own size
    assert found.states.min() > -1e-6
    assert (errors(found.states, right.states) <= PROMISE * 1e-10).all()
    largest = np.abs(right.sensitivities).max(axis=(0, 1))
    assert (np.abs(found.sensitivities - right.sensitivities).max(axis=(0, 1)) <= PROMISE * 1e-10 * largest).all()


@pytest.mark.parametrize("method", ["rosenbrock", "reference"])
def test_who_falls_below_zero_again_is_reported_with_sensitivities_too(method, monkeypatch):
    def always(*_: object) -> dict[int, tuple[float, str]]:
        return {1: (5.0, "a")}

    monkeypatch.setattr("neurosteroid.engine.solvers.reference.below_zero", always)
    system = wire({"a": Pool(start=100.0, loss=0.08, name="a"), "d": Pool(start=1.0, loss=1.0, name="d")})
    given = {"parameters": people(system, 3), "output_times": [0.0, 4.0, 5.0, 6.0], "sensitivities": ["a.loss"]}
    found = solve(system, [], **given, start=0.0, method=method)
    assert [(failure.person, failure.time) for failure in found.failures] == [(1, 5.0)]
    assert "'a' fell below zero" in found.failures[0].reason
    for kept in (found.states, found.sensitivities):
        assert np.isnan(kept[1, 2:]).all()
        assert np.isfinite(kept[1, :2]).all()
        assert np.isfinite(kept[[0, 2]]).all()


@pytest.mark.parametrize("method", ["rosenbrock", "reference"])
def test_two_states_that_run_away_below_zero_together_are_followed_again(method):
    # The enzyme takes b across zero; the exchange takes a with it, so each one's rate is negative at the other's value.
    system = wire(
        {
            "a": Pool(start=0.0, loss=0.08, name="a"),
            "b": Pool(start=100.0, loss=1e-4, name="b"),
            "c": Pool(start=1.0, loss=0.1, name="c"),
            "d": Pool(start=1.0, loss=1.0, name="d"),
            "binding": Binding(on=3.4781900280082003, first="c", second="d"),
            "enzyme": Saturable(most=33.925665302700445, half=0.0010234756978897011, first="b", second="d"),
            "feedback": Feedback(
                rate=2.100331667452355, half=0.6734350012031921, hill=2.333686458336655, first="c", second="d"
            ),
            "exchange": Exchange(there=1.0, back=0.1914997009149584, first="a", second="b"),
        }
    )
    given = {"parameters": people(system, 4), "output_times": np.linspace(0.0, END, 25), "start": 0.0}
    right = courses(system, [], given)
    found = solve(system, [], **given, method=method, tolerances=tolerances(1e-4)).require_complete()
    assert found.notes
    assert (errors(found.states, right) <= PROMISE * 1e-4).all()


def test_states_that_may_be_negative_are_left_alone():
    system = wire({"oscillator": Oscillator(stiffness=1.0)})
    solution = solve(
        system, parameters=system.parameters(1), output_times=np.linspace(0.0, 20.0, 41), tolerances=tolerances(1e-3)
    )
    assert solution.states.min() < -1.0
    assert (solution.notes, solution.failures) == ((), ())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"relative": 0.0}, "relative tolerance is 0.0; give a number from 1e-14 to 0.1"),
        ({"relative": -1e-6}, "relative tolerance is -1e-06"),
        ({"relative": float("nan")}, "relative tolerance is nan"),
        ({"relative": 0.5}, "relative tolerance is 0.5"),
        ({"absolute": 0.0}, "absolute tolerance is 0.0; give a positive number"),
        ({"absolute": float("inf")}, "absolute tolerance is inf"),
        ({"integrator": "RK45"}, "No integrator 'RK45'. Integrators: LSODA, Radau, BDF"),
    ],
)
def test_tolerances_that_mean_nothing_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        Tolerances(**options)


@pytest.mark.parametrize("method", ["auto", "exact", "rosenbrock", "numba", "reference"])
def test_no_threads_are_refused(method):
    system = compartments()
    given = {"parameters": system.parameters(1), "covariates": weights(1), "output_times": [0.0, 1.0]}
    with pytest.raises(InputError, match="threads is 0; give 1 or more"):
        solve(system, **given, method=method, threads=0)
