"""The System: traced functions agree with the parts, linearity is seen, the cache gives the same system back."""

import subprocess
import sys
from dataclasses import dataclass
from typing import final

import numpy as np
import pytest

from neurosteroid.engine import (
    OUTSIDE,
    AbstractPart,
    Covariate,
    Flow,
    State,
    Value,
    cache,
    maths,
    parameter,
    solve,
    wire,
)
from neurosteroid.engine.solvers.kept import Kept
from neurosteroid.errors import UnknownNameError, WiringError
from tests.engine.parts import Level, Pipe, Ramp, Saturating, Tank

WEIGHT = Covariate("person.weight", "kg")


def chain(**options):
    parts = {
        "tank": Tank(rate=0.5, start=10.0),
        "pipe": Pipe(rate=0.25, target="basin"),
        "basin": Tank(rate=0.1, name="basin"),
        "level": Level(volume=2.0),
    }
    return wire(parts, [WEIGHT], **options)


def people(system, count=3):
    return system.parameters(count), np.full((count, 1), 70.0)


def test_flows_enter_both_ends_in_each_others_unit():
    system = chain()
    parameters, covariates = people(system)
    states = np.tile([10.0, 4.0], (3, 1))
    # tank: -0.5*10 - 0.25*10; basin: +0.25*10 - 0.1*4, whatever unit the pipe speaks
    expected = np.tile([-7.5, 2.1], (3, 1))
    assert np.allclose(system.derivative(0.0, states, parameters, covariates), expected, rtol=1e-13, atol=0)


def test_accounts_close_the_balance():
    system = chain(accounts=True)
    parameters, covariates = people(system)
    rates = system.derivative(0.0, np.array([[3.0, 5.0, 1.0]] * 3), parameters, covariates)
    assert system.state_names[-1] == "outside.nmol"
    assert system.is_account.tolist() == [False, False, True]
    assert np.allclose(rates.sum(axis=1), 0.0, atol=1e-14)


def test_linear_system_is_seen_and_its_matrix_is_the_derivative():
    system = chain()
    parameters, covariates = people(system)
    matrix, constant = system.matrix(parameters, covariates)
    states = np.random.default_rng(1).normal(size=(3, 2))
    expected = system.derivative(0.0, states, parameters, covariates)
    assert system.linear
    assert not system.time_dependent
    assert np.allclose(np.einsum("pij,pj->pi", matrix, states) + constant, expected, rtol=1e-13, atol=1e-13)


def test_nonlinear_system_is_seen_and_its_jacobian_is_the_slope():
    parts = {"tank": Tank(rate=0.5), "level": Level(volume=2.0), "signal": Saturating(speed=1.0, half=0.1)}
    system = wire(parts, [WEIGHT])
    parameters, covariates = people(system, 2)
    states = np.array([[10.0, 0.3], [1.0, 0.9]])
    assert not system.linear
    with pytest.raises(WiringError, match="not linear"):
        system.matrix(parameters, covariates)
    found = system.jacobian(0.0, states, parameters, covariates)
    for column in range(2):
        step = np.zeros_like(states)
        step[:, column] = 1e-6
        up = system.derivative(0.0, states + step, parameters, covariates)
        down = system.derivative(0.0, states - step, parameters, covariates)
        # central differences of step 1e-6: error about 1e-10
        assert np.allclose(found[:, :, column], (up - down) / 2e-6, atol=1e-8)


def test_time_in_a_value_leaves_the_states_linear():
    system = wire({"tank": Tank(rate=0.5), "ramp": Ramp(pace=2.0, top=0.5)})
    times = np.array([[0.0, 1.0, 10.0]])
    found = system.outputs(["ramp"], times, np.zeros((1, 3, 1)), system.parameters(1), np.zeros((1, 3, 0)))
    assert system.linear
    assert np.allclose(found["ramp"], [[0.0, 1 - np.exp(-0.5), 0.5]], atol=1e-15)


