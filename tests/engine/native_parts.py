"""Systems for the native solver's tests: the event cases' two compartments, and several that are not linear."""

from dataclasses import dataclass
from typing import final

import numpy as np

from neurosteroid.engine import OUTSIDE, AbstractPart, Covariate, Flow, Need, State, Value, maths, parameter, wire
from tests.engine.doubles import RATES
from tests.engine.parts import Level, Ramp, Saturating, Tank

WEIGHT = Covariate("person.weight", "kg")


@final
@dataclass(frozen=True, kw_only=True)
class Compartments(AbstractPart):
    """Depot, central and peripheral amounts; elimination k weight / 70."""

    ka: float = parameter("1/h", "absorption")
    k: float = parameter("1/h", "elimination at 70 kg")
    k12: float = parameter("1/h", "to the peripheral compartment")
    k21: float = parameter("1/h", "back")
    production: float = parameter("nmol/h", "made by the body", 0.0)

    states = (
        State("depot", "depot", "nmol"),
        State("central", "central", "nmol"),
        State("peripheral", "peripheral", "nmol"),
    )
    needs = (Need("weight", "person.weight", "kg"),)
    flows = (
        Flow("absorbed", "nmol/h", "depot", "central"),
        Flow("eliminated", "nmol/h", "central", OUTSIDE),
        Flow("away", "nmol/h", "central", "peripheral"),
        Flow("back", "nmol/h", "peripheral", "central"),
        Flow("made", "nmol/h", OUTSIDE, "central"),
    )

    def rates(self, t, state, given):
        central = state["central"]
        return {
            "absorbed": self.ka * state["depot"],
            "eliminated": self.k * given["weight"] / 70 * central,
            "away": self.k12 * central,
            "back": self.k21 * state["peripheral"],
            "made": self.production,
        }


@final
@dataclass(frozen=True, kw_only=True)
class Saturation(AbstractPart):
    """Elimination from the central compartment beside the linear one: vmax x / (km + x)."""

    vmax: float = parameter("nmol/h", "at most")
    km: float = parameter("nmol", "amount of half of it")

    needs = (Need("amount", "central", "nmol"),)
    flows = (Flow("out", "nmol/h", "central", OUTSIDE),)

    def rates(self, t, state, given):
        return {"out": self.vmax * given["amount"] / (self.km + given["amount"])}


def dose_property(unit):
    """A part class that gives one dose property of a state as a parameter in this unit."""

    @final
    @dataclass(frozen=True, kw_only=True)
    class Property(AbstractPart):
        """A dose property."""

        value: float = parameter(unit, "the property")
        name: str = "central.lag"

        gives = (Value("property", "{name}", unit),)

        def values(self, t, state, given):
            return {"property": self.value}

    return Property


UNITS = {"bioavailability": "1", "lag": "h", "infusion_rate": "nmol/h", "infusion_duration": "h"}
PROPERTIES = {name: dose_property(unit) for name, unit in UNITS.items()}


@final
@dataclass(frozen=True, kw_only=True)
class Oscillator(AbstractPart):
    """Van der Pol: x'' = stiffness (1 - x^2) x' - x, as two states."""

    stiffness: float = parameter("1", "how stiff")
    place: float = parameter("1", "x at time 0", 2.0)

    states = (State("x", "x", "1", initial="place"), State("v", "v", "1"))

    def rates(self, t, state, given):
        return {"x": state["v"], "v": self.stiffness * (1 - state["x"] ** 2) * state["v"] - state["x"]}


@final
@dataclass(frozen=True, kw_only=True)
class Sigmoid(AbstractPart):
    """A state driven by a power of the tank, a wave in time, and an exponential and a logarithm of itself."""

    hill: float = parameter("1", "exponent")
    half: float = parameter("nmol", "amount of half effect")
    pace: float = parameter("h", "pace of the wave", 4.0)

    states = (State("effect", "effect", "1"),)
    needs = (Need("amount", "tank", "nmol"), Need("ramp", "ramp", "1"))

    def rates(self, t, state, given):
        x, effect = given["amount"] ** self.hill, state["effect"]
        drive = x / (x + self.half**self.hill) * (1 + maths.sin(t / self.pace)) * given["ramp"]
        return {"effect": drive * maths.exp(-effect) - maths.sqrt(effect**2 + 1) * maths.log(2 + effect) / 3}


@final
@dataclass(frozen=True, kw_only=True)
class Explosion(AbstractPart):
    """x' = speed x^2: from 1 it is 1 / (1 - speed t), and there is nothing after t = 1 / speed."""

    speed: float = parameter("1", "how fast")
    start: float = parameter("1", "x at time 0", 1.0)

    states = (State("x", "x", "1", initial="start"),)

    def rates(self, t, state, given):
        return {"x": self.speed * state["x"] ** 2}


def compartments(properties=(), *, accounts=False, saturation=None, **changes):
    """The system of the event cases; `properties` are given for central and depot, as in `doubles.Oral`."""
    parts = {"body": Compartments(**{**RATES, **changes})}
    for state in ("central", "depot"):
        for name in properties:
            parts[f"{state}-{name}"] = PROPERTIES[name](value=1.0, name=f"{state}.{name}")
    if saturation is not None:
        vmax, km = saturation
        parts["saturation"] = Saturation(vmax=vmax, km=km)
    return wire(parts, [WEIGHT], accounts=accounts)


def saturating():
    """A tank, its level, and a signal that saturates; all of tests.engine.parts."""
    parts = {"tank": Tank(rate=0.5, start=10.0), "level": Level(volume=2.0), "signal": Saturating(speed=1.0, half=0.1)}
    return wire(parts, [WEIGHT])


def sigmoid():
    """A tank and a state with every function a part may use."""
    parts = {"tank": Tank(rate=0.3, start=0.0), "ramp": Ramp(pace=2.0, top=0.9), "effect": Sigmoid(hill=1.7, half=20.0)}
    return wire(parts)


def weights(people):
    """Covariates (P, 1)."""
    return np.full((people, 1), 70.0)
