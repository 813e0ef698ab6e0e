"""The compiled propagation against NumPy, closed forms and its own laws; every dosing feature runs through it."""

import multiprocessing
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.engine import wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.engine.solvers.exact import solve_exact
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.engine.solvers.propagation import engine
from neurosteroid.engine.solvers.propagation.reading import read_system, states_tape
from neurosteroid.engine.solvers.propagation.sheet import new_sheet
from neurosteroid.engine.solvers.propagation.source import write_source
from neurosteroid.engine.solvers.propagation.steps import rounded_spans
from neurosteroid.engine.solvers.rosenbrock.compiling import load
from neurosteroid.engine.timeline import build_timelines
from tests.engine.event_cases import CASES
from tests.engine.native_parts import PROPERTIES, compartments
from tests.engine.test_events import EXACT, TIMES, expected
from tests.engine.test_exact import Chain

ROUNDING = 1e-12
"""Of the largest amount: compiled and NumPy propagators differ by rounding in each of some hundred steps."""

SYSTEM = compartments(PROPERTIES, production=0.4)


def parameters_of(properties, people=1, production=0.0):
    changes = {f"{state}-{name}.value": value for state in ("central", "depot") for name, value in properties.items()}
    neutral = {f"{state}-lag.value": 0.0 for state in ("central", "depot")}
    return SYSTEM.parameters(people, {**neutral, "body.production": production, **changes})


def everybody(seed=11):
    """All cases in one batch, with weights, rate constants and rows of their own; one changes weight on the way."""
    rng = np.random.default_rng(seed)
    table = np.concatenate([parameters_of(case.properties, production=0.4) for case in CASES.values()])
    table[:, :4] *= np.exp(0.3 * rng.standard_normal((len(CASES), 4)))
    schedules = [
        [*case.records, *(Record(60.0 + n, 0, covariates={"person.weight": 70.0 + 5.0 * n}) for n in range(index % 4))]
        for index, case in enumerate(CASES.values())
    ]
    return schedules, table, rng.uniform(45, 120, (len(CASES), 1))


def require_alike(found, wanted, tolerance=ROUNDING):
    np.testing.assert_array_equal(np.isnan(found.states), np.isnan(wanted.states))
    scale = np.nanmax(np.abs(wanted.states), axis=(1, 2), keepdims=True, initial=1e-300)
    assert np.nanmax(np.abs(found.states - wanted.states) / scale, initial=0.0) <= tolerance


@pytest.mark.parametrize("name", CASES)
def test_feature(name):
    case = CASES[name]
    table, weight = parameters_of(case.properties, 3), np.full((3, 1), 70.0)
    solution = solve(SYSTEM, case.records, parameters=table, covariates=weight, output_times=TIMES).require_complete()
    assert solution.notes == ()
    wanted = expected(case, TIMES)
    np.testing.assert_allclose(solution.states[1, :, :2], wanted, rtol=0.0, atol=EXACT * max(wanted.max(), 1.0))


def test_agrees_with_numpy_on_people_with_schedules_of_their_own():
    schedules, table, weights = everybody()
    timeline = build_timelines(SYSTEM, schedules, table, weights, TIMES)
    compiled = solve_exact(SYSTEM, timeline, table)
    require_alike(compiled, solve_exact(SYSTEM, timeline, table, compiled=False))
    assert compiled.failures == ()


def test_numbers_depend_neither_on_threads_nor_on_neighbours(monkeypatch):
    monkeypatch.setattr(engine, "WORTH_A_THREAD", 0)
    schedules, table, weights = everybody()
    given = {"parameters": table, "covariates": weights, "output_times": TIMES}
    together = solve(SYSTEM, schedules, **given, threads=3)
    np.testing.assert_array_equal(solve(SYSTEM, schedules, **given, threads=1).states, together.states)
    for person in range(len(table)):
        who = slice(person, person + 1)
        alone = solve(SYSTEM, schedules[person], parameters=table[who], covariates=weights[who], output_times=TIMES)
        real = together.mask[person]
        np.testing.assert_array_equal(together.states[person, real], alone.states[0])