def test_outputs_convert_needs_and_have_the_shape_of_the_course():
    system = chain()
    parameters, covariates = people(system)
    states = np.ones((3, 4, 2)) * 14.0
    found = system.outputs(["level.tank", "basin"], np.zeros((3, 4)), states, parameters, np.full((3, 4, 1), 70.0))
    assert found["level.tank"].shape == (3, 4)
    assert np.allclose(found["level.tank"], 14.0 / 140.0, rtol=1e-14)
    assert np.all(found["basin"] == 14.0)
    assert system.units["level.tank"] == "nmol/L"
    del covariates


def test_initial_values_and_parameters_by_name():
    system = chain()
    table = system.parameters(2, {"tank.start": np.array([1.0, 2.0]), "basin.rate": 9.0})
    assert np.all(system.initial(table, np.ones((2, 1))) == [[1.0, 0.0], [2.0, 0.0]])
    with pytest.raises(UnknownNameError, match=r"Did you mean 'tank\.start'"):
        system.parameters(2, {"tank.strat": 1.0})
    with pytest.raises(UnknownNameError, match="No output 'levels"):
        system.output_index("levels.tank")


def test_order_of_parts_does_not_matter():
    parts = {"level": Level(volume=2.0), "tank": Tank(rate=0.5), "ramp": Ramp(pace=1.0)}
    there, back = (wire(dict(order), [WEIGHT]) for order in (parts.items(), reversed(parts.items())))
    shape = (np.zeros((1, 1)), np.ones((1, 1, 1)))
    for system in (there, back):
        found = system.outputs(["level.tank"], *shape, system.parameters(1), np.full((1, 1, 1), 70.0))
        assert found["level.tank"][0, 0] == pytest.approx(1.0 / 140.0, rel=1e-14)


@final
@dataclass(frozen=True, kw_only=True)
class Cistern(AbstractPart):
    """A tank held in umol: it starts full, doses come late, and it fills faster above a level of 5 umol."""

    full: float = parameter("nmol", "amount at time 0")
    late: float = parameter("min", "lag of doses")

    states = (State("amount", "cistern", "umol", initial="full"),)
    gives = (Value("late", "cistern.lag", "min"),)
    flows = (Flow("fill", "umol/h", OUTSIDE, "cistern"),)

    def values(self, t, state, given):
        return {"late": self.late}

    def rates(self, t, state, given):
        return {"fill": maths.where(maths.less(state["amount"], 5.0), 1.0, 2.0)}


def test_a_rate_that_jumps_at_a_level_is_not_linear():
    system = wire({"cistern": Cistern(full=4000.0, late=0.0)})
    assert not system.linear
    found = solve(system, parameters=system.parameters(1), output_times=[0.0, 1.0, 3.0])
    # 4 umol; 1 umol/h until 5 umol are reached after 1 h, then 2 umol/h
    assert np.allclose(found.states[0, :, 0], [4.0, 5.0, 9.0], rtol=1e-6)


def test_starting_values_and_dose_properties_may_have_units_of_their_own():
    system = wire({"cistern": Cistern(full=4000.0, late=30.0)})
    nothing = np.zeros((1, 0))
    assert system.initial(system.parameters(1), nothing)[0, 0] == pytest.approx(4.0, rel=1e-15)
    lag = system.dose_property("cistern", "lag", system.parameters(1), nothing)
    assert lag is not None
    assert lag[0] == pytest.approx(0.5, rel=1e-15)


@final
@dataclass(frozen=True, kw_only=True)
class Delay(AbstractPart):
    """A lag of a state that another part holds."""

    late: float = parameter("1", "lag of doses")
    name: str = "tank"

    gives = (Value("late", "{name}.lag", "1"),)

    def values(self, t, state, given):
        return {"late": self.late}


@pytest.mark.parametrize(
    ("name", "said"), [("tank", r"'tank\.lag' is given in 1; it must be in h"), ("tnak", "Did you mean 'tank'")]
)
def test_a_dose_property_of_another_kind_or_of_no_state_is_refused(name, said):
    with pytest.raises(WiringError, match=said):
        wire({"tank": Tank(rate=0.5), "delay": Delay(late=1.0, name=name)})


@final
@dataclass(frozen=True, kw_only=True)
class Misfit(AbstractPart):
    """A state that starts at a number of another kind."""

    full: float = parameter("h", "not an amount")

    states = (State("amount", "misfit", "nmol", initial="full"),)

    def rates(self, t, state, given):
        return {"amount": -state["amount"]}


