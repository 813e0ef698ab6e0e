"""Chosen outputs instead of all states, in memory of the caller's, and block by block."""

from dataclasses import dataclass
from typing import final

import numpy as np
import pytest

from neurosteroid.engine import AbstractPart, Need, Value, maths, wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.blocks import solve_in_blocks
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.engine.solvers.exact import solve_exact
from neurosteroid.engine.timeline import build_timelines
from neurosteroid.errors import InputError, SolverError, UnknownNameError
from tests.engine.doubles import RATES, Oral
from tests.engine.native_parts import WEIGHT, Compartments, Level, Tank, saturating
from tests.engine.test_exact import FIVE_RATES, women

TIMES = np.linspace(0.0, 72.0, 145)


def infusion(scale):
    return [Record(start, 1, "central", scale * rate * hours, duration=hours) for start, rate, hours in FIVE_RATES]


def test_a_chosen_output_is_what_all_states_give():
    system, table, _, scale = women(43)
    given = {"parameters": table, "output_times": TIMES}
    whole = solve(system, infusion(scale), **given)
    chosen = solve(system, infusion(scale), **given, outputs=["plasma", "peripheral"])
    assert chosen.states.shape == (43, 145, 0)
    wanted = whole.outputs(["plasma", "peripheral"])
    np.testing.assert_array_equal(chosen.outputs(["peripheral"])["peripheral"], wanted["peripheral"])
    # one division, done as a product with the reciprocal
    np.testing.assert_allclose(chosen.outputs(["plasma"])["plasma"], wanted["plasma"], rtol=1e-15)
    np.testing.assert_array_equal(chosen.rates, whole.rates)
    plain = solve_exact(system, whole.timeline, table, outputs=["plasma", "peripheral"], compiled=False)
    np.testing.assert_allclose(plain.outputs(["plasma"])["plasma"], wanted["plasma"], rtol=1e-11, atol=1e-12)


@final
@dataclass(frozen=True, kw_only=True)
class Ratio(AbstractPart):
    """The square root of the central amount over the weight: neither linear nor free of covariates."""

    needs = (Need("amount", "central", "nmol"), Need("weight", "person.weight", "kg"))
    gives = (Value("ratio", "ratio", "nmol**0.5/kg"),)

    def values(self, t, state, given):
        return {"ratio": maths.sqrt(given["amount"]) / given["weight"]}


def test_outputs_may_be_curved_and_show_the_covariates_in_force_in_every_row():
    system = wire({"body": Compartments(**RATES), "ratio": Ratio()}, [WEIGHT])
    assert system.linear
    records = [Record(0.0, 1, "central", 9.0), Record(5.0, 2, covariates={"person.weight": 90.0}), Record(50.0, 0)]
    given = {"parameters": system.parameters(9), "output_times": TIMES, "covariate_rule": "locf"}
    given["covariates"] = np.linspace(50.0, 70.0, 9)[:, None]
    wanted = solve(system, records, **given).outputs(["ratio"])["ratio"]
    for schedules in (records, [list(records) for _ in range(9)]):
        found = solve(system, schedules, **given, outputs=["ratio"]).outputs(["ratio"])["ratio"]
        np.testing.assert_allclose(found, wanted, rtol=1e-14)


@pytest.mark.parametrize("method", ["rosenbrock", "reference"])
def test_systems_that_are_not_linear_keep_chosen_outputs_too(method):
    system = saturating()
    given = {"parameters": system.parameters(2), "covariates": np.full((2, 1), 70.0), "output_times": TIMES[:20]}
    whole = solve(system, [Record(1.0, 1, "tank", 5.0)], **given, method=method)
    chosen = solve(system, [Record(1.0, 1, "tank", 5.0)], **given, method=method, outputs=["level.tank"])
    np.testing.assert_array_equal(
        chosen.outputs(["level.tank"])["level.tank"], whole.outputs(["level.tank"])["level.tank"]
    )
    assert chosen.states.size == 0


def test_a_name_that_was_not_kept_is_refused():
    system, table, _, scale = women(2)
    solution = solve(system, infusion(scale), parameters=table, output_times=TIMES, outputs=["plasma"])
    with pytest.raises(SolverError, match=r"'central' was not kept, only plasma"):
        solution.outputs(["central"])
    with pytest.raises(UnknownNameError, match="Did you mean 'plasma'"):
        solution.outputs(["plasm"])
    with pytest.raises(UnknownNameError, match="Did you mean 'plasma'"):
        solve(system, infusion(scale), parameters=table, output_times=TIMES, outputs=["plasm"])
    with pytest.raises(InputError, match="outputs is empty"):
        solve(system, infusion(scale), parameters=table, output_times=TIMES, outputs=[])


def test_a_failed_person_has_no_values_from_her_failure_on():
    system, table, _, scale = women(12)
    table[7, system.parameter_names.index("body.clearance")] = -1e5
    solution = solve(system, infusion(scale), parameters=table, output_times=TIMES, outputs=["plasma"])
    (failure,) = solution.failures
    assert failure.person == 7
    values = solution.outputs(["plasma"])["plasma"]
    np.testing.assert_array_equal(np.isnan(values[7]), failure.time <= TIMES)
    assert np.isfinite(np.delete(values, 7, axis=0)).all()