@pytest.mark.parametrize("outputs", [None, ["central"], ["central", "central.lag", "depot"]])
def test_people_who_share_a_schedule_have_the_numbers_they_have_alone(outputs):
    rng = np.random.default_rng(2)
    table = parameters_of({}, 19, production=0.4) * np.exp(
        0.2 * rng.standard_normal((19, SYSTEM.parameter_defaults.size))
    )
    weights, amounts = rng.uniform(45, 120, (19, 1)), rng.uniform(50, 150, 19)

    def records(who):
        return [
            Record(0.0, 1, "central", amounts[who], duration=3.3),
            Record(2.0, 2, covariates={"person.weight": amounts[who] / 2}),
            Record(4.0, 1, "depot", amounts[who], interval=5.0, additional=3),
            Record(9.9, 0),
            Record(30.0, 3),
            Record(31.0, 1, "central", 20.0, rate=amounts[who]),
        ]

    table[:, [name.endswith(("lag.value", "bioavailability.value")) for name in SYSTEM.parameter_names]] = 0.7
    times = np.arange(0.0, 40.0, 0.1)
    given = {"output_times": times, "outputs": outputs}
    together = solve(SYSTEM, records(slice(None)), parameters=table, covariates=weights, **given)
    for person in range(19):
        who = slice(person, person + 1)
        alone = solve(SYSTEM, records(person), parameters=table[who], covariates=weights[who], **given)
        np.testing.assert_array_equal(together.states[person], alone.states[0])
        for name in outputs or ():
            np.testing.assert_array_equal(together.outputs([name])[name][person], alone.outputs([name])[name][0])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(monkeypatch):
    monkeypatch.setattr(engine, "WORTH_A_THREAD", 0)
    given = {"parameters": parameters_of({}, 21), "covariates": np.full((21, 1), 70.0), "output_times": TIMES}

    def run():
        return solve(SYSTEM, CASES["addl-infusion"].records, **given, threads=2).states

    wanted = run()
    child = multiprocessing.get_context("fork").Process(target=lambda: os._exit(0 if (run() == wanted).all() else 1))
    child.start()
    child.join(30.0)
    child.kill()
    assert child.exitcode == 0


def test_storing_past_the_caches_changes_nothing(monkeypatch):
    given = {"parameters": parameters_of({}, 21), "covariates": np.full((21, 1), 70.0), "output_times": TIMES}
    plain = solve(SYSTEM, CASES["addl-infusion"].records, **given)
    monkeypatch.setattr(engine, "STREAMED", 0)
    streamed = solve(SYSTEM, CASES["addl-infusion"].records, **given)
    np.testing.assert_array_equal(plain.states, streamed.states)


@pytest.mark.parametrize("lanes", [2, 4, 8])
def test_narrower_vectors_give_the_same_numbers(lanes):
    schedules, table, weights = everybody()
    traced = SYSTEM.traced
    sizes = (len(traced.states), len(traced.parameters), len(traced.covariates))
    text = write_source(read_system(traced.tape, traced.initial_tape, states_tape(sizes[0]), sizes))
    narrow = engine.propagator_from(load(text, (f"-DLANES={lanes}",)), sizes[0])
    assert narrow.library.lanes() == lanes
    for records, who in ((schedules, slice(None)), (schedules[4], slice(4, 5)), (schedules[5], slice(5, 20))):
        timeline = build_timelines(SYSTEM, records, table[who], weights[who], TIMES)
        wanted = solve_exact(SYSTEM, timeline, table[who])
        people, rows, states = wanted.states.shape
        doses = timeline.steady_doses
        if len(doses):
            timeline = replace(timeline, steady=np.full(timeline.times.shape, -1), steady_doses=doses)
        sheet = new_sheet(people, rows, states)
        settled = np.zeros((len(doses), states))
        narrow.walk(timeline, table[who], timeline.covariates, settled, SYSTEM.is_account, sheet)
        plain = np.flatnonzero(~np.isin(np.arange(people), doses.person))
        shown = timeline.mask[plain]
        np.testing.assert_array_equal(sheet.values(rows, states)[plain][shown], wanted.states[plain][shown])