def test_a_starting_value_of_another_kind_is_refused():
    with pytest.raises(WiringError, match=r"held in nmol but starts at 'misfit\.full' in h"):
        wire({"misfit": Misfit(full=1.0)})


def forget(monkeypatch):
    """What this process has traced is read anew from the folder, as by another process."""
    monkeypatch.setattr("neurosteroid.engine.system._TRACED", Kept())


def test_cache_gives_the_same_system_without_symbols(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path))
    first = chain()
    assert len(list(tmp_path.glob("*.json"))) == 1
    assert chain().traced is first.traced
    forget(monkeypatch)
    again = chain()
    assert again.traced is not first.traced
    assert again.traced == first.traced
    code = (
        "import sys; from tests.engine.test_system import chain; chain();"
        "print('sympy' in sys.modules, 'pint' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("damage", ["", "{", '{"states": 3}', "null"])
def test_a_damaged_cache_entry_is_traced_again(tmp_path, monkeypatch, damage):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path))
    first = chain()
    (entry,) = tmp_path.glob("*.json")
    entry.write_text(damage)
    forget(monkeypatch)
    assert chain().traced == first.traced


def test_a_cache_that_cannot_be_written_does_not_stop_anything(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(blocked / "inside"))
    assert chain().linear


def test_what_no_part_can_import_is_not_part_of_the_cache_key(tmp_path, monkeypatch):
    below = ("engine/one.py", "physiology/two.py", "units.py")
    above = ("cli/three.py", "reports/four.py", "studies/five.py")
    for name in (*below, *above):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.setattr(cache, "_PACKAGE", tmp_path)

    def digest():
        cache._own_source.cache_clear()
        return cache._own_source()

    def changed(name):
        before = digest()
        (tmp_path / name).write_text(f"{name} = 1")
        return digest() != before

    assert [changed(name) for name in below] == [True] * 3
    assert [changed(name) for name in above] == [False] * 3
    cache._own_source.cache_clear()


def test_settings_and_ports_are_part_of_the_cache_key():
    one = cache.key({"tank": Tank(rate=1.0)}, [], accounts=False)
    other_number = cache.key({"tank": Tank(rate=2.0)}, [], accounts=False)
    other_name = cache.key({"tank": Tank(rate=1.0, name="pot")}, [], accounts=False)
    assert one == other_number
    assert one != other_name


def test_a_class_made_in_a_function_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path))

    def leaking(share):
        @final
        @dataclass(frozen=True, kw_only=True)
        class Leak(AbstractPart):
            states = (State("amount", "leak", "nmol"),)

            def rates(self, t, state, given):
                return {"amount": -share * state["amount"]}

        return wire({"leak": Leak()})

    slopes = [leaking(share).jacobian(0.0, np.ones((1, 1)), *(np.zeros((1, 0)),) * 2)[0, 0, 0] for share in (0.5, 0.25)]
    assert slopes == [-0.5, -0.25]
    assert not list(tmp_path.iterdir())


def test_a_class_that_was_typed_in_is_not_kept():
    scope = {"__name__": "__main__"}
    lines = ["from tests.engine.parts import *", "@dataclass(frozen=True, kw_only=True)", "class Typed(AbstractPart):"]
    lines += ["    states = (State('amount', 'typed', 'nmol'),)", "    def rates(self, t, state, given):"]
    lines += ["        return {'amount': -state['amount']}"]
    exec(compile("\n".join(lines), "<stdin>", "exec"), scope)
    assert cache.key({"typed": scope["Typed"]()}, [], accounts=False) is None


def test_what_a_part_works_out_when_it_is_made_is_part_of_the_cache_key():
    first, second = Tank(rate=1.0), Tank(rate=1.0)
    object.__setattr__(second, "worked_out", 2.0)
    assert cache.key({"tank": first}, [], accounts=False) != cache.key({"tank": second}, [], accounts=False)


def test_equations_name_ports_and_do_not_inline_values():
    equations = dict(chain().equations)
    assert equations["level.tank"] == "1.0*tank/(level.volume*person.weight)"
    assert equations["d basin / dt"] == "-basin*basin.rate + 1.0*pipe.rate*tank"