def test_memory_of_the_callers_is_used():
    system, table, _, scale = women(9)
    given = {"parameters": table, "output_times": TIMES, "outputs": ["plasma"]}
    buffer = np.full(9 * 152 + 8, -1.0)
    found = solve(system, infusion(scale), **given, buffer=buffer).outputs(["plasma"])["plasma"]
    assert np.shares_memory(found, buffer)
    np.testing.assert_array_equal(found, solve(system, infusion(scale), **given).outputs(["plasma"])["plasma"])
    with pytest.raises(InputError, match=r"the buffer has 1375 numbers; 1376 numbers"):
        solve(system, infusion(scale), **given, buffer=buffer[1:])
    with pytest.raises(InputError, match="float32"):
        solve(system, infusion(scale), **given, buffer=buffer.astype(np.float32))


@pytest.mark.parametrize("outputs", [None, ["plasma"]])
@pytest.mark.parametrize("own", [False, True])
def test_blocks_give_the_same_numbers(own, outputs):
    system, table, _, scale = women(50)
    given = {"parameters": table, "output_times": TIMES, "outputs": outputs}
    schedules = [infusion(float(one)) for one in scale] if own else infusion(scale)
    whole = solve(system, schedules, **given)
    seen, memory = [], []
    for people, solution in solve_in_blocks(system, schedules, **given, block=16):
        seen.append(people)
        shown = solution.states if outputs is None else solution.outputs(outputs)["plasma"]
        wanted = whole.states if outputs is None else whole.outputs(outputs)["plasma"]
        np.testing.assert_array_equal(shown, wanted[people])
        np.testing.assert_array_equal(solution.times, whole.times[people])
        memory.append(shown.ctypes.data)
    assert seen == [slice(0, 16), slice(16, 32), slice(32, 48), slice(48, 50)]
    assert len(set(memory)) == 1


def test_blocks_with_steady_states_and_own_output_times():
    system = Oral()
    rng = np.random.default_rng(4)
    table, weights = system.parameters(10, k=rng.uniform(0.1, 0.5, 10)), rng.uniform(50, 90, (10, 1))
    records = [Record(0.0, 1, "central", rng.uniform(1, 9, 10), interval=8.0, steady_state=1, additional=2)]
    for times in (TIMES, np.sort(rng.uniform(0, 50, (10, 7)), axis=1)):
        whole = solve(system, records, parameters=table, covariates=weights, output_times=times)
        given = {"parameters": table, "covariates": weights, "output_times": times}
        if times.ndim == 2:
            schedules = [
                [Record(0.0, 1, "central", float(a), interval=8.0, steady_state=1, additional=2)]
                for a in np.asarray(records[0].amount)
            ]
        else:
            schedules = records
        for people, solution in solve_in_blocks(system, schedules, **given, block=3):
            np.testing.assert_array_equal(solution.states, whole.states[people])


def test_a_failure_in_a_block_is_numbered_in_the_block():
    system, table, _, scale = women(10)
    table[7, 0] = np.nan
    found = [
        (people.start, [failure.person for failure in solution.failures])
        for people, solution in solve_in_blocks(
            system, infusion(scale), parameters=table, output_times=TIMES, block=4, outputs=["plasma"]
        )
    ]
    assert found == [(0, []), (4, [3]), (8, [])]


def test_a_block_of_nobody_is_refused():
    system, table, _, scale = women(2)
    with pytest.raises(InputError, match="block is 0"):
        next(solve_in_blocks(system, infusion(scale), parameters=table, output_times=TIMES, block=0))
    with pytest.raises(InputError, match="3 schedules for 2 people"):
        next(solve_in_blocks(system, [[], [], []], parameters=table, output_times=TIMES))


def test_blocks_of_systems_that_are_not_linear():
    system = wire({"tank": Tank(rate=0.5, start=10.0), "level.tank": Level(volume=2.0)}, [WEIGHT])
    assert system.linear
    curved = saturating()
    for model in (system, curved):
        given = {"parameters": model.parameters(5), "covariates": np.full((5, 1), 70.0), "output_times": TIMES[:9]}
        whole = solve(model, **given, outputs=["level.tank"]).outputs(["level.tank"])["level.tank"]
        for people, solution in solve_in_blocks(model, **given, outputs=["level.tank"], block=2):
            np.testing.assert_array_equal(solution.outputs(["level.tank"])["level.tank"], whole[people])


def test_a_timeline_that_people_share_is_held_once():
    system, table, _, scale = women(1000)
    timeline = build_timelines(system, infusion(scale), table, np.zeros((1000, 0)), TIMES)
    for name in ("times", "level", "dose", "reset", "steady", "epoch", "row_step", "row_epoch"):
        assert getattr(timeline, name).strides[0] == 0, name
    # nothing, and five rates
    assert timeline.levels.shape == (1000, 6, 1)
    np.testing.assert_array_equal(timeline.rates[:, 1, 0], scale * 30.0)