@pytest.mark.skipif(shutil.which("clang") is None, reason="clang is not installed")
def test_another_compiler_gives_the_same_numbers_to_rounding(monkeypatch):
    schedules, table, weights = everybody()
    timeline = build_timelines(SYSTEM, schedules, table, weights, TIMES)
    ours = solve_exact(SYSTEM, timeline, table)
    monkeypatch.setenv("CC", "clang")
    # wired anew, so that it is compiled anew
    other = solve_exact(compartments(PROPERTIES, production=0.4), timeline, table)
    assert other.notes == ()
    require_alike(other, ours)


def test_without_a_compiler_numpy_does_the_work_and_says_so(monkeypatch, tmp_path):
    system = wire({"body": Chain(absorption=1.3, elimination=0.2)})
    given = {"parameters": system.parameters(2), "output_times": TIMES}
    records = [Record(0.0, 1, "depot", 100.0, interval=8.0, additional=3)]
    compiled = solve(system, records, **given)
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path))
    monkeypatch.setenv("CC", "a-compiler-nobody-has")
    monkeypatch.setattr(engine, "_PROPAGATORS", Kept())  # as in another process
    plain = solve(wire({"body": Chain(absorption=1.3, elimination=0.2)}), records, **given)
    (note,) = plain.notes
    assert "NumPy" in note
    assert "a-compiler-nobody-has" in note
    require_alike(compiled, plain)


EXTREMES = [0.0, 1e-300, 1e-12, 1e-3, 0.7, 0.7, 30.0, 1e4, 1e7]


def test_zero_slow_fast_and_equal_rates():
    system = wire({"body": Chain(absorption=0.7, elimination=0.7)})
    table = np.array([[ka, ke] for ka in EXTREMES for ke in EXTREMES])
    times = np.array([0.0, 1e-9, 1e-3, 0.5, 1.0, 1.5, 9.0, 48.0])
    solution = solve(system, [Record(0.0, 1, "depot", 100.0)], parameters=table, output_times=times).require_complete()
    ka, ke, t = table[:, :1], table[:, 1:], times[None]
    np.testing.assert_array_less(-1e-9, solution.states.min())
    # A relative error of 1e-16 times the largest rate and longest step, for each of the steps: see `exponential`.
    allowed = 100.0 * (1e-13 + 8 * 2.3e-16 * np.maximum(ka, ke) * 48.0)
    assert (np.abs(solution.states[:, :, 0] - 100.0 * np.exp(-ka * t)) <= allowed).all()
    apart = np.abs(ka - ke) > 1e-3 * np.maximum(ka, ke)
    with np.errstate(invalid="ignore", divide="ignore"):
        unequal = 100.0 * ka / (ke - ka) * (np.exp(-ka * t) - np.exp(-ke * t))
    wanted = np.where(apart, unequal, 100.0 * ka * t * np.exp(-ka * t))
    assert (np.abs(solution.states[:, :, 1] - wanted) <= allowed).all()


@pytest.mark.parametrize("shared", [True, False])
def test_people_who_fail_are_reported_and_the_others_go_on(shared):
    system = wire({"body": Chain(absorption=0.7, elimination=0.2)})
    table = system.parameters(11)
    table[3, 0], table[5, 1], table[8, 1] = np.nan, -400.0, np.inf
    records = [Record(0.0, 1, "depot", 100.0, rate=20.0), Record(7.0, 3), Record(8.0, 1, "central", 10.0)]
    times = np.linspace(0.0, 12.0, 25)
    timeline = build_timelines(
        system, records if shared else [list(records) for _ in table], table, np.zeros((11, 0)), times
    )
    compiled, plain = (solve_exact(system, timeline, table, compiled=way) for way in (True, False))
    assert compiled.failures == plain.failures
    assert [(failure.person, failure.time) for failure in compiled.failures] == [(3, 0.0), (5, 2.0), (8, 0.0)]
    require_alike(compiled, plain)
    healthy = [0, 1, 2, 4, 6, 7, 9, 10]
    alone = solve(system, records, parameters=table[healthy], output_times=times)
    np.testing.assert_array_equal(compiled.states[healthy], alone.states)


