"""Wiring: names, units, givers and rings; every refusal names the place."""

from dataclasses import dataclass
from typing import final

import pytest

from neurosteroid.engine import AbstractPart, Covariate, Flow, Need, State, Value, parameter, wire
from neurosteroid.errors import WiringError
from tests.engine.parts import Level, Pipe, Tank

WEIGHT = Covariate("person.weight", "kg")


def test_a_missing_giver_is_named_with_close_matches():
    with pytest.raises(WiringError, match=r"part 'level' \(Level\).*No port 'tanc'.*Did you mean 'tank'"):
        wire({"tank": Tank(rate=1.0), "level": Level(volume=1.0, name="tanc")}, [WEIGHT])


def test_two_givers_are_refused():
    with pytest.raises(WiringError, match=r"'tank' has two givers: part 'one' and part 'two'"):
        wire({"one": Tank(rate=1.0), "two": Tank(rate=2.0)})


def test_a_covariate_counts_as_a_giver():
    with pytest.raises(WiringError, match="two givers: the covariates and part 'tank'"):
        wire({"tank": Tank(rate=1.0)}, [Covariate("tank", "nmol")])


def test_units_of_another_dimension_are_refused_with_both_units():
    with pytest.raises(WiringError, match=r"'person\.weight' is given in year but Level needs g"):
        wire({"tank": Tank(rate=1.0), "level": Level(volume=1.0)}, [Covariate("person.weight", "year")])


def test_a_flow_to_a_state_that_is_not_there_is_refused():
    with pytest.raises(WiringError, match=r"flow 'through' of part 'pipe'.*No state 'basin'"):
        wire({"tank": Tank(rate=1.0), "pipe": Pipe(rate=1.0)})


@final
@dataclass(frozen=True, kw_only=True)
class Echo(AbstractPart):
    """Gives back what it hears."""

    hears: str = "b"
    says: str = "a"

    needs = (Need("in", "{hears}", "1"),)
    gives = (Value("out", "{says}", "1"),)

    def values(self, t, state, given):
        return {"out": given["in"]}


def test_a_ring_of_values_is_named():
    with pytest.raises(WiringError, match=r"in a ring: '(one|two)' needs '(one|two)' needs '(one|two)'"):
        wire({"one": Echo(hears="b", says="a"), "two": Echo(hears="a", says="b")})


@final
@dataclass(frozen=True, kw_only=True)
class Forgetful(AbstractPart):
    """Declares a value and returns another."""

    gives = (Value("out", "out", "1"),)

    def values(self, t, state, given):
        return {"oat": 1.0}


def test_what_a_part_returns_must_be_what_it_declared():
    with pytest.raises(WiringError, match="missing out; not declared: oat"):
        wire({"part": Forgetful()})


@final
@dataclass(frozen=True, kw_only=True)
class Heavy(AbstractPart):
    """Flows mass out of an amount."""

    speed: float = parameter("1/h", "speed")
    states = (State("x", "x", "nmol"),)
    flows = (Flow("out", "ng/h", "x", "outside"),)

    def rates(self, t, state, given):
        return {"out": self.speed * state["x"]}


def test_a_flow_must_have_the_dimension_of_its_state():
    with pytest.raises(WiringError, match=r"'x' is held in nmol, so the flow must be in nmol/h, not ng/h"):
        wire({"heavy": Heavy(speed=1.0)})


@final
@dataclass(frozen=True, kw_only=True)
class MovingLag(AbstractPart):
    """A lag that depends on the state it delays."""

    needs = (Need("x", "tank", "nmol"),)
    gives = (Value("lag", "tank.lag", "h"),)

    def values(self, t, state, given):
        return {"lag": given["x"]}


def test_a_dose_property_may_not_depend_on_states():
    with pytest.raises(WiringError, match=r"'tank\.lag' depends on the states"):
        wire({"tank": Tank(rate=1.0), "lag": MovingLag()})