def test_what_goes_wrong_before_a_reset_is_not_hidden_by_it():
    system = wire({"body": Chain(absorption=0.7, elimination=-400.0)})
    records = [Record(0.0, 1, "central", 100.0), Record(5.0, 3)]
    solution = solve(system, records, parameters=system.parameters(2), output_times=[0.0, 6.0])
    assert [(failure.person, failure.time) for failure in solution.failures] == [(0, 5.0), (1, 5.0)]
    assert np.isnan(solution.states[:, 1]).all()


def test_steps_meant_to_be_equal_have_few_lengths_that_add_up():
    system = wire({"body": Chain(absorption=0.7, elimination=0.2)})
    times = 0.1 * np.arange(2001)
    timeline = build_timelines(system, [], system.parameters(1), np.zeros((1, 0)), times)
    spans = rounded_spans(timeline)[0]
    assert len(np.unique(spans[spans > 0])) <= 3
    # half of the last place of 200 h for each time
    np.testing.assert_allclose(np.cumsum(spans), times, rtol=0.0, atol=2 * np.spacing(200.0))


amounts = st.floats(0.1, 1e3)
moments = st.floats(0.0, 40.0)
doses = st.one_of(
    st.builds(lambda t, a, s: Record(t, 1, s, a), moments, amounts, st.sampled_from(["depot", "central"])),
    st.builds(lambda t, a, d: Record(t, 1, "central", a, duration=d), moments, amounts, st.floats(0.01, 30.0)),
    st.builds(lambda t, a, r: Record(t, 1, "central", a, rate=r), moments, amounts, st.floats(1.0, 300.0)),
    st.builds(
        lambda t, a, i, n: Record(t, 1, "depot", a, interval=i, additional=n),
        *(moments, amounts, st.floats(0.5, 12.0), st.integers(0, 5)),
    ),
    st.builds(
        lambda t, a, i, s: Record(t, 1, "central", a, rate=a / 3.0, interval=i, steady_state=s),
        *(moments, amounts, st.floats(2.0, 12.0), st.sampled_from([1, 2])),
    ),
    st.builds(lambda t: Record(t, 3), moments),
    st.builds(lambda t: Record(t, 0), moments),
    st.builds(lambda t, w: Record(t, 2, covariates={"person.weight": w}), moments, st.floats(30.0, 150.0)),
)
schedules = st.lists(doses, max_size=8).map(lambda records: sorted(records, key=lambda record: record.time))


@settings(max_examples=40, deadline=None)
@given(st.lists(schedules, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_random_schedules_agree_with_numpy_and_with_each_alone(everyone, random):
    rng = np.random.default_rng(random.randrange(2**32))
    table = parameters_of({}, len(everyone), production=1.0)
    table[:, :4] *= np.exp(0.5 * rng.standard_normal((len(everyone), 4)))
    weights = rng.uniform(45, 120, (len(everyone), 1))
    times = np.sort(rng.uniform(0.0, 45.0, 12))
    timeline = build_timelines(SYSTEM, everyone, table, weights, times, start=0.0)
    together = solve_exact(SYSTEM, timeline, table)
    require_alike(together, solve_exact(SYSTEM, timeline, table, compiled=False))
    person = int(rng.integers(len(everyone)))
    who = slice(person, person + 1)
    alone = solve(
        SYSTEM, everyone[person], parameters=table[who], covariates=weights[who], output_times=times, start=0.0
    )
    np.testing.assert_array_equal(together.states[person, together.mask[person]], alone.states[0])
